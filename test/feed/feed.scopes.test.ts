import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fact } from '../../src/events/facts.js';
import { type House, openHouse, operation } from '../helpers/house.js';
import { findingIn, state } from './facts.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const CITY = '341200000000';
const COUNTY = '341225000000';
const VILLAGE = '341225206205';
const SIBLING = '341225206206';
const OTHER = '341225120206';
const FEED = operation('supervision-feed');
const WORK = `subscription ($after: FeedCursor) { workFeed(after: $after) {
  cursor reset events { mark region { code } subject { id } } } }`;

const HISTORY = `query ($within: RegionCode!) { feedHistory(within: $within, first: 100) { edges { node { mark } } } }`;

/** What an account is shown of facts stated now: open feed, replay and history must tell the same. */
async function shownTo(username: string, within: string | null, ...facts: Fact[]): Promise<string[]> {
  const client = await house.signIn(username);
  const open = (after: string | null) => client.subscribe(within ? FEED : WORK, { within, after });
  const batch = (payload: { data: Record<string, { cursor: string; events: { mark: string }[] }> }) =>
    Object.values(payload.data)[0] as { cursor: string; events: { mark: string }[] };
  const live = await open(null);
  const { cursor } = batch(await live.next());
  const marks: string[] = [];
  for (const fact of facts) marks.push(await state(house, fact));
  await house.settled();
  const replayed = batch(await (await open(cursor)).next()).events.map(({ mark }) => marks.indexOf(mark));
  const seen: number[] = [];
  while (seen.length < replayed.length) {
    seen.push(...batch(await live.next()).events.map(({ mark }) => marks.indexOf(mark)));
  }
  expect(seen).toEqual(replayed);
  if (within) {
    const { feedHistory } = await client.data(HISTORY, { within });
    const past: number[] = feedHistory.edges.map(({ node }: { node: { mark: string } }) =>
      marks.indexOf(node.mark),
    );
    expect(past.filter((index) => index >= 0).reverse()).toEqual(replayed);
  }
  return seen.map((index) => facts[index]?.region?.code ?? '');
}

const refusalOf = async (username: string, within: string) => {
  const feed = await (await house.signIn(username)).subscribe(FEED, { within });
  return feed.next().catch((errors) => errors[0].extensions.code);
};

describe('a region', () => {
  test('must lie inside one of the grants', async () => {
    for (const within of [CITY, COUNTY, '341225206000', SIBLING, OTHER]) {
      expect(await refusalOf('hesheng.village', within)).toBe('FORBIDDEN');
    }
    expect(await refusalOf('longwang.town', OTHER)).toBe('FORBIDDEN');
    expect(await refusalOf('city.leader', '340000000000')).toBe('FORBIDDEN');
  });

  test('shows what lies in it, and nothing beside it', async () => {
    const everywhere = () =>
      [VILLAGE, SIBLING, OTHER, COUNTY, CITY, '341226000000'].map((code) => findingIn(code));
    expect(await shownTo('hesheng.village', VILLAGE, ...everywhere())).toEqual([VILLAGE]);
    expect(await shownTo('longwang.town', '341225206000', ...everywhere())).toEqual([VILLAGE, SIBLING]);
    expect(await shownTo('longwang.town', VILLAGE, ...everywhere())).toEqual([VILLAGE]);
    expect(await shownTo('funan.office', COUNTY, ...everywhere())).toEqual([VILLAGE, SIBLING, OTHER, COUNTY]);
    expect(await shownTo('wall.screen', CITY, ...everywhere())).toHaveLength(6);
  });
});

test('facts of the house are nobody\u2019s', async () => {
  const facts = [findingIn(VILLAGE, { audience: 'HOUSE' }), findingIn(OTHER)];
  for (const username of ['city.leader', 'city.office', 'auditor', 'admin', 'wall.screen']) {
    expect(await shownTo(username, CITY, ...facts)).toEqual([OTHER]);
  }
});

const ASKERS = {
  'city.leader': CITY,
  'city.office': CITY,
  auditor: CITY,
  'funan.office': COUNTY,
  'longwang.town': '341225206000',
  'hesheng.village': VILLAGE,
  admin: CITY,
  'wall.screen': CITY,
};

test.each([
  ['what an unannounced visit caused', 'UNANNOUNCED', ['city.leader', 'city.office', 'auditor']],
  [
    'what the register says of households',
    'HOUSEHOLDS',
    ['city.leader', 'city.office', 'auditor', 'funan.office', 'longwang.town', 'hesheng.village'],
  ],
] as const)('%s is for those who may know of it', async (_, audience, confided) => {
  for (const [username, within] of Object.entries(ASKERS)) {
    const shown = await shownTo(username, within, findingIn(VILLAGE, { audience }), findingIn(VILLAGE));
    expect({ username, shown: shown.length }).toEqual({
      username,
      shown: (confided as readonly string[]).includes(username) ? 2 : 1,
    });
  }
});

test('an unannounced visit is told to those who carry it out, and to no other inspector', async () => {
  const [{ id }] = await house.sql(`select id from account where username = 'inspector.one'`);
  const visitBy = (...inspectorIds: string[]): Fact => ({
    kind: 'INSPECTION_CHANGED',
    region: { code: VILLAGE, name: '某村' },
    subject: { type: 'INSPECTION', id: randomUUID() },
    severity: null,
    audience: 'UNANNOUNCED',
    params: {
      title: { zh: '暗访' },
      kind: 'UNANNOUNCED_VISIT',
      from: 'PLANNED',
      to: 'ASSIGNED',
      villages: [VILLAGE],
      inspectorIds,
    },
  });
  expect(await shownTo('inspector.one', null, visitBy(id))).toHaveLength(1);
  expect(await shownTo('inspector.one', null, visitBy(randomUUID()))).toEqual([]);
  expect(await shownTo('hesheng.village', null, visitBy(id))).toEqual([]);
});

describe('the work feed', () => {
  test('of an office shows what its grants cover', async () => {
    const facts = [VILLAGE, SIBLING, OTHER].map((code) => findingIn(code));
    expect(await shownTo('hesheng.village', null, ...facts)).toEqual([VILLAGE]);
    expect(await shownTo('longwang.town', null, ...facts)).toEqual([VILLAGE, SIBLING]);
  });

  test('of an inspector shows the villages of the inspection, on its days', async () => {
    const grants = await house.sql(`select region_code, valid_from, valid_to from role_grant
      join account on account.id = account_id where username = 'inspector.one' and revoked_at is null`);
    const villages: string[] = grants.map(({ region_code }) => region_code).sort();
    expect(villages.length).toBeGreaterThan(0);
    const [outside] = await house.sql(
      `select code from region where level = 'VILLAGE' and code <> all ($1) order by code limit 1`,
      [villages],
    );
    const facts = () => [...villages, outside.code].map((code) => findingIn(code));
    expect((await shownTo('inspector.one', null, ...facts())).sort()).toEqual(villages);
    for (const village of villages) {
      expect(await shownTo('inspector.one', village, findingIn(village))).toEqual([village]);
    }
    const end = Math.max(...grants.map(({ valid_to }) => valid_to.getTime()));
    house.moveClock(new Date(end).toISOString());
    expect(await shownTo('inspector.one', null, ...facts())).toEqual([]);
    expect(await refusalOf('inspector.one', villages[0] ?? '')).toBe('FORBIDDEN');
    house.moveClock('2016-12-08T09:00:00+08:00');
  });
});
