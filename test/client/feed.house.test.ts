import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { VillageAtWork } from '../feed/moves.js';
import { Client, type House, openHouse } from '../helpers/house.js';
import { HandTime } from './hand-time.js';
import { type Followed, Page } from './page.js';
import { openTwin } from './twin.js';
import { Wire } from './wire.js';

const VILLAGE = '341225206205';

let house: House;
/** By how much the server is ahead of the moment at which the tests began. */
let ahead = 0;
beforeAll(async () => {
  const now = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  house = await openHouse({ env: { ACCESS_TOKEN_MINUTES: '1' } });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await house.close();
});

let wire: Wire;
let work: VillageAtWork;
/** Reads the same without ever being cut. */
let witness: Followed;
const pages: Page[] = [];

beforeEach(async () => {
  await house.settled();
  wire = await Wire.open(house.address);
  work = await workAt(house.address);
  witness = await (await signedIn(`${house.address}/graphql`)).follow(VILLAGE).begun();
});
afterEach(async () => {
  for (const page of pages.splice(0)) page.close();
  await wire.close();
});
/** A page of the village team, by this way to the house. */
async function signedIn(address: string, own = {}): Promise<Page> {
  const page = new Page(address, undefined, own);
  pages.push(page);
  await page.session.signIn('hesheng.village', house.database.secrets.demoPassword);
  return page;
}

async function workAt(address: string): Promise<VillageAtWork> {
  const { accessToken } = await house.signIn('hesheng.village');
  return VillageAtWork.of(new Client(address, accessToken), VILLAGE);
}

/** Both have seen the last move, and the one has seen just what the other saw. */
async function expectSame(followed: Followed, ...witnesses: Followed[]): Promise<void> {
  await house.settled();
  const rows = await house.sql('select max(id)::text as last from event where region_code = $1', [VILLAGE]);
  const last: string = rows[0].last;
  await Promise.all([followed, ...witnesses].map((each) => each.until(({ ids }) => ids.includes(last))));
  for (const each of witnesses) expect(followed.ids).toEqual(each.ids);
  expect(new Set(followed.ids).size).toBe(followed.ids.length);
  expect([...followed.resets, ...followed.ends]).toEqual([]);
}

test('cut all the time while work goes on: nothing is lost or doubled', async () => {
  const followed = await (await signedIn(wire.address)).follow(VILLAGE).begun();
  for (let moves = 0; moves < 80; moves++) {
    await work.move();
    if (Math.random() < 0.3) wire.cut();
  }
  await expectSame(followed, witness);
  expect(followed.ids.length).toBeGreaterThanOrEqual(80);
  expect(wire.connections).toBeGreaterThan(5);
}, 60_000);

test('a token that expires: another one, and nothing is missing', async () => {
  const page = await signedIn(`${house.address}/graphql`);
  // As good as over for the server, which counts what is left when the socket comes.
  ahead += 59_500;
  const followed = await page.follow(VILLAGE).begun();
  work = await workAt(house.address);
  await work.move();
  await followed.states.until(({ lastClose }) => lastClose === 4403);
  await work.move();
  await followed.states.until(({ state }) => state === 'connected');
  await work.move();
  await expectSame(followed);
  expect(followed.ids).toEqual(expect.arrayContaining(witness.ids));
  expect(page.sent.filter((name) => name === 'Refresh')).toHaveLength(1);
});

test('a session that is ended elsewhere ends it, without another attempt', async () => {
  const page = await signedIn(wire.address);
  const followed = await page.follow(VILLAGE).begun();
  const { connections } = wire;
  await page.at(`${house.address}/graphql`).session.signOut();
  await followed.states.until(({ state }) => state === 'ended');
  expect(page.session.state.get()).toMatchObject({ is: 'ended', why: 'revoked' });
  expect(wire.connections).toBe(connections);
});

test('without the right to it a feed ends with the reason, and nothing else does', async () => {
  const page = await signedIn(wire.address);
  const refused = page.follow('341225120206');
  await refused.until(({ ends }) => ends.length > 0);
  expect(refused.ends).toEqual(['FORBIDDEN']);
  expect(refused.socket.connection.get().state).toBe('connected');
  expect(page.session.state.get().is).toBe('signedIn');
});

test('a wire that goes dead without a word: noticed with the missed heartbeat, and nothing is missing', async () => {
  const time = new HandTime();
  const { now, after } = time;
  const page = await signedIn(`${house.address}/graphql`, { now, after });
  const followed = await page.follow(VILLAGE, wire.address).begun();
  await work.move();
  await followed.until(({ ids }) => ids.length > 0);
  wire.deaden();
  await work.move();
  await work.move();
  await house.settled();
  const before = followed.ids.length;
  time.advance(17_999);
  expect(followed.socket.connection.get().state).toBe('connected');
  expect(followed.ids).toHaveLength(before);
  time.advance(1);
  expect(followed.socket.connection.get()).toMatchObject({ state: 'connecting', lastClose: 4499 });
  await expectSame(followed, witness);
});

test('a server that restarts: the next one goes on where it ended', async () => {
  const followed = await (await signedIn(wire.address)).follow(VILLAGE).begun();
  await work.move();
  await witness.until(({ ids }) => ids.length > 0);
  witness.socket.dispose();
  wire.target = null;
  await house.node.leave();
  await followed.states.until(({ lastClose }) => lastClose === 1012);
  await work.move();
  const twin = await openTwin(house);
  wire.target = twin.address;
  const atTwin = await workAt(twin.address);
  await atTwin.move();
  await house.settled();
  await expectSame(followed);
  const rows = await house.sql(
    `select count(*)::int as moves from event where region_code = $1 and id >= $2 and kind = 'TASK_STATUS_CHANGED'`,
    [VILLAGE, followed.ids[0]],
  );
  expect(rows).toEqual([{ moves: 3 }]);
  await twin.close();
});
