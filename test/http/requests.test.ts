import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Answer, type Client, type House, openHouse, operation } from '../helpers/house.js';
import { post, REQUEST_ID, told } from './post.js';

let house: House;
let city: Client;

beforeAll(async () => {
  house = await openHouse({ env: { ALLOWED_ORIGINS: 'https://duban.example' } });
  city = await house.signIn('city.office');
});
afterAll(() => house.close());

const CITY = '341200000000';

const send = (body: string, headers?: Record<string, string>) => post(city, body, headers);
const ask = (query: string, variables: object = {}) => send(JSON.stringify({ query, variables }));
const codeOf = async (answer: Promise<Answer>) => (await answer).errors?.[0]?.extensions.code;

describe('what is no request that could be executed', () => {
  test('a field that does not exist, a document that does not parse, one that is too long', async () => {
    expect(await told(ask('{ nothing }'))).toEqual([400, 'GRAPHQL_VALIDATION_FAILED']);
    expect(await told(ask('{ viewer { id '))).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
    expect(await told(ask(`{ viewer { ${'id '.repeat(1001)} } }`))).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
    expect(await told(ask(`{ ${'a { '.repeat(400)}`))).toEqual([400, 'GRAPHQL_PARSE_FAILED']);
  });

  test('several operations and none named', async () => {
    const query = 'query A { viewer { id } } query B { viewer { id } }';
    expect(await told(ask(query))).toEqual([400, 'OPERATION_RESOLUTION_FAILURE']);
    const { answer } = await send(JSON.stringify({ query, operationName: 'B' }));
    expect(answer.errors).toBeUndefined();
  });

  test('a subscription over HTTP', async () => {
    const sent = ask(operation('supervision-feed'), { within: CITY });
    expect(await told(sent)).toEqual([403, 'OPERATION_NOT_ALLOWED']);
  });

  test('an array of operations, no operation, no object', async () => {
    const one = { query: '{ viewer { id } }' };
    for (const body of [
      [one],
      [one, one],
      [],
      {},
      { query: 1 },
      { query: '{ __typename }', variables: 'x' },
      'x',
      null,
    ]) {
      expect({ body, told: await told(send(JSON.stringify(body))) }).toEqual({
        body,
        told: [400, 'BAD_REQUEST'],
      });
    }
  });

  test('a persisted query, which nobody has stored', async () => {
    const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) };
    const [, code] = await told(send(JSON.stringify({ extensions: { persistedQuery } })));
    expect(code).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  test('no JSON, nothing at all, a poisoned prototype', async () => {
    for (const body of ['{"query":', '', '{"__proto__":{"a":1},"query":"{ viewer { id } }"}']) {
      expect(await told(send(body))).toEqual([400, 'BAD_REQUEST']);
    }
  });

  test('a body one byte over 256 KiB, and one that just fits', async () => {
    const query = '{ viewer { id } }';
    const sized = (bytes: number) => {
      const bare = JSON.stringify({ query, extensions: { filler: '' } });
      return JSON.stringify({ query, extensions: { filler: 'x'.repeat(bytes - bare.length) } });
    };
    expect(await told(send(sized(256 * 1024)))).toEqual([200, undefined]);
    const over = send(sized(256 * 1024 + 1));
    expect(await told(over)).toEqual([413, 'QUERY_TOO_LARGE']);
    expect((await over).answer.errors?.[0]?.extensions.limit).toBe(256 * 1024);
  });

  test('what a browser may send to a stranger: no JSON in its name', async () => {
    const body = JSON.stringify({ query: 'mutation { logout }' });
    expect(await told(send(body, { 'content-type': 'text/plain' }))).toEqual([400, 'BAD_REQUEST']);
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/xml']) {
      expect(await told(send(body, { 'content-type': type }))).toEqual([415, 'BAD_REQUEST']);
    }
    expect(await codeOf(city.ask('{ viewer { id } }'))).toBeUndefined();
  });

  test('GET, and a path where nothing is', async () => {
    const at = async (path: string, init?: RequestInit) => {
      const response = await fetch(house.address + path, init);
      const { errors } = (await response.json()) as Answer;
      expect(errors?.[0]?.extensions.requestId).toMatch(REQUEST_ID);
      return [response.status, errors?.[0]?.extensions.code];
    };
    const preflighted = { headers: { 'apollo-require-preflight': 'yes' } };
    expect(await at('/graphql?query=%7B__typename%7D', preflighted)).toEqual([405, 'BAD_REQUEST']);
    expect(await at('/graphql?query=mutation%7Blogout%7D')).toEqual([405, 'BAD_REQUEST']);
    expect(await at('/nowhere')).toEqual([404, 'NOT_FOUND']);
    expect(await at('/graphql', { method: 'PUT' })).toEqual([404, 'NOT_FOUND']);
  });
});

describe('what was executed answers 200', () => {
  test('with data and errors side by side', async () => {
    const { status, answer } = await ask(`{ viewer { id } region(code: "341299000000") { name } }`);
    expect(status).toBe(200);
    expect(answer.errors?.[0]).toMatchObject({ path: ['region'], extensions: { code: 'NOT_FOUND' } });
  });

  test('also when nobody is signed in', async () => {
    const sent = send(JSON.stringify({ query: '{ viewer { id } }' }), { authorization: 'Bearer x' });
    expect(await told(sent)).toEqual([200, 'UNAUTHENTICATED']);
    for (const authorization of ['', 'Basic x', 'Bearer', `Bearer ${city.accessToken} x`]) {
      const other = send(JSON.stringify({ query: '{ viewer { id } }' }), { authorization });
      expect(await told(other)).toEqual([200, 'UNAUTHENTICATED']);
    }
  });
});

describe('browsers', () => {
  const preflight = (origin: string) =>
    fetch(`${house.address}/graphql`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type,authorization',
      },
    });

  test('of an allowed origin may ask, of no other', async () => {
    const ours = await preflight('https://duban.example');
    expect(ours.headers.get('access-control-allow-origin')).toBe('https://duban.example');
    expect(ours.headers.get('access-control-allow-headers')).toContain('authorization');
    for (const origin of ['https://evil.example', 'https://duban.example.evil.example', 'null']) {
      expect((await preflight(origin)).headers.get('access-control-allow-origin')).toBeNull();
      const { headers } = await send('{}', { origin });
      expect(headers.get('access-control-allow-origin')).toBeNull();
      expect(headers.get('vary')).toContain('Origin');
    }
  });
});

test('the process lives, is ready, and is measured', async () => {
  const at = async (path: string) => {
    const response = await fetch(house.address + path);
    return [response.status, await response.text()] as const;
  };
  expect(await at('/healthz')).toEqual([200, '{"status":"alive"}']);
  expect(await at('/readyz')).toEqual([200, '{"status":"ready"}']);
  const [status, metrics] = await at('/metrics');
  expect(status).toBe(200);
  expect(metrics).toContain('duban_process_cpu_seconds_total');
});
