import { connect } from 'node:net';
import WebSocket from 'ws';
import { build, type Case, type Expected, type Step } from './case.js';
import type { LiveNode } from './live.js';

/** What became of an input, in the form of what was expected. */
export interface Outcome extends Expected {
  /** Every byte that came back. */
  readonly reply: string;
  /** What was wrong with the reply as such. */
  readonly faults: readonly string[];
}

/** An answer of refusals is short; one of data is a page at most. */
const MAX_REPLY = 64 * 1024;
const MAX_REFUSAL = 16 * 1024;
/** Longer than any timer of the server that a case waits for. */
const PATIENCE_MS = 50_000;

type Play = (node: LiveNode, given: Case, documents: Record<string, string>) => Promise<Outcome>;

const PLAYS: Record<Case['transport'], Play> = {
  http: overHttp,
  ws: overSocket,
  raw: overBytes,
  steps: inSteps,
};

export const play: Play = (node, given, documents) => PLAYS[given.transport](node, given, documents);

interface Request {
  readonly token: string | null;
  readonly body: unknown;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
}

async function post(node: LiveNode, { token, body, method = 'POST', path = '/graphql', headers }: Request) {
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const response = await fetch(node.address + path, {
    method,
    headers: {
      ...(hasBody && { 'content-type': 'application/json' }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(hasBody && {
      body: typeof body === 'string' || body instanceof Uint8Array ? (body as string) : JSON.stringify(body),
    }),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  return { status: response.status, text: await response.text() };
}

/** The document with its variables, or the body as it is given. */
function bodyOf(node: LiveNode, given: Case | Step, documents: Record<string, string>): unknown {
  const { body, operationName } = given as Case;
  if (body !== undefined) {
    const built = build(body, node.world);
    return typeof built === 'object' && built !== null && '$hex' in built
      ? Buffer.from(String(built.$hex), 'hex')
      : built;
  }
  const query = build(given.query ?? documents[given.document ?? ''], node.world);
  if (query === undefined) throw new Error(`no document ${given.document}`);
  const name = operationName === undefined ? {} : { operationName: build(operationName, node.world) };
  return { query, variables: build(given.variables ?? {}, node.world), ...name };
}

async function overHttp(node: LiveNode, given: Case, documents: Record<string, string>): Promise<Outcome> {
  const headers = build(given.headers ?? {}, node.world) as Record<string, string>;
  const request = { ...given, headers, token: node.token(given.as), body: bodyOf(node, given, documents) };
  const { status, text } = await post(node, request);
  node.canary.sent(given.as ? (node.world[`account.${given.as}`] ?? null) : null, text, given.id);
  return { http: status, ...judge(text) };
}

interface Refused {
  message: string;
  extensions?: { code?: string; requestId?: string } & Record<string, unknown>;
}

/** The first error, and what no answer may be like. */
function judge(text: string): Omit<Outcome, 'http'> {
  const faults: string[] = [];
  const answer = parsed(text);
  const errors = Array.isArray(answer) ? (answer as Refused[]) : ((answer?.errors ?? []) as Refused[]);
  if (text.length > (errors.length > 0 ? MAX_REFUSAL : MAX_REPLY)) faults.push(`${text.length} bytes`);
  if (errors.some(({ extensions }) => !/^[0-9a-f-]{36}$/.test(extensions?.requestId ?? '')))
    faults.push('an error without requestId');
  const words = errors.map(({ message }) => message).join('\n');
  if (/\bat .+\.(ts|js):\d+|node_modules|select .+ from |\bpg_|\bduban\./i.test(words))
    faults.push('it tells of the inside');
  const { code = null, ...extensions } = errors[0]?.extensions ?? {};
  return { code, extensions, reply: text, faults };
}

// biome-ignore lint/suspicious/noExplicitAny: whatever came back
function parsed(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function overSocket(node: LiveNode, given: Case, documents: Record<string, string>): Promise<Outcome> {
  const { protocols = ['graphql-transport-ws'], path = '/graphql' } = given;
  const headers = build(given.headers ?? {}, node.world) as Record<string, string>;
  const socket = new WebSocket(node.address.replace('http', 'ws') + path, protocols, { headers });
  const token = node.token(given.as);
  const said: string[] = [];
  let decisive = '';
  const done = new Promise<Expected>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${given.id}: nothing came of it`)), PATIENCE_MS);
    const end = (outcome: Expected) => {
      clearTimeout(late);
      resolve(outcome);
    };
    socket.on('unexpected-response', (_, { statusCode }) => end({ http: statusCode ?? 0 }));
    socket.on('error', () => undefined);
    socket.on('close', (close) => end({ close }));
    socket.on('open', () => tell(socket, given, token, node.world));
    socket.on('message', (data) => {
      said.push(String(data));
      const { type } = parsed(String(data)) ?? {};
      if (type === 'connection_ack')
        speak(socket, given, bodyOf.bind(null, node, given, documents), node.world);
      // A pong is the answer only where a ping was all that was said.
      const isAnswer = ['next', 'error'].includes(type) || (type === 'pong' && given.expect.code === null);
      if (isAnswer && decisive === '') decisive = String(data);
      if (isAnswer) end({});
    });
  });
  const outcome = await done.finally(() => socket.terminate());
  node.canary.sent(given.as ? (node.world[`account.${given.as}`] ?? null) : null, said.join('\n'), given.id);
  if (Object.keys(outcome).length > 0) return { ...outcome, reply: said.join('\n'), faults: [] };
  const { payload } = parsed(decisive) ?? {};
  return { ...judge(JSON.stringify(payload ?? {})), reply: decisive };
}

/** What opens the conversation: who one is, unless the case says something else first. */
function tell(socket: WebSocket, given: Case, token: string | null, world: Record<string, string>): void {
  if (given.init === false) send(socket, given, world);
  else if (given.init !== undefined) socket.send(asText(build(given.init, world)));
  else socket.send(JSON.stringify({ type: 'connection_init', payload: { accessToken: token } }));
}

/** What is bad, once the server has let one in. */
function speak(socket: WebSocket, given: Case, body: () => unknown, world: Record<string, string>): void {
  if (given.say || given.frames) send(socket, given, world);
  else socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: body() }));
}

function send(socket: WebSocket, { say = [], frames = [] }: Case, world: Record<string, string>): void {
  for (const message of say) {
    const built = build(message, world);
    if (typeof built === 'object' && built !== null && '$binary' in built)
      socket.send(Buffer.from(String(built.$binary)), { binary: true });
    else socket.send(asText(built));
  }
  const { _socket: wire } = socket as unknown as { _socket: { write(bytes: Buffer): void } };
  for (const frame of frames) wire.write(Buffer.from(String(build(frame, world)).replaceAll(' ', ''), 'hex'));
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Bytes on a bare connection, until the server answers or ends it. */
async function overBytes(node: LiveNode, given: Case): Promise<Outcome> {
  const { port, hostname } = new URL(node.address);
  const socket = connect(Number(port), hostname);
  const parts: Buffer[] = [];
  const isEnded = await new Promise<boolean>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`${given.id}: nothing came of it`)), PATIENCE_MS);
    const end = (ended: boolean) => {
      clearTimeout(late);
      resolve(ended);
    };
    socket.on('connect', () => {
      for (const part of given.write ?? [])
        socket.write(bytesOf(build(part, { ...node.world, host: `${hostname}:${port}` })));
    });
    socket.on('data', (bytes) => {
      parts.push(bytes);
      if (!given.expect.ends && (given.expect.close === undefined || closeOf(Buffer.concat(parts))))
        end(false);
    });
    socket.on('error', () => end(true));
    socket.on('close', () => end(true));
  }).finally(() => socket.destroy());
  const text = Buffer.concat(parts).toString();
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  node.canary.sent(null, text, given.id);
  const http = status === undefined ? {} : { http: Number(status) };
  const close = closeOf(Buffer.concat(parts));
  const faults = text.length > MAX_REPLY ? [`${text.length} bytes`] : [];
  return { ...http, ...(close !== null && { close }), ...(isEnded && { ends: true }), reply: text, faults };
}

/** The code of a close frame that follows the answer to an upgrade; frames of a server are short here and not masked. */
function closeOf(bytes: Buffer): number | null {
  const start = bytes.indexOf('\r\n\r\n') + 4;
  for (let at = start; start > 3 && at + 1 < bytes.length; at += 2 + (bytes[at + 1] ?? 0)) {
    if ((bytes[at] ?? 0) === 0x88 && at + 3 < bytes.length) return bytes.readUInt16BE(at + 2);
  }
  return null;
}

const bytesOf = (value: unknown): Buffer =>
  typeof value === 'object' && value !== null && '$hex' in value
    ? Buffer.from(String(value.$hex).replaceAll(' ', ''), 'hex')
    : Buffer.from(String(value));

/** A sequence of good requests with the bad one among them; the first that is not as expected is the outcome. */
async function inSteps(node: LiveNode, given: Case, documents: Record<string, string>): Promise<Outcome> {
  const kept: Record<string, string> = {};
  const world = () => ({ ...node.world, ...kept });
  let last: Outcome = { code: null, reply: '', faults: [] };
  for (const [nth, step] of (given.steps ?? []).entries()) {
    const account = step.as === undefined ? given.as : step.as;
    const token =
      typeof account === 'string' && account.startsWith('$')
        ? String(build(account, world()))
        : node.token(account);
    const body = {
      query: build(step.query ?? documents[step.document ?? ''], world()),
      variables: build(step.variables ?? {}, world()),
    };
    const answers = await Promise.all(
      Array.from({ length: step.times ?? 1 }, () => post(node, { token, body })),
    );
    for (const { text } of answers) {
      const reader = typeof account === 'string' ? (node.world[`account.${account}`] ?? null) : null;
      node.canary.sent(reader, text, given.id);
    }
    const outcomes = answers.map(({ status, text }) => ({ http: status, ...judge(text) }));
    const wanted = [step.expect].flat() as Expected[];
    const isWrong = outcomes.find(({ code }) => !wanted.some((each) => each.code === code));
    if (isWrong) return { ...isWrong, faults: [`step ${nth + 1} was not as expected`, ...isWrong.faults] };
    last = outcomes[0] as Outcome;
    keep(kept, step, answers[0]?.text ?? '');
  }
  return last;
}

function keep(kept: Record<string, string>, { keep: wanted = {} }: Step, text: string): void {
  for (const [name, path] of Object.entries(wanted)) {
    // biome-ignore lint/suspicious/noExplicitAny: a path into an answer
    const value = path.split('.').reduce((at: any, key) => at?.[key], parsed(text)?.data);
    if (value === undefined || value === null) throw new Error(`the answer has no ${path}: ${text}`);
    kept[name] = String(value);
  }
}
