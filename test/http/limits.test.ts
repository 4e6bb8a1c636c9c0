import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { MAX_DEPTH, MAX_SUBSCRIPTIONS } from '../../src/http/limits.js';
import { demandModest } from '../../src/http/weight.js';
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
  house = await openHouse({ env: { INTROSPECTION: 'off' } });
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

/** `parent` within `parent`, until the code lies at this depth. */
const parents = (depth: number) =>
  `{ region(code: "341225206205") { ${'parent { '.repeat(depth - 2)}code${' }'.repeat(depth - 2)} } }`;

test('the deepest that is answered, and one more', async () => {
  expect(await village.data(parents(MAX_DEPTH))).toHaveProperty('region');
  expect(await village.refusal(parents(MAX_DEPTH + 1))).toMatchObject({
    code: 'QUERY_TOO_DEEP',
    limit: MAX_DEPTH,
  });
});

test('fragments count where they are spread, and a chain of doubled ones costs no time', async () => {
  const names = Array.from({ length: 30 }, (_, nth) => `F${nth}`);
  const chain = names.map(
    (name, nth) =>
      `fragment ${name} on Region { a${nth}: name ${names[nth + 1] ? `...${names[nth + 1]} ...${names[nth + 1]}` : ''} }`,
  );
  const schema = await openSchema();
  expect(() =>
    demandModest(schema, {
      document: parse(
        `{ region(code: "341225206205") { ...F0 } } ${chain.slice(0, 8).join(' ')} fragment F8 on Region { code }`,
      ),
    }),
  ).not.toThrow();
  const deep = `{ region(code: "341225206205") { ...D } } fragment D on Region { ${'parent { '.repeat(9)}code${' }'.repeat(9)} }`;
  expect(await village.refusal(deep)).toMatchObject({ code: 'QUERY_TOO_DEEP' });
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

test('every document of the contract stays within the bounds at its largest', async () => {
  const schema = await openSchema();
  const folder = new URL('../../schema/operations', import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter((name) => name.endsWith('.graphql'))) {
    const document = parse(operation(file.replace('.graphql', '')));
    const variables = {
      first: 100,
      within: '341200000000',
      region: '341200000000',
      id: '1',
      code: '341200000000',
    };
    expect(() => demandModest(schema, { document, variables })).not.toThrow();
  }
  expect(() => demandModest(schema, { document: parse(getIntrospectionQuery()) })).not.toThrow();
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
  for (let nth = 0; nth < MAX_SUBSCRIPTIONS; nth += 1) feeds.push(await open());
  for (const feed of feeds) expect((await feed.next()).data.supervisionFeed.events).toEqual([]);
  await expect((await open()).next()).rejects.toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }]);
});
