import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { type Answer, type Client, type House, openHouse } from '../helpers/house.js';
import { post, REQUEST_ID, told } from './post.js';
import { dial, heard, say, upgrade } from './wire.js';

let house: House;
let city: Client;

beforeAll(async () => {
  const env = {
    LIMIT_HEADERS_MS: '1000',
    LIMIT_REQUEST_MS: '2000',
    LIMIT_CONNECTION_CHECK_MS: '100',
    LIMIT_KEEP_ALIVE_MS: '500',
  };
  house = await openHouse({ env });
  city = await house.signIn('city.office');
});
afterAll(() => house.close());

const BODY = JSON.stringify({ query: '{ viewer { id } }' });

/** A request as it stands on the wire. */
const request = (headers: readonly string[], body = BODY) =>
  [
    'POST /graphql HTTP/1.1',
    'Host: duban',
    'Content-Type: application/json',
    'Connection: close',
    ...headers,
    '',
    body,
  ].join('\r\n');
const lengthOf = (body: string) => `Content-Length: ${Buffer.byteLength(body)}`;

/** Every refusal before GraphQL has the form of a GraphQL error, too. */
function errorOf(text: string) {
  const { errors } = JSON.parse(text.slice(text.indexOf('\r\n\r\n') + 4)) as Answer;
  expect(errors?.[0]?.extensions.requestId).toMatch(REQUEST_ID);
  return errors?.[0]?.extensions.code;
}

async function serves() {
  expect((await city.ask('{ viewer { id } }')).errors).toBeUndefined();
}

describe('a body', () => {
  test('in another charset than UTF-8', async () => {
    for (const charset of ['x-mac-cyrillic', 'utf-16', 'latin1', 'utf-7', '"gb18030"']) {
      const sent = post(city, BODY, { 'content-type': `application/json; charset=${charset}` });
      expect({ charset, told: await told(sent) }).toEqual({ charset, told: [415, 'BAD_REQUEST'] });
    }
    for (const charset of ['utf-8', 'UTF-8', '"utf-8"', 'utf8']) {
      const sent = post(city, BODY, { 'content-type': `application/json;charset=${charset}` });
      expect({ charset, told: await told(sent) }).toEqual({ charset, told: [200, undefined] });
    }
  });

  test('of bytes that are no UTF-8', async () => {
    const body = Buffer.from(JSON.stringify({ query: '{ viewer { id } } #?' }));
    body[body.indexOf('?')] = 0xff;
    const response = await fetch(`${house.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(response.status).toBe(400);
    const answer = (await response.json()) as Answer;
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_REQUEST');
  });

  test('that is compressed, however small or large it would become', async () => {
    const bomb = gzipSync(Buffer.alloc(20_000_000));
    expect(bomb.length).toBeLessThan(DEFAULT_LIMITS.bodyBytes);
    for (const [encoding, body] of [
      ['gzip', bomb],
      ['gzip', gzipSync(BODY)],
      ['br', BODY],
      ['deflate', BODY],
      ['identity, gzip', BODY],
    ] as const) {
      const response = await fetch(`${house.address}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': encoding },
        body,
      });
      const answer = (await response.json()) as Answer;
      expect([response.status, answer.errors?.[0]?.extensions.code]).toEqual([415, 'BAD_REQUEST']);
    }
    expect(await told(post(city, BODY, { 'content-encoding': 'identity' }))).toEqual([200, undefined]);
  });

  test('that is no JSON is not repeated in the answer', async () => {
    for (const body of ['{"query": secret', '', 'secret', '{"__proto__":{"a":1},"query":"{ secret }"}']) {
      const { status, answer } = await post(city, body);
      expect([status, answer.errors?.[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST']);
      expect(JSON.stringify(answer)).not.toContain('secret');
    }
  });

  test('that comes in pieces without end is cut at the bound', async () => {
    const socket = dial(house.address);
    const answer = heard(socket, request(['Transfer-Encoding: chunked'], ''));
    const piece = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    for (let sent = 0; sent <= DEFAULT_LIMITS.bodyBytes && socket.writable; sent += 0x4000)
      socket.write(piece);
    const { status, text } = await answer;
    expect([status, errorOf(text)]).toEqual([413, 'QUERY_TOO_LARGE']);
    await serves();
  });
});

describe('headers', () => {
  /** So many lines altogether. */
  const lines = (count: number, others: number) =>
    Array.from({ length: count - others }, (_, nth) => `x-${nth}: 1`);

  test('so many of a request, and one more', async () => {
    const most = DEFAULT_LIMITS.headers;
    const sized = (count: number) => request([lengthOf(BODY), ...lines(count, 4)]);
    expect((await say(house.address, sized(most))).status).toBe(200);
    const { status, text } = await say(house.address, sized(most + 1));
    expect([status, errorOf(text)]).toEqual([431, 'BAD_REQUEST']);
  });

  test('so many of an upgrade, one more, and 2,000', async () => {
    const socket = dial(house.address);
    const opened = heard(socket, upgrade(lines(DEFAULT_LIMITS.headers, 6)));
    await new Promise((resolve) => socket.once('data', resolve));
    socket.destroy();
    expect((await opened).status).toBe(101);
    expect((await say(house.address, upgrade(lines(DEFAULT_LIMITS.headers + 1, 6)))).status).toBe(431);
    expect((await say(house.address, upgrade(lines(2000, 6)))).status).toBe(431);
    await serves();
  });

  test('so large, and larger', async () => {
    const filler = (bytes: number) => request([lengthOf(BODY), `x: ${'x'.repeat(bytes)}`]);
    expect((await say(house.address, filler(DEFAULT_LIMITS.headerBytes - 300))).status).toBe(200);
    const { status, text } = await say(house.address, filler(DEFAULT_LIMITS.headerBytes));
    expect([status, errorOf(text)]).toEqual([431, 'BAD_REQUEST']);
  });

  test('of a guide that nobody trusts change nothing about who asks', async () => {
    const forwarded = { 'x-forwarded-for': '127.0.0.9', 'x-forwarded-host': 'evil.example' };
    expect(await told(post(city, BODY, forwarded))).toEqual([200, undefined]);
  });
});

describe('a connection', () => {
  test('whose headers do not end is closed, and others are served meanwhile', async () => {
    const slow = say(house.address, 'POST /graphql HTTP/1.1\r\nHost: duban\r\nX');
    await serves();
    const { status, text } = await slow;
    expect([status, errorOf(text)]).toEqual([408, 'BAD_REQUEST']);
  });

  test('whose body does not end, too', async () => {
    const slow = say(house.address, request(['Content-Length: 1000']));
    await serves();
    const { status, text } = await slow;
    expect([status, errorOf(text)]).toEqual([408, 'BAD_REQUEST']);
  });

  test('on which nothing more is asked is closed', async () => {
    const { status } = await say(
      house.address,
      request([lengthOf(BODY)]).replace('Connection: close\r\n', ''),
    );
    expect(status).toBe(200);
  });
});

describe('two requests in the clothes of one', () => {
  const smuggled = 'GET /metrics HTTP/1.1\r\nHost: duban\r\n\r\n';
  test.each([
    [
      'both a length and pieces',
      request([lengthOf(BODY), 'Transfer-Encoding: chunked'], `0\r\n\r\n${smuggled}`),
    ],
    ['two lengths', request([lengthOf(BODY), 'Content-Length: 1'])],
    ['pieces called otherwise', request(['Transfer-Encoding: xchunked'])],
    ['a length with a sign', request(['Content-Length: +5'])],
    ['a line that ends early', request([lengthOf(BODY)]).replace('Host: duban\r\n', 'Host: duban\n X: y\n')],
    ['a name with a blank', request([lengthOf(BODY), 'X-Y : 1'])],
    ['no host', request([lengthOf(BODY)]).replace('Host: duban\r\n', '')],
    ['a NUL in a header', request([lengthOf(BODY), 'X: a\u0000b'])],
    ['another version', request([lengthOf(BODY)]).replace('HTTP/1.1', 'HTTP/9.9')],
    ['rubbish', '\u0016\u0003\u0001\u0002\u0000'],
  ])('%s', async (_, bytes) => {
    const { status, text } = await say(house.address, bytes);
    expect(status).toBe(400);
    // One answer, and it is not the smuggled request's.
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(text).not.toContain('duban_');
    await serves();
  });
});

test('every answer carries what keeps browsers from running, guessing or framing it', async () => {
  for (const path of ['/graphql', '/healthz', '/metrics', '/nowhere']) {
    const { headers } = await fetch(house.address + path);
    expect({ path, csp: headers.get('content-security-policy') }).toEqual({
      path,
      csp: "default-src 'none';frame-ancestors 'none'",
    });
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('SAMEORIGIN');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
  }
});

test('a browser\u2019s own way of asking is refused: no header of ours, no JSON', async () => {
  const simple = ['text/plain', 'text/plain; x=application/json', 'application/x-www-form-urlencoded'];
  for (const type of simple) {
    const [status, code] = await told(post(city, BODY, { 'content-type': type }));
    expect([400, 415]).toContain(status);
    expect(code).toBe('BAD_REQUEST');
  }
  const bare = await fetch(`${house.address}/graphql?query={viewer{id}}`, {
    headers: { 'content-type': 'message/rfc822', authorization: `Bearer ${city.accessToken}` },
  });
  expect(bare.status).toBe(405);
  expect(bare.headers.get('allow')).toBe('POST');
});
