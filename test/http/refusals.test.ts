import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Sealer } from '../../src/auth/seal.js';
import { type Answer, type Client, type House, openHouse, operation } from '../helpers/house.js';
import { post, told } from './post.js';

let house: House;
let city: Client;
let village: Client;

beforeAll(async () => {
  house = await openHouse();
  city = await house.signIn('city.office');
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

const CITY = '341200000000';
const VILLAGE = '341225206205';

const ask = (query: string, variables: object = {}) => post(city, JSON.stringify({ query, variables }));
const codeOf = async (answer: Promise<Answer>) => (await answer).errors?.[0]?.extensions.code;

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

  test.each(['tasks', 'households', 'projects', 'inspections', 'alerts'])(
    '%s within a region that does not exist',
    async (list) => {
      const variables = { within: '341225206399', first: 1 };
      expect(await told(ask(operation(list), variables))).toEqual([200, 'NOT_FOUND']);
    },
  );

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
    '9999-12-31T23:59:59-12:00',
    '0001-01-01T00:00:00+14:00',
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
    expect(await told(change('k'.repeat(201)))).toEqual([200, 'INVALID_TEXT']);
    expect(await told(change('a\u0000b'))).toEqual([200, 'INVALID_TEXT']);
    expect(await told(change('k'.repeat(200)))).toEqual([200, 'NOT_FOUND']);
  });
});
