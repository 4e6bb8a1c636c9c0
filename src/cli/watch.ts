import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Config } from '../config.js';
import { StartError } from '../errors.js';
import { CLOSE } from '../http/protocol.js';
import { installed } from '../installation.js';
import { runCommand } from './command.js';
import { eventLine, type FeedEvent, terminalLocale } from './lines.js';

const CITY = '341200000000';
const AGAIN_MS = 1000;

interface Batch {
  readonly cursor: string;
  readonly reset: string | null;
  readonly events: readonly FeedEvent[];
}

/** A connection that ended and may come back: the server is away, starting or restarting, or the token has expired. */
class Passing extends Error {}

const document = (name: string) => readFileSync(installed('schema', 'operations', `${name}.graphql`), 'utf8');
const say = (text: string) => process.stdout.write(`${text}\n`);

/** `npm run watch [-- REGION [USERNAME]]`: the feed of a running demo in the terminal, resumed by its cursor after a cut. */
await runCommand(async (config) => {
  // Ctrl-C is how a watch ends, and no failure.
  process.on('SIGINT', () => process.exit(0));
  const [within = CITY, username = 'city.office'] = process.argv.slice(2);
  const locale = terminalLocale();
  const variables: Record<string, unknown> = { within, locale };
  let state: 'new' | 'live' | 'away' = 'new';
  for (;;) {
    try {
      for await (const { cursor, reset, events } of follow(
        config,
        await signIn(config, username),
        variables,
      )) {
        if (state === 'new') say(`watching ${within} as ${username}, in campaign time; Ctrl-C ends`);
        if (state === 'away') say('— the server is back —');
        state = 'live';
        variables.after = cursor;
        if (reset)
          say(`— the feed could not be continued (${reset}), what happened meanwhile is not shown —`);
        for (const event of events) say(eventLine(event, locale));
      }
    } catch (fault) {
      if (!(fault instanceof Passing)) throw fault;
      if (state === 'new') return `${fault.message} Is "npm start" running, with the same PORT and HOST?`;
      if (state === 'live' && fault.message) say(`— ${fault.message} Waiting for it. —`);
      if (fault.message) state = 'away';
    }
    await sleep(AGAIN_MS);
  }
});

/** The address at which this machine reaches a server with this configuration. */
function address(config: Config): string {
  const everywhere: Record<string, string> = { '0.0.0.0': '127.0.0.1', '::': '::1' };
  const host = everywhere[config.host] ?? config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${config.port}/graphql`;
}

/** Batches until the connection ends, which it always does by throwing. */
async function* follow(
  config: Config,
  accessToken: string,
  variables: Record<string, unknown>,
): AsyncGenerator<Batch> {
  const client = createClient({
    url: address(config).replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { accessToken },
    retryAttempts: 0,
  });
  const query = document('watch');
  try {
    for await (const { data, errors } of client.iterate<{ supervisionFeed: Batch }>({ query, variables })) {
      if (errors) throw errors;
      if (data) yield data.supervisionFeed;
    }
  } catch (fault) {
    throw asCut(fault);
  } finally {
    await client.dispose();
  }
}

/** A refusal of the subscription comes as a list; the end of the socket as its close event. */
function asCut(fault: unknown): Error {
  if (Array.isArray(fault)) return refused(fault);
  const { code } = fault as { code?: number };
  if (code === CLOSE.expired) return new Passing('');
  if (code === CLOSE.revoked) return new StartError('The session was ended by somebody else.', 1);
  return new Passing(code === CLOSE.overload ? 'The server has no room.' : 'The server is away.');
}

function refused(errors: readonly { message: string }[]): StartError {
  return new StartError(errors.map(({ message }) => message).join('\n'), 1);
}

async function signIn(config: Config, username: string): Promise<string> {
  const variables = { username, password: password(config) };
  const response = await fetch(address(config), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: document('login'), variables }),
  }).catch(() => {
    throw new Passing(`Nothing answers at ${address(config)}.`);
  });
  if (response.status === 503) throw new Passing('The server is starting.');
  const { data, errors = [] } = (await response.json()) as {
    data?: { login: { accessToken: string } };
    errors?: { message: string }[];
  };
  if (!data) throw refused(errors);
  return data.login.accessToken;
}

function password(config: Config): string {
  if (config.demoPassword !== undefined) return config.demoPassword;
  try {
    return (JSON.parse(readFileSync(config.secretsFile, 'utf8')) as { demoPassword: string }).demoPassword;
  } catch {
    const sentence = `No password in ${config.secretsFile}: set DEMO_PASSWORD, or DATA_DIR to that of the server.`;
    throw new StartError(sentence, 1);
  }
}
