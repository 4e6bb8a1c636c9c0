import { Lexer, Source } from 'graphql';
import type { Answer, Client } from '../helpers/house.js';
import type { Message, RawSocket } from './raw-socket.js';

export const VILLAGE = '341225206205';

/** What is asked by either door; `variables` may be JSON text, for what no object of JavaScript could say. */
export interface Case {
  readonly query: string;
  readonly variables?: object | string;
  readonly operationName?: string;
}

/** How a door asks about a region: the same selection, `above` levels down. */
export interface Way {
  readonly above: number;
  readonly kind: 'query' | 'subscription';
  /** A document that selects this of a region, with these words after its name. */
  asking(inside: string, head?: string): string;
  /** A document of about this many words, of which `more` are of no consequence. */
  wordy(more: number): string;
}

export const HTTP: Way = {
  above: 1,
  kind: 'query',
  asking: (inside, head = 'Asked') => `query ${head} { region(code: "${VILLAGE}") { ${inside} } }`,
  wordy: (more) =>
    `{ tasks(within: "${VILLAGE}", first: 1, filter: { status: [${'BLOCKED '.repeat(more)}] }) { totalCount } }`,
};

export const SOCKET: Way = {
  above: 3,
  kind: 'subscription',
  asking: (inside, head = 'Asked') =>
    `subscription ${head} { supervisionFeed(within: "${VILLAGE}") { events { region { ${inside} } } } }`,
  wordy: (more) =>
    `subscription { supervisionFeed(within: "${VILLAGE}", kinds: [${'ALERT_RAISED '.repeat(more)}]) { cursor } }`,
};

/** How many tokens the parser counts. */
export function tokensOf(text: string): number {
  const lexer = new Lexer(new Source(text));
  let count = 0;
  while (lexer.advance().kind !== '<EOF>') count += 1;
  return count;
}

const json = ({ query, variables = {}, operationName }: Case): string => {
  const rest = JSON.stringify({ query, operationName });
  const given = typeof variables === 'string' ? variables : JSON.stringify(variables);
  return `{"variables":${given},${rest.slice(1)}`;
};

export interface Told {
  /** null when it was answered. */
  readonly code: string | null;
  readonly errors: NonNullable<Answer['errors']>;
  readonly bytes: number;
}

const told = (errors: Answer['errors'], text: string): Told => ({
  code: errors?.[0]?.extensions.code ?? null,
  errors: errors ?? [],
  bytes: Buffer.byteLength(text),
});

export async function overHttp(client: Client, asked: Case): Promise<Told & { status: number }> {
  const response = await fetch(`${client.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${client.accessToken}` },
    body: json(asked),
  });
  const text = await response.text();
  return { ...told((JSON.parse(text) as Answer).errors, text), status: response.status };
}

let ids = 0;

/** Asks, and takes it back once there was an answer. */
export async function overSocket(socket: RawSocket, asked: Case): Promise<Told> {
  ids += 1;
  const id = String(ids);
  await socket.say(`{"id":"${id}","type":"subscribe","payload":${json(asked)}}`);
  const next = async (): Promise<Message> => {
    const message = await socket.next();
    return message.id === id ? message : next();
  };
  const message = await next();
  const { type, payload } = message;
  // What failed while it was executed is complete by itself.
  if (type === 'next') await (payload.errors ? next() : socket.say({ id, type: 'complete' }));
  return told(type === 'error' ? payload : payload.errors, JSON.stringify(message));
}
