import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Sealer } from '../../src/auth/seal.js';
import { type Answer, type Client, type House, openHouse, operation } from '../helpers/house.js';

let house: House;
let city: Client;
let village: Client;

beforeAll(async () => {
  house = await openHouse({ env: { ALLOWED_ORIGINS: 'https://duban.example' } });
  city = await house.signIn('city.office');
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

const CITY = '341200000000';
const VILLAGE = '341225206205';
const REQUEST_ID = /^[0-9a-f-]{36}$/;

const codeOf = async (answer: Promise<Answer>) => (await answer).errors?.[0]?.extensions.code;

/** A request as no client library would send it. */
async function post(body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${house.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${city.accessToken}`, ...headers },
    body,
  });
  return { status: response.status, answer: (await response.json()) as Answer, headers: response.headers };
}
const ask = (query: string, variables: object = {}) => post(JSON.stringify({ query, variables }));

/** Status and code, and the promise that every error carries the id of its request. */
async function told(sent: ReturnType<typeof post>) {
  const { status, answer } = await sent;
  for (const { extensions } of answer.errors ?? []) expect(extensions.requestId).toMatch(REQUEST_ID);
  return [status, answer.errors?.[0]?.extensions.code];
}

describe('what a client wrote wrong', () => {
  test.each([
    '34120000000',
    '3412000000000',
    '34120000000x',
    '',
    '３４１２００００００００',
    ' 341200000000',
  ])('a malformed region code (%j) in a variable and as a literal', async (code) => {
    expect(await told(ask(operation('region'), { code }))).toEqual([400, 'INVALID_REGION_CODE']);
    expect(await told(ask(`{ region(code: ${JSON.stringify(code)}) { name } }`))).toEqual([
      400,
      'INVALID_REGION_CODE',
    ]);
  });

  test('a region code of another type', async () => {
    expect(await codeOf(city.ask(operation('region'), { code: 341200000000 }))).toBe('INVALID_REGION_CODE');
    expect(await codeOf(city.ask('{ region(code: 341200000000) { name } }'))).toBe('INVALID_REGION_CODE');
  });

  test('a region that does not exist, and one outside the grants', async () => {
    expect(await told(ask(operation('region'), { code: '341299000000' }))).toEqual([200, 'NOT_FOUND']);
    expect(await codeOf(village.ask(operation('region'), { code: '341226000000' }))).toBeUndefined();
    for (const within of ['341225206000', '341225120206', CITY]) {
      expect(await codeOf(village.ask(operation('tasks'), { within, first: 1 }))).toBe('FORBIDDEN');
    }
  });

  test.each([0, 101, -1, 2_147_483_647])('first: %i', async (first) => {
    const answer = ask(operation('tasks'), { within: CITY, first });
    expect(await told(answer)).toEqual([200, 'INVALID_PAGE_SIZE']);
    expect((await answer).answer.errors?.[0]?.extensions.limit).toBe(100);
  });

  test('first that is no whole number', async () => {
    for (const first of [1.5, '1', null]) {
      expect(await told(ask(operation('tasks'), { within: CITY, first }))).toEqual([400, 'BAD_USER_INPUT']);
    }
  });

  test('a cursor that is forged, of another list, cut or spelled otherwise', async () => {
    const page = await city.data(operation('tasks'), { within: CITY, first: 1 });
    const cursor: string = page.tasks.pageInfo.endCursor;
    const regions = await city.data(
      `{ region(code: "${CITY}") { children(first: 1) { pageInfo { endCursor } } } }`,
    );
    const feed = await city.subscribe(operation('supervision-feed'), { within: CITY });
    const ours = new Sealer(Buffer.from(house.database.secrets.cursorKey, 'base64url'));
    const forged = [
      'nonsense',
      '',
      regions.region.children.pageInfo.endCursor,
      (await feed.next()).data.supervisionFeed.cursor,
      new Sealer(Buffer.alloc(32)).seal('tasks', '["2016-12-01T00:00:00Z","x"]'),
      ours.seal('alerts', '["2016-12-01T00:00:00Z","x"]'),
      cursor.slice(0, -1),
      `${cursor}=`,
      cursor.replace('.', '=.'),
      ` ${cursor}`,
    ];
    for (const after of forged) {
      const answer = city.ask(operation('tasks'), { within: CITY, first: 1, after });
      expect({ after, code: await codeOf(answer) }).toEqual({ after, code: 'INVALID_CURSOR' });
    }
    expect(
      await codeOf(city.ask(operation('tasks'), { within: CITY, first: 1, after: cursor })),
    ).toBeUndefined();
  });

  test.each([
    '2016-12-31',
    '2016-12-31T10:00:00',
    '2016-12-31 10:00:00Z',
    '2016-02-30T10:00:00Z',
    '2016-12-31T24:00:00Z',
    '2016-12-31T10:60:00Z',
    '2016-12-31T10:00:00+25:00',
    'now',
    '',
  ])('an instant %j', async (dueBefore) => {
    const variables = { within: CITY, first: 1, filter: { dueBefore } };
    expect(await told(ask(operation('tasks'), variables))).toEqual([400, 'INVALID_DATE']);
    const literal = `{ tasks(within: "${CITY}", first: 1, filter: { dueBefore: "${dueBefore}" }) { totalCount } }`;
    expect(await told(ask(literal))).toEqual([400, 'INVALID_DATE']);
  });

  test('an instant in any spelling of RFC 3339 is the same instant', async () => {
    const count = async (dueBefore: string) =>
      (await city.data(operation('tasks'), { within: CITY, first: 1, filter: { dueBefore } })).tasks
        .totalCount;
    const spelled = ['2016-12-20T00:00:00+08:00', '2016-12-19T16:00:00Z', '2016-12-19t16:00:00.000000z'];
    const counts = new Set(await Promise.all(spelled.map(count)));
    expect(counts.size).toBe(1);
  });

  test.each(['2016-02-30', '2016-13-01', '20161231', '2016-12-31T00:00:00Z', ''])(
    'a date %j',
    async (day) => {
      const input = { kind: 'SUPERVISION', titleZh: '督查', startsOn: day, endsOn: day, villages: [VILLAGE] };
      const document =
        'mutation ($input: CreateInspectionInput!) { createInspection(input: $input) { mark } }';
      expect(await told(ask(document, { input }))).toEqual([400, 'INVALID_DATE']);
    },
  );

  test('an id that is none of ours', async () => {
    for (const id of ['x', '', "' or 1=1 --", '00000000-0000-0000-0000-000000000000', 'a\u0000']) {
      expect(await told(ask(operation('task'), { id }))).toEqual([200, 'NOT_FOUND']);
    }
  });

  test('a word that no enum has, an unknown field of an input, a missing variable', async () => {
    const filter = { status: ['DONE'] };
    expect(await told(ask(operation('tasks'), { within: CITY, first: 1, filter }))).toEqual([
      400,
      'BAD_USER_INPUT',
    ]);
    const more = { within: CITY, first: 1, filter: { hidden: true } };
    expect(await told(ask(operation('tasks'), more))).toEqual([400, 'BAD_USER_INPUT']);
    expect(await told(ask(operation('tasks'), {}))).toEqual([400, 'BAD_USER_INPUT']);
  });

  test('a key that the database cannot hold, or that is far too long', async () => {
    const change = (idempotencyKey: string) =>
      ask(operation('change-task-status'), {
        input: { taskId: crypto.randomUUID(), to: 'IN_PROGRESS', expectedVersion: 1, idempotencyKey },
      });
    expect(await told(change('k'.repeat(5000)))).toEqual([200, 'INVALID_TEXT']);
    expect(await told(change('a\u0000b'))).toEqual([200, 'INVALID_TEXT']);
    expect(await told(change('k'.repeat(200)))).toEqual([200, 'NOT_FOUND']);
  });
});

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
    const { answer } = await post(JSON.stringify({ query, operationName: 'B' }));
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
      expect({ body, told: await told(post(JSON.stringify(body))) }).toEqual({
        body,
        told: [400, 'BAD_REQUEST'],
      });
    }
  });

  test('a persisted query, which nobody has stored', async () => {
    const persistedQuery = { version: 1, sha256Hash: 'a'.repeat(64) };
    const [, code] = await told(post(JSON.stringify({ extensions: { persistedQuery } })));
    expect(code).toBe('PERSISTED_QUERY_NOT_SUPPORTED');
  });

  test('no JSON, nothing at all, a poisoned prototype', async () => {
    for (const body of ['{"query":', '', '{"__proto__":{"a":1},"query":"{ viewer { id } }"}']) {
      expect(await told(post(body))).toEqual([400, 'BAD_REQUEST']);
    }
  });

  test('a body one byte over 256 KiB, and one that just fits', async () => {
    const query = '{ viewer { id } }';
    const sized = (bytes: number) => {
      const bare = JSON.stringify({ query, extensions: { filler: '' } });
      return JSON.stringify({ query, extensions: { filler: 'x'.repeat(bytes - bare.length) } });
    };
    expect(await told(post(sized(256 * 1024)))).toEqual([200, undefined]);
    const over = post(sized(256 * 1024 + 1));
    expect(await told(over)).toEqual([413, 'QUERY_TOO_LARGE']);
    expect((await over).answer.errors?.[0]?.extensions.limit).toBe(256 * 1024);
  });

  test('what a browser may send to a stranger: no JSON in its name', async () => {
    const body = JSON.stringify({ query: 'mutation { logout }' });
    expect(await told(post(body, { 'content-type': 'text/plain' }))).toEqual([400, 'BAD_REQUEST']);
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/xml']) {
      expect(await told(post(body, { 'content-type': type }))).toEqual([415, 'BAD_REQUEST']);
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
    const sent = post(JSON.stringify({ query: '{ viewer { id } }' }), { authorization: 'Bearer x' });
    expect(await told(sent)).toEqual([200, 'UNAUTHENTICATED']);
    for (const authorization of ['', 'Basic x', 'Bearer', `Bearer ${city.accessToken} x`]) {
      const other = post(JSON.stringify({ query: '{ viewer { id } }' }), { authorization });
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
      const { headers } = await post('{}', { origin });
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
