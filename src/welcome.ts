import type { Config } from './config.js';
import type { Running } from './server.js';

const CAMPAIGN_TIME = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** What a newcomer sees when the server is ready: where it is, and how to sign in. */
export function welcome(config: Config, running: Running): string {
  const { address, campaignNow } = running;
  const speed = config.campaignSpeed === 1 ? '' : `, ${config.campaignSpeed} times as fast as real time`;
  const lines = [
    '',
    'duban is ready',
    '',
    `  screen         ${address}/screen/`,
    `  explorer       ${address}/graphiql`,
    `  GraphQL        ${address}/graphql`,
    `  subscriptions  ${address.replace(/^http/, 'ws')}/graphql (graphql-transport-ws)`,
    `  health         ${address}/healthz   ${address}/readyz   ${address}/metrics`,
    `  campaign time  ${CAMPAIGN_TIME.format(campaignNow)} (Asia/Shanghai${speed})`,
    '',
    ...demoLines(config, running),
  ];
  return `${lines.join('\n')}\n`;
}

function demoLines(config: Config, running: Running): string[] {
  if (running.demo === null || running.demo === 'REFUSED') return [];
  return [
    '  sign in as     city.leader · city.office · funan.office · longwang.town · lucheng.town',
    '                 hesheng.village · liulou.village · inspector.one · auditor · admin · wall.screen',
    `  password       ${password(config, running)}`,
    '  watch the feed npm run watch',
    '',
  ];
}

/** Shown by the start that loaded the demo, and only when nobody chose it: a chosen one has no place in a log. */
function password({ demoPassword, secretsFile }: Config, running: Running): string {
  if (demoPassword !== undefined) return 'the DEMO_PASSWORD that was set';
  if (running.demo === 'LOADED') return `${running.demoPassword}   (shown this once; kept in ${secretsFile})`;
  return `kept in ${secretsFile} as demoPassword`;
}
