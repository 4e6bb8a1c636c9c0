import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Feed } from '../helpers/feed.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import {
  ABSENT,
  accountId,
  CHANGE,
  CITY,
  create,
  EDGE,
  FUNAN,
  findingOf,
  HESHENG,
  INSPECTION_BY_ID,
  type Inspection,
  ISSUE,
  LIULOU,
  LONGWANG,
  moveOf,
  WORK_LIST,
  walk,
} from './documents.js';

const INSPECTIONS = operation('inspections');
const FEED = operation('supervision-feed');
const UNANNOUNCED = { kind: 'UNANNOUNCED_VISIT', titleZh: '暗访' };

/** Every demo account, where it looks, and whether it may know of an unannounced visit. */
const ACCOUNTS = [
  ['city.leader', CITY, true],
  ['city.office', CITY, true],
  ['auditor', CITY, true],
  ['funan.office', FUNAN, false],
  ['longwang.town', LONGWANG, false],
  ['lucheng.town', '341225120000', false],
  ['hesheng.village', HESHENG, false],
  ['liulou.village', LIULOU, false],
  ['inspector.one', HESHENG, false],
  ['admin', CITY, false],
  ['wall.screen', CITY, false],
] as const;

let house: House;
let office: Client;
let two: string;
const clients = new Map<string, Client>();
beforeAll(async () => {
  house = await openHouse();
  for (const [username] of ACCOUNTS) clients.set(username, await house.signIn(username));
  office = clientOf('city.office');
  two = await accountId(house, 'inspector.two');
});
afterAll(() => house.close());

function clientOf(username: string): Client {
  const client = clients.get(username);
  if (!client) throw new Error(`${username} is not signed in`);
  return client;
}

/** All that an account can read of inspections: list, count and edge of its region, and some by their ids. */
async function seenBy(username: string, within: string, ids: readonly string[]) {
  const client = clientOf(username);
  const { inspections } = await client.data(INSPECTIONS, { within, first: 100 });
  const { region } = await client.data(EDGE, { code: within });
  const idsOf = (list: typeof inspections): string[] =>
    list.edges.map(({ node }: { node: { id: string } }) => node.id);
  const listed = idsOf(inspections);
  expect(inspections.totalCount).toBe(listed.length);
  expect(idsOf(region.inspections)).toEqual(listed);
  expect(region.inspections.totalCount).toBe(listed.length);
  const answers = await Promise.all(ids.map((id) => client.ask(INSPECTION_BY_ID, { id })));
  const errors = answers.flatMap(({ errors }) => errors ?? []);
  return {
    total: listed.length,
    listed: ids.filter((id) => listed.includes(id)),
    found: ids.filter((_, at) => answers[at]?.data?.inspection),
    messages: [...new Set(errors.map(({ message, extensions }) => `${extensions.code} ${message}`))],
  };
}

test.each(ACCOUNTS)('%s within %s, as the demo begins', async (username, within, mayKnow) => {
  const concealed = await house.sql(
    'select id from inspection where concealed and starts_with(region_code, $1) order by id',
    [within.replace(/0+$/, '')],
  );
  if (within === CITY) expect(concealed.length).toBeGreaterThan(1);
  const ids = concealed.map(({ id }) => id);
  const { listed, found } = await seenBy(username, within, ids);
  expect(listed).toEqual(mayKnow ? ids : []);
  expect(found).toEqual(mayKnow ? ids : []);
});

describe('a visit to both teams\u2019 villages, one to a single village, and one that is called off', () => {
  let wide: Inspection;
  let single: Inspection;
  let calledOff: Inspection;
  const before = new Map<string, number>();
  const feeds = new Map<string, Feed>();
  const cursors = new Map<string, string>();

  beforeAll(async () => {
    for (const [username, within] of ACCOUNTS) {
      before.set(username, (await seenBy(username, within, [])).total);
      const feed = await clientOf(username).subscribe(FEED, { within });
      cursors.set(username, (await feed.next()).data.supervisionFeed.cursor);
      feeds.set(username, feed);
    }
    wide = await create(office, { ...UNANNOUNCED, villages: [HESHENG, LIULOU], inspectorIds: [two] });
    single = await create(office, { ...UNANNOUNCED, inspectorIds: [two] });
    wide = await walk(office, wide, 'ASSIGNED');
    single = await walk(office, single, 'ASSIGNED');
    calledOff = await create(office, { ...UNANNOUNCED, inspectorIds: [two] });
    calledOff = await walk(office, calledOff, 'ASSIGNED', 'CANCELLED');
  });

  const idsOfAll = () => [wide.id, single.id, calledOff.id];

  /** Something that everybody may know, in both places: whoever has heard of it has heard all that was before. */
  async function plainWord(): Promise<Set<string>> {
    const announced = [await create(office), await create(office, { villages: [LIULOU] })];
    return new Set(announced.map(({ id }) => id));
  }

  /** What a feed says of the three visits until it comes to the plain word. */
  async function told(feed: Feed, plain: Set<string>): Promise<string[]> {
    const batches = await feed.until(({ data }) =>
      data.supervisionFeed.events.some(({ subject }: { subject: { id: string } }) => plain.has(subject.id)),
    );
    return batches
      .flatMap(({ data }) => data.supervisionFeed.events)
      .map(({ subject }: { subject: { id: string } }) => subject.id)
      .filter((id: string) => idsOfAll().includes(id));
  }

  test.each(ACCOUNTS)('%s within %s, before the field', async (username, within, mayKnow) => {
    const { total, listed, found, messages } = await seenBy(username, within, idsOfAll());
    expect(listed).toEqual(mayKnow ? idsOfAll() : []);
    expect(found).toEqual(mayKnow ? idsOfAll() : []);
    expect(messages).toEqual(mayKnow ? [] : ['NOT_FOUND No such inspection.']);
    expect(total - (before.get(username) ?? 0)).toBe(mayKnow ? 3 : 0);
  });

  test('the live feed says so to those who may know, and to nobody else', async () => {
    const plain = await plainWord();
    for (const [username, , mayKnow] of ACCOUNTS) {
      const ids = await told(feeds.get(username) as Feed, plain);
      const all = [wide.id, single.id, wide.id, single.id, calledOff.id, calledOff.id, calledOff.id];
      expect({ username, ids }).toEqual({ username, ids: mayKnow ? all : [] });
    }
  });

  test('nobody of the inspected side, nor another inspector, can act on what does not exist for them', async () => {
    const one = clientOf('inspector.one');
    for (const { id, version } of [wide, single, { id: ABSENT, version: 1 }]) {
      for (const expectedVersion of [version, version + 5]) {
        const at = { id, version: expectedVersion };
        expect(await one.refusal(CHANGE, moveOf(at, 'IN_FIELD'))).toMatchObject({ code: 'NOT_FOUND' });
        expect(await one.refusal(ISSUE, findingOf(at))).toMatchObject({ code: 'NOT_FOUND' });
      }
    }
    expect((await one.data(WORK_LIST)).workList).toHaveLength(1);
  });

  test('from IN_FIELD on everybody who may read the place knows of it; what was called off stays unknown', async () => {
    wide = await walk(office, wide, 'IN_FIELD');
    single = await walk(office, single, 'IN_FIELD');
    const plain = await plainWord();
    for (const [username, within, mayKnow] of ACCOUNTS) {
      const visited = idsOfAll().filter((id) => {
        if (id === calledOff.id) return mayKnow;
        return id === wide.id || ![LIULOU, '341225120000'].includes(within);
      });
      const { listed, found } = await seenBy(username, within, idsOfAll());
      expect({ username, listed, found }).toEqual({ username, listed: visited, found: visited });
      // The feed of a place tells of every inspection that goes there, also of one that belongs to the whole county.
      const expected = [wide.id, ...([LIULOU, '341225120000'].includes(within) ? [] : [single.id])];
      expect({ username, live: await told(feeds.get(username) as Feed, plain) }).toEqual({
        username,
        live: expected,
      });
      if (mayKnow) continue;
      const replay = await clientOf(username).subscribe(FEED, { within, after: cursors.get(username) });
      expect({ username, replay: await told(replay, plain) }).toEqual({ username, replay: expected });
      replay.close();
    }
  });

  test('the log holds each move with the audience it had', async () => {
    const rows = await house.sql(
      `select subject_id, audience, params->>'to' as "to" from event where subject_id = any($1) order by id`,
      [idsOfAll()],
    );
    for (const { to, audience } of rows) expect(audience).toBe(to === 'IN_FIELD' ? 'REGION' : 'UNANNOUNCED');
    expect(rows.map(({ to }) => to).sort()).toEqual(
      [
        ...new Array(3).fill('PLANNED'),
        ...new Array(3).fill('ASSIGNED'),
        'IN_FIELD',
        'IN_FIELD',
        'CANCELLED',
      ].sort(),
    );
    const concealed = await house.sql('select id from inspection where concealed and id = any($1)', [
      idsOfAll(),
    ]);
    expect(concealed).toEqual([{ id: calledOff.id }]);
  });
});

test('the inspector who is to carry it out knows of it from the first day, and takes it into the field', async () => {
  const one = clientOf('inspector.one');
  const village = clientOf('liulou.village');
  const inspectorIds = [await accountId(house, 'inspector.one')];
  const days = { startsOn: '2016-12-12', endsOn: '2016-12-13' };
  const planned = await create(office, { ...UNANNOUNCED, ...days, villages: [LIULOU], inspectorIds });
  const { id } = await walk(office, planned, 'ASSIGNED');
  expect(await one.refusal(INSPECTION_BY_ID, { id })).toMatchObject({ code: 'NOT_FOUND' });
  house.moveClock('2016-12-12T08:00:00+08:00');
  const { inspection } = await one.data(INSPECTION_BY_ID, { id });
  expect(inspection.allowedTransitions).toEqual(['IN_FIELD']);
  expect((await one.data(WORK_LIST)).workList.map((work: { id: string }) => work.id)).toContain(id);
  expect(await village.refusal(INSPECTION_BY_ID, { id })).toMatchObject({ code: 'NOT_FOUND' });
  await walk(one, inspection, 'IN_FIELD');
  expect((await village.data(INSPECTION_BY_ID, { id })).inspection.status).toBe('IN_FIELD');
});
