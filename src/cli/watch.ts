import { readFileSync } from 'node:fs';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { readConfig } from '../config.js';
import { runCommand } from './command.js';

const CITY = '341200000000';
const LOGIN = `mutation ($username: String!, $password: String!) {
  login(username: $username, password: $password) { accessToken }
}`;
const FEED = `subscription ($within: RegionCode!, $after: FeedCursor) {
  supervisionFeed(within: $within, after: $after) {
    cursor reset events { kind severity happenedAt headline }
  }
}`;
const TIME = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
});

interface Batch {
  cursor: string;
  reset: string | null;
  events: { kind: string; severity: string | null; happenedAt: string; headline: string }[];
}

const config = readConfig();
const address = `http://${config.host}:${config.port}/graphql`;

/** `npm run watch [-- REGION [USERNAME]]`: the feed of a running demo in the terminal, resumed by its cursor after a cut. */
await runCommand(async () => {
  const [within = CITY, username = 'city.office'] = process.argv.slice(2);
  const client = createClient({
    url: address.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: async () => ({ accessToken: await signIn(username) }),
    retryAttempts: 0,
  });
  process.stdout.write(`watching ${within} as ${username}; Ctrl-C ends\n`);
  const variables: Record<string, unknown> = { within };
  for (;;) {
    try {
      for await (const { data, errors } of client.iterate<{ supervisionFeed: Batch }>({
        query: FEED,
        variables,
      })) {
        if (errors) return errors.map(({ message }) => message).join('\n');
        if (!data) continue;
        variables.after = data.supervisionFeed.cursor;
        show(data.supervisionFeed);
      }
    } catch (fault) {
      // 4403 asks for a new token, 1012 for another try; a refusal of the subscription itself comes as a list.
      const code = (fault as { code?: number }).code;
      if (Array.isArray(fault)) return fault.map(({ message }: { message: string }) => message).join('\n');
      if (code !== 4403 && code !== 1012) return `The feed was closed (${code ?? String(fault)}).`;
    }
  }
});

async function signIn(username: string): Promise<string> {
  const { demoPassword } = JSON.parse(readFileSync(config.secretsFile, 'utf8')) as { demoPassword: string };
  const variables = { username, password: config.demoPassword ?? demoPassword };
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: LOGIN, variables }),
  });
  const { data, errors } = (await response.json()) as {
    data?: { login: { accessToken: string } };
    errors?: { message: string }[];
  };
  if (!data) throw new Error(errors?.[0]?.message ?? 'no answer');
  return data.login.accessToken;
}

function show({ reset, events }: Batch): void {
  if (reset) process.stdout.write(`— the feed could not be continued: ${reset} —\n`);
  for (const { happenedAt, severity, headline } of events) {
    process.stdout.write(
      `${TIME.format(new Date(happenedAt))}  ${(severity ?? '').padEnd(8)}  ${headline}\n`,
    );
  }
}
