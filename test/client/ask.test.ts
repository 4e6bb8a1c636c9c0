import { describe, expect, test } from '@jest/globals';
import { OverviewDocument } from '../../schema/generated/documents.js';
import { asking } from '../../src/client/ask.js';
import { ApiError, posting, Unreachable } from '../../src/client/post.js';
import { HandTime } from './hand-time.js';

const ADDRESS = 'http://city.example/graphql';
const HERE = { region: '341200000000' };

const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status });
const refusal = (code: string, more: object = {}, status = 200) =>
  json(
    { data: null, errors: [{ message: `no: ${code}`, extensions: { code, requestId: 'r1', ...more } }] },
    status,
  );

interface Sent {
  readonly headers: Record<string, string>;
  readonly body: { query: string; variables: unknown };
}

/** Answers what it is given, in turn; the last again and again. */
function setUp(...answers: (() => Response | Promise<Response>)[]) {
  const time = new HandTime();
  const sent: Sent[] = [];
  const fetch = (async (
    _: string,
    { headers, body, signal }: { headers: Sent['headers']; body: string; signal: AbortSignal },
  ) => {
    sent.push({ headers, body: JSON.parse(body) });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    return Promise.race([
      answer?.() as Response,
      new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ]);
  }) as unknown as typeof globalThis.fetch;
  const tokens: (string | undefined)[] = [];
  const ended: string[] = [];
  const session = {
    token: async (refused?: string) => {
      tokens.push(refused);
      return `token ${tokens.length}`;
    },
    end: (token: string) => {
      ended.push(token);
    },
  };
  const ask = asking(posting(ADDRESS, { fetch, after: time.after }), session);
  return { ask, time, sent, tokens, ended };
}

const never = () => new Promise<Response>(() => undefined);
const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (fault: unknown) => fault,
  );

test('asks with the token, and answers the data', async () => {
  const { ask, sent, time } = setUp(() => json({ data: { overview: 1 } }));
  expect(await ask(OverviewDocument, HERE)).toEqual({ overview: 1 });
  expect(sent).toEqual([
    {
      headers: { 'content-type': 'application/json', authorization: 'Bearer token 1' },
      body: { query: expect.stringContaining('query Overview($region: RegionCode!)'), variables: HERE },
    },
  ]);
  expect(time.waiting).toBe(0);
});

describe('refusals', () => {
  test('carry the code and everything else that was said', async () => {
    const { ask, ended } = setUp(() => refusal('INVALID_PAGE_SIZE', { limit: 100 }, 400));
    const fault = (await faultOf(ask(OverviewDocument, HERE))) as ApiError;
    expect(fault).toBeInstanceOf(ApiError);
    expect({ ...fault, message: fault.message }).toEqual({
      name: 'ApiError',
      code: 'INVALID_PAGE_SIZE',
      message: 'no: INVALID_PAGE_SIZE',
      status: 400,
      details: { limit: 100 },
      requestId: 'r1',
    });
    expect(ended).toEqual([]);
  });

  test('an expired token: once more with another', async () => {
    const { ask, sent, tokens } = setUp(
      () => refusal('TOKEN_EXPIRED'),
      () => json({ data: { overview: 1 } }),
    );
    expect(await ask(OverviewDocument, HERE)).toEqual({ overview: 1 });
    expect(tokens).toEqual([undefined, 'token 1']);
    expect(sent.map(({ headers }) => headers.authorization)).toEqual(['Bearer token 1', 'Bearer token 2']);
  });

  test('and no more than once', async () => {
    const { ask, sent } = setUp(() => refusal('TOKEN_EXPIRED'));
    expect(await faultOf(ask(OverviewDocument, HERE))).toMatchObject({ code: 'TOKEN_EXPIRED' });
    expect(sent).toHaveLength(2);
  });

  test.each(['SESSION_REVOKED', 'UNAUTHENTICATED'])('%s ends the session of that token', async (code) => {
    const { ask, ended } = setUp(() => refusal(code));
    expect(await faultOf(ask(OverviewDocument, HERE))).toMatchObject({ code });
    expect(ended).toEqual(['token 1']);
  });

  test.each([
    [429, 'RATE_LIMITED'],
    [502, 'SERVICE_UNAVAILABLE'],
    [503, 'SERVICE_UNAVAILABLE'],
    [504, 'SERVICE_UNAVAILABLE'],
  ])('a proxy that answers %d in its own words: %s', async (status, code) => {
    const { ask } = setUp(() => new Response('<html>', { status }));
    expect(await faultOf(ask(OverviewDocument, HERE))).toMatchObject({ code, status });
  });

  test('a door that answers 503 in ours', async () => {
    const { ask } = setUp(() => refusal('SERVICE_UNAVAILABLE', {}, 503));
    const fault = await faultOf(ask(OverviewDocument, HERE));
    expect(fault).toMatchObject({ code: 'SERVICE_UNAVAILABLE', status: 503, requestId: 'r1' });
  });
});

describe('no answer', () => {
  test.each([
    ['the network is away', () => Promise.reject(new TypeError('fetch failed'))],
    ['somebody else answers', () => new Response('<html>sign in to the hotel</html>')],
    ['an answer without anything in it', () => json({})],
    ['an answer that is cut', () => new Response('{"data":{"over')],
  ])('%s', async (_, answer) => {
    const { ask, time } = setUp(answer);
    expect(await faultOf(ask(OverviewDocument, HERE))).toBeInstanceOf(Unreachable);
    expect(time.waiting).toBe(0);
  });

  test('in time', async () => {
    const { ask, time } = setUp(never);
    const fault = faultOf(ask(OverviewDocument, HERE, { timeLimitMs: 500 }));
    await new Promise((resolve) => setImmediate(resolve));
    time.advance(500);
    expect(await fault).toMatchObject({ name: 'Unreachable', message: 'No answer in time.' });
  });

  test('because nobody wants it any more', async () => {
    const { ask, time } = setUp(never);
    const leaving = new AbortController();
    const fault = faultOf(ask(OverviewDocument, HERE, { signal: leaving.signal }));
    await new Promise((resolve) => setImmediate(resolve));
    leaving.abort(new Error('left'));
    expect(await fault).toEqual(new Error('left'));
    expect(await faultOf(ask(OverviewDocument, HERE, { signal: leaving.signal }))).toEqual(new Error('left'));
    expect(time.waiting).toBe(0);
  });
});
