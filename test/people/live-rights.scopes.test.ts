import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { VillageAtWork } from '../feed/moves.js';
import type { Feed } from '../helpers/feed.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { RawSocket } from '../http/raw-socket.js';

let house: House;
let admin: Client;
let village: VillageAtWork;

beforeAll(async () => {
  house = await openHouse();
  admin = await house.signIn('admin', { secondFactor: true });
  village = await VillageAtWork.of(await house.signIn('hesheng.village'), VILLAGE);
});
afterAll(() => house.close());

const VILLAGE = '341225206205';
const FEED = operation('supervision-feed');
const HERE = { within: VILLAGE };

const idOf = async (username: string) =>
  (await house.sql('select id from account where username = $1', [username]))[0].id;

async function grant(username: string, regionCode = VILLAGE, more: object = {}) {
  const input = { accountId: await idOf(username), role: 'SCREEN', regionCode, ...more };
  const document = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { grant { id version } } }';
  return (await admin.data(document, { input })).grantRole.grant;
}

async function revoke({ id, version }: { id: string; version: number }) {
  const input = { grantId: id, expectedVersion: version };
  await admin.data('mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark } }', { input });
}

/** The code that a subscription ended with; what the deadline clock still said of the move before may come first. */
async function endOf(feed: Feed): Promise<string> {
  try {
    await feed.until(() => false);
  } catch (errors) {
    return (errors as { extensions: { code: string } }[])[0]?.extensions.code ?? String(errors);
  }
  return 'not ended';
}

test('a revoked grant ends the feed, and nothing that happens later reaches its holder', async () => {
  const given = await grant('liulou.village');
  const holder = await house.signIn('liulou.village');
  const feed = await holder.subscribe(FEED, HERE);
  await feed.next();
  const { mark } = await village.move();
  expect((await feed.next()).data.supervisionFeed.events[0].mark).toBe(mark);
  await revoke(given);
  expect(await endOf(feed)).toBe('FORBIDDEN');
  await village.move();
  expect((await holder.refusal(operation('tasks'), { ...HERE, first: 1 })).code).toBe('FORBIDDEN');
});

test('nothing of a tick after the revocation is delivered, however busy the village is', async () => {
  const given = await grant('liulou.village');
  const holder = await house.signIn('liulou.village');
  const feed = await holder.subscribe(FEED, HERE);
  await feed.next();
  const delivered: string[] = [];
  const listening = (async () => {
    for (;;) {
      const { events } = (await feed.next()).data.supervisionFeed;
      delivered.push(...events.map(({ id }: { id: string }) => id));
    }
  })().catch((errors) => errors[0].extensions.code);
  let isOver = false;
  const working = (async () => {
    while (!isOver) await village.move();
  })();
  for (let moves = 0; moves < 10; moves++) await village.move();
  await revoke(given);
  expect(await listening).toBe('FORBIDDEN');
  isOver = true;
  await working;
  await house.settled();
  const [{ at }] = await house.sql(
    `select max(tick.id)::int as at from event join tick on event.id = any (tick.ids) where subject_id = $1`,
    [given.id],
  );
  const later = await house.sql(
    `select from event join tick on event.id = any (tick.ids) where event.id = any ($1) and tick.id > $2`,
    [delivered, at],
  );
  expect(delivered.length).toBeGreaterThan(0);
  expect(later).toEqual([]);
});

test('a feed goes on while another grant still covers it', async () => {
  const [narrow, wide] = [await grant('lucheng.town'), await grant('lucheng.town', '341225206000')];
  const holder = await house.signIn('lucheng.town');
  const feed = await holder.subscribe(FEED, HERE);
  await feed.next();
  await revoke(narrow);
  const { mark } = await village.move();
  const seen = await feed.until(({ data }) => data.supervisionFeed.events.length > 0);
  expect(seen.at(-1).data.supervisionFeed.events[0].mark).toBe(mark);
  await revoke(wide);
  expect(await endOf(feed)).toBe('FORBIDDEN');
});

test('a grant that ends by the campaign clock ends the feed', async () => {
  await grant('liulou.village', VILLAGE, { validTo: '2016-12-09T00:00:00+08:00' });
  const holder = await house.signIn('liulou.village');
  const feed = await holder.subscribe(FEED, HERE);
  await feed.next();
  house.moveClock('2016-12-09T00:00:00+08:00');
  await village.move();
  expect(await endOf(feed)).toBe('FORBIDDEN');
  house.moveClock('2016-12-08T09:00:00+08:00');
});

test('a subscription begins with the rights of now, not with those the socket came with', async () => {
  const { login } = await house.client().data(operation('login'), {
    username: 'longwang.town',
    password: house.database.secrets.demoPassword,
  });
  const socket = await new RawSocket(house.address).enter(login.accessToken);
  const other = { within: '341225120206' };
  const given = await grant('longwang.town', other.within);
  await socket.subscribe('1', FEED, other);
  expect(await socket.next()).toMatchObject({ id: '1', type: 'next' });
  await socket.say({ id: '1', type: 'complete' });
  await revoke(given);
  await socket.subscribe('2', FEED, other);
  const answer = await socket.next();
  expect(answer).toMatchObject({ id: '2', type: 'error', payload: [{ extensions: { code: 'FORBIDDEN' } }] });
  socket.socket.close();
});

test('an ended session ends its feeds', async () => {
  const holder = await house.signIn('hesheng.village');
  const feed = await holder.subscribe(FEED, HERE);
  await feed.next();
  await holder.data(operation('logout'));
  const end = await feed.next().catch((fault) => fault.code ?? fault[0].extensions.code);
  expect([4401, 'SESSION_REVOKED']).toContain(end);
});
