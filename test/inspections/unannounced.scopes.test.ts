import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
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
  type Inspection,
  INSPECTION_BY_ID,
  ISSUE,
  LIULOU,
  LONGWANG,
  moveOf,
  walk,
  WORK_LIST,
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

/** All that an account can read of inspections: list, count, edge and each one by its id. */
async function seenBy(username: string, within: string, ids: string[]) {
  const client = clientOf(username);
  const { inspections } = await client.data(INSPECTIONS, { within, first: 100 });
  const { region } = await client.data(EDGE, { code: within });
  const listed: string[] = inspections.edges.map(({ node }: { node: { id: string } }) => node.id);
  expect(inspections.totalCount).toBe(listed.length);
  expect(region.inspections.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(listed);
  expect(region.inspections.totalCount).toBe(listed.length);
  const answers = await Promise.all(ids.map((id) => client.ask(INSPECTION_BY_ID, { id })));
  return {
    listed: ids.filter((id) => listed.includes(id)),
    found: ids.filter((_, at) => answers[at]?.data?.inspection),
    messages: answers.flatMap(({ errors }) => errors ?? []).map(({ message, extensions }) => `${extensions.code} ${message}`),
    total: listed.length,
  };
}

describe('an unannounced visit of both teams\u2019 villages and one of a single village', () => {
  let visits: Inspection[];
  let called: Inspection;
  const before = new Map<string, number>();
  const cursors = new Map<string, string>();

  beforeAll(async () => {
    for (const [username, within] of ACCOUNTS) {
      before.set(username, (await seenBy(username, within, [])).total);
      const feed = await clientOf(username).subscribe(FEED, { within });
      cursors.set(username, (await feed.next()).data.supervisionFeed.cursor);
    }
    const both = { ...UNANNOUNCED, villages: [HESHENG, LIULOU], inspectorIds: [two] };
    const single = { ...UNANNOUNCED, villages: [HESHENG], inspectorIds: [two] };
    visits = [await create(office, both), await create(office, single)];
    called = await walk(office, await create(office, single), 'ASSIGNED', 'CANCELLED');
    visits = await Promise.all(visits.map((visit) => walk(office, visit, 'ASSIGNED')));
  });

  /** What the feed has said of these visits since before they were planned. */
  async function told(username: string, within: string) {
    const client = clientOf(username);
    // The office's own word on something everybody here may read marks where the replay has caught up.
    const fence = await create(office, { villages: [within.endsWith('000') ? HESHENG : within], titleZh: '标记' });
    const feed = await client.subscribe(FEED, { within: CITY === within ? CITY : within, after: cursors.get(username) });
    void fence;
    const events = [];
    for (const { data } of await feed.until(({ data }) => data.supervisionFeed.events.length >= 0)) {
      events.push(...data.supervisionFeed.events);
    }
    feed.close();
    const ids = [...visits, called].map(({ id }) => id);
    return events.filter(({ subject }) => ids.includes(subject.id));
  }

  test.each(ACCOUNTS)('%s before the field', async (username, within, mayKnow) => {
    const ids = [...visits, called].map(({ id }) => id);
    const seen = await seenBy(username, within, ids);
    expect(seen.listed).toEqual(mayKnow ? ids : []);
    expect(seen.found).toEqual(mayKnow ? ids : []);
    expect(seen.total).toBe((before.get(username) ?? 0) + (mayKnow ? 3 : 0));
    if (!mayKnow) expect(new Set(seen.messages)).toEqual(new Set(['NOT_FOUND No such inspection.']));
    expect((await told(username, within)).length > 0).toBe(mayKnow);
  });
});
