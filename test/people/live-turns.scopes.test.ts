import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Clock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import { House as Node } from '../../src/house.js';
import { Gateway } from '../../src/http/gateway.js';
import { openLog } from '../../src/log.js';
import { findingIn, state } from '../feed/facts.js';
import type { Feed } from '../helpers/feed.js';
import { Client, type House, openHouse, operation, START } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';

const VILLAGE = '341225206205';
const OWN = '341225120206';
const MIDNIGHT = '2016-12-09T00:00:00+08:00';
const NEXT_MIDNIGHT = '2016-12-10T00:00:00+08:00';
const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }';
const BENCHMARK = 'subscription ($region: RegionCode!) { benchmarkChanged(region: $region) { cursor } }';
const WORK = 'subscription { workFeed { cursor events { mark } } }';

let house: House;
let admin: Client;
/** A second node on the same database, with a clock and doors of its own. */
let node: Node;
let gateway: Gateway;
let clock: Clock;
const visitors: Client[] = [];

beforeAll(async () => {
  house = await openHouse();
  admin = await house.signIn('admin', { secondFactor: true });
  const log = openLog('fatal');
  const config = readConfig({ DEMO: 'on', LIMIT_SOCKETS_PER_ACCOUNT: '1000' });
  gateway = new Gateway(config, log, { reason: null });
  await gateway.listen('127.0.0.1', 0);
  clock = new Clock(house.clock.pinned);
  const { secrets, runtimeUrl } = house.database;
  node = await Node.open({ config, secrets, runtimeUrl, clock, log });
  await node.serve(gateway);
});
afterAll(async () => {
  await Promise.all(visitors.map((visitor) => visitor.close()));
  await node.close();
  await gateway.close();
  await house.close();
});
afterEach(() => moveTo(START));

/** Campaign time stands there on both nodes. */
function moveTo(instant: string): void {
  house.moveClock(instant);
  clock.pin(house.clock.pinned);
}

/** The same account on the second node. */
function elsewhere({ accessToken }: Client): Client {
  const { port } = gateway.app.server.address() as AddressInfo;
  const visitor = new Client(`http://127.0.0.1:${port}`, accessToken);
  visitors.push(visitor);
  return visitor;
}

const idOf = async (username: string) =>
  (await house.sql('select id from account where username = $1', [username]))[0].id;

async function grant(username: string, more: object): Promise<void> {
  const input = { accountId: await idOf(username), role: 'SCREEN', regionCode: VILLAGE, ...more };
  await admin.data(GRANT, { input });
}

async function endOf(feed: Feed): Promise<string> {
  try {
    await feed.until(() => false);
  } catch (errors) {
    return (errors as { extensions: { code: string } }[])[0]?.extensions.code ?? String(errors);
  }
  return 'not ended';
}

describe('a grant whose time is over ends what is open, though nothing is said and no heartbeat is due', () => {
  test.each([
    ['supervisionFeed', operation('supervision-feed'), { within: VILLAGE }],
    ['overviewChanged', operation('overview-changed'), { region: VILLAGE }],
    ['benchmarkChanged', BENCHMARK, { region: VILLAGE }],
  ])('%s, on both nodes', async (_, document, variables) => {
    await grant('liulou.village', { validTo: MIDNIGHT });
    const holder = await house.signIn('liulou.village');
    const here = await holder.subscribe(document, variables);
    const there = await elsewhere(holder).subscribe(document, variables);
    await Promise.all([here.next(), there.next()]);
    moveTo(MIDNIGHT);
    expect(await Promise.all([endOf(here), endOf(there)])).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  test('by a clock that runs', async () => {
    await grant('liulou.village', { validTo: MIDNIGHT });
    const holder = await house.signIn('liulou.village');
    const feed = await holder.subscribe(operation('supervision-feed'), { within: VILLAGE });
    await feed.next();
    // A campaign hour is a real second: the last quarter of the hour takes one of its quarters.
    const campaignAt = new Date('2016-12-08T23:45:00+08:00');
    house.clock.pin({ campaignAt, realAt: house.clock.real(), speed: 3600 });
    expect(await endOf(feed)).toBe('FORBIDDEN');
    expect(house.clock.now() >= new Date(MIDNIGHT)).toBe(true);
  });
});

test('a work feed shows what happens while a grant holds, and neither before nor after, on both nodes', async () => {
  await grant('lucheng.town', { validFrom: MIDNIGHT, validTo: NEXT_MIDNIGHT });
  const holder = await house.signIn('lucheng.town');
  const feeds = [await holder.subscribe(WORK), await elsewhere(holder).subscribe(WORK)];
  await Promise.all(feeds.map((feed) => feed.next()));
  const marks: string[] = [];
  for (const instant of ['2016-12-08T23:59:59+08:00', MIDNIGHT, NEXT_MIDNIGHT]) {
    moveTo(instant);
    marks.push(await state(house, findingIn(VILLAGE)));
    // What is its own always comes: when this has, the other is known to have been passed over.
    const fence = await state(house, findingIn(OWN));
    marks.push(fence);
    await Promise.all(feeds.map((feed) => seen(feed, fence)));
  }
  const [, first, within, second, , third] = marks;
  for (const feed of feeds) expect(heard.get(feed)).toEqual([first, within, second, third]);
});

const heard = new Map<Feed, string[]>();

/** Waits for a mark, and keeps all of this test's that came. */
async function seen(feed: Feed, mark: string): Promise<void> {
  const marksOf = ({ data }: { data: { workFeed: { events: { mark: string }[] } } }) =>
    data.workFeed.events.map((event) => event.mark);
  const batches = await feed.until((batch) => marksOf(batch).includes(mark));
  const findings = await house.sql(`select xid::text as mark from event where kind = 'FINDING_CLOSED'`);
  const stated = new Set(findings.map((row) => row.mark));
  const came = batches.flatMap(marksOf).filter((each) => stated.has(each));
  heard.set(feed, [...(heard.get(feed) ?? []), ...came]);
}

test('whoever has gone leaves no alarm behind', async () => {
  await grant('longwang.town', { validTo: MIDNIGHT });
  const holder = await house.signIn('longwang.town');
  const before = house.clock.alarmsSet;
  const feed = await holder.subscribe(operation('supervision-feed'), { within: VILLAGE });
  await feed.next();
  await until('the wait has its alarm', () => house.clock.alarmsSet === before + 1);
  feed.close();
  await until('the alarm is taken back', () => house.clock.alarmsSet === before);
});
