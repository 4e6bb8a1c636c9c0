import type { Config } from './config.js';
import type { Running } from './server.js';

const CAMPAIGN_TIME = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** What a newcomer sees when the server is ready: where it is, and how to sign in. */
export function welcome(config: Config, { address, demoPassword, campaignNow }: Running): string {
  const socket = address.replace(/^http/, 'ws');
  const lines = [
    '',
    'duban is ready',
    '',
    `  GraphQL        ${address}/graphql`,
    `  subscriptions  ${socket}/graphql (graphql-transport-ws)`,
    `  health         ${address}/healthz   ${address}/readyz   ${address}/metrics`,
    `  campaign time  ${CAMPAIGN_TIME.format(campaignNow)} (Asia/Shanghai)`,
    '',
  ];
  if (config.demo) {
    lines.push(
      '  sign in as     city.leader · city.office · funan.office · longwang.town · lucheng.town',
      '                 hesheng.village · liulou.village · inspector.one · auditor · admin · wall.screen',
      demoPassword
        ? `  password       ${demoPassword}   (shown this once; kept in ${config.secretsFile})`
        : `  password       DEMO_PASSWORD, kept in ${config.secretsFile}`,
      '  watch the feed npm run watch',
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}
