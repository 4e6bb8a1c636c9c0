import type { Socket } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Limits } from '../limits.js';

/** An answer in the form of a GraphQL error, before there is any GraphQL. */
export const refuse = (
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
  details: object = {},
) => reply.code(status).send(refusal(code, message, { ...details, requestId: reply.request.id }));

const refusal = (code: string, message: string, details: object) => ({
  errors: [{ message, extensions: { ...details, code } }],
});

/** What Node needs to know of the bounds before the first request. */
export const serverOptions = (limits: Limits) => ({
  maxHeaderSize: limits.headerBytes,
  headersTimeout: limits.headersMs,
  requestTimeout: limits.requestMs,
  connectionsCheckingInterval: limits.connectionCheckMs,
});

/** Whether a request has more header lines than it may; Node itself would drop the rest without a word. */
export const hasTooManyHeaders = ({ rawHeaders }: { rawHeaders: string[] }, { headers }: Limits): boolean =>
  rawHeaders.length / 2 > headers;

/** Holds every request to its form: so many headers, UTF-8, not compressed, JSON. */
export function guardIntake(app: FastifyInstance, limits: Limits): void {
  // One more than may be sent, so that it is seen.
  app.server.maxHeadersCount = limits.headers + 1;
  app.addHook('onRequest', async (request, reply) => {
    if (hasTooManyHeaders(request.raw, limits)) {
      const message = `A request may have at most ${limits.headers} headers.`;
      return refuse(reply, 431, 'BAD_REQUEST', message, { limit: limits.headers });
    }
    const reason = whyUnreadable(request);
    return reason === null ? undefined : refuse(reply, 415, 'BAD_REQUEST', reason);
  });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, async (_: unknown, body: Buffer) =>
    jsonOf(body),
  );
}

function whyUnreadable({ headers }: FastifyRequest): string | null {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity')
    return 'A compressed body is not taken. Send it as it is.';
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers['content-type'] ?? '')?.[1];
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) return 'A body is UTF-8 only.';
  return null;
}

/** A name at the top that would become the prototype of whatever the body is copied into. */
const POISON = '__proto__';

function jsonOf(body: Buffer): unknown {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, POISON)) return value;
  } catch {
    // Said below, without a word of what was sent.
  }
  throw Object.assign(new Error('The body is not JSON in UTF-8.'), { statusCode: 400 });
}

const BROKEN: Readonly<Record<string, readonly [status: number, phrase: string, message: string]>> = {
  HPE_HEADER_OVERFLOW: [431, 'Request Header Fields Too Large', 'The headers are too large.'],
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'The request did not arrive in time.'],
};

/** Answers what is no HTTP, or came too slowly, and hangs up. */
export function hangUp(fault: Error & { code?: string }, socket: Socket): void {
  if (fault.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, phrase, message] = BROKEN[fault.code ?? ''] ?? [
    400,
    'Bad Request',
    'This is no HTTP request.',
  ];
  const body = JSON.stringify(refusal('BAD_REQUEST', message, { requestId: crypto.randomUUID() }));
  const head = [
    `HTTP/1.1 ${status} ${phrase}`,
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
