import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { Refusal } from '../../src/errors.js';
import { Pipeline } from '../../src/http/pipeline.js';
import { TrustedDocuments } from '../../src/http/trusted.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { openSchema } from '../../src/schema.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import {
  BENCHMARK,
  BENCHMARK_CHANGED,
  WALL_OVERVIEW,
  WALL_OVERVIEW_CHANGED,
} from '../indicators/documents.js';

let house: House;
let village: Client;
beforeAll(async () => {
  const env = { INTROSPECTION: 'off', LIMIT_SUBSCRIPTIONS: String(DEFAULT_LIMITS.subscriptions) };
  house = await openHouse({ env });
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

const CITY = '341200000000';

/** `parent` within `parent`, until the code lies at this depth. */
const parents = (depth: number) =>
  `{ region(code: "341225206205") { ${'parent { '.repeat(depth - 2)}code${' }'.repeat(depth - 2)} } }`;

test('the deepest that is answered, and one more', async () => {
  expect(await village.data(parents(DEFAULT_LIMITS.depth))).toHaveProperty('region');
  expect(await village.refusal(parents(DEFAULT_LIMITS.depth + 1))).toMatchObject({
    code: 'QUERY_TOO_DEEP',
    limit: DEFAULT_LIMITS.depth,
  });
});

test.each([
  ['overview', WALL_OVERVIEW],
  ['benchmark', BENCHMARK],
])('all that a wall shows of a city is modest: %s', async (field, document) => {
  const screen = await house.signIn('wall.screen');
  expect((await screen.data(document, { region: '341200000000' }))[field].children).toHaveLength(10);
});

test.each([
  ['overviewChanged', WALL_OVERVIEW_CHANGED],
  ['benchmarkChanged', BENCHMARK_CHANGED],
])('and all of it as it changes: %s', async (field, document) => {
  const screen = await house.signIn('wall.screen');
  const feed = await screen.subscribe(document, { region: '341200000000' });
  expect((await feed.next()).data[field].children).toHaveLength(10);
});

test('pages within pages are counted before anything is read', async () => {
  const pages = `{ region(code: "341200000000") { children(first: 100) { edges { node {
    children(first: 100) { edges { node { code name level parent { code } } } } } } } } }`;
  expect(await village.refusal(pages)).toMatchObject({ code: 'QUERY_TOO_COMPLEX' });
});

test('every document of the contract and of the pages stays within every bound at its largest', async () => {
  const pipeline = new Pipeline({
    schema: await openSchema(),
    introspection: true,
    trusted: new TrustedDocuments([], false),
    limits: DEFAULT_LIMITS,
  });
  const nobody = new Refusal('UNAUTHENTICATED', 'Nobody.');
  const folder = new URL('../../schema/operations', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const named = files.filter((name) => name.endsWith('.graphql')).map((name) => name.replace('.graphql', ''));
  const variables = { first: 100, within: CITY, region: CITY, id: '1', code: CITY, days: 366 };
  const judged = named.map((name) => {
    const query = operation(name);
    const door = /^\s*subscription/m.test(query) ? 'socket' : 'http';
    return { name, refusals: pipeline.judge({ query, variables }, door, nobody).refusals };
  });
  expect(judged.filter(({ refusals }) => refusals)).toEqual([]);
  expect(judged.length).toBeGreaterThan(25);
  const contract = named.filter((name) => !name.includes('/')).map(operation);
  const together = { query: contract.join('\n'), operationName: 'Tasks', variables };
  expect(pipeline.judge(together, 'http', nobody).refusals).toBeNull();
  const asked = { descriptions: true, specifiedByUrl: true, schemaDescription: true, oneOf: true };
  const whole = { ...asked, inputValueDeprecation: true, directiveIsRepeatable: true };
  expect(pipeline.judge({ query: getIntrospectionQuery(whole) }, 'http', nobody).refusals).toBeNull();
});

test('who may not read the schema cannot guess it from suggestions', async () => {
  const { errors } = await village.ask('{ regio }');
  expect(errors?.[0]?.message).not.toMatch(/Did you mean/);
  const feed = await village.subscribe('subscription { supervisionFee { cursor } }');
  await expect(feed.next()).rejects.toMatchObject([{ message: expect.not.stringMatching(/Did you mean/) }]);
});

test('a socket has so many subscriptions and not one more', async () => {
  const open = () => village.subscribe(operation('supervision-feed'), { within: '341225206205' });
  const feeds = [];
  for (let nth = 0; nth < DEFAULT_LIMITS.subscriptions; nth += 1) feeds.push(await open());
  for (const feed of feeds) expect((await feed.next()).data.supervisionFeed.events).toEqual([]);
  await expect((await open()).next()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});
