import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { OverviewDocument } from '../../schema/generated/documents.js';
import { type House, openHouse } from '../helpers/house.js';
import { inTurn, MemoryStorage } from './hand-time.js';
import { Page } from './page.js';

const HERE = { region: '341225206205' };

let house: House;
let password: string;
/** By how much the server is ahead of the moment at which the tests began. */
let ahead = 0;
beforeAll(async () => {
  const now = Date.now;
  jest.spyOn(Date, 'now').mockImplementation(() => now() + ahead);
  house = await openHouse({ env: { ACCESS_TOKEN_MINUTES: '1' } });
  password = house.database.secrets.demoPassword;
});
afterAll(async () => {
  jest.restoreAllMocks();
  await house.close();
});

const address = () => `${house.address}/graphql`;
const expire = () => {
  ahead += 61_000;
};

let page: Page;
beforeEach(() => {
  page = new Page(address());
});

test('a wrong password signs nobody in', async () => {
  await expect(page.session.signIn('hesheng.village', 'wrong-password')).rejects.toMatchObject({
    code: 'UNAUTHENTICATED',
    status: 200,
    requestId: expect.any(String),
  });
  expect(page.session.state.get()).toEqual({ is: 'signedOut' });
  expect(page.storage.items.size).toBe(0);
});

test('signed in, one asks as oneself, and is told what one may not', async () => {
  const viewer = await page.session.signIn('hesheng.village', password);
  expect(viewer.grants).toMatchObject([
    { role: 'VILLAGE_TEAM', region: { code: HERE.region }, validTo: null },
  ]);
  expect((await page.ask(OverviewDocument, HERE)).overview.region.code).toBe(HERE.region);
  await expect(page.ask(OverviewDocument, { region: '341200000000' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  expect(page.session.state.get()).toEqual({ is: 'signedIn', viewer });
});

test('ten ask at once after the token expired: all are answered, with one refresh', async () => {
  await page.session.signIn('hesheng.village', password);
  expire();
  const answers = await Promise.all(Array.from({ length: 10 }, () => page.ask(OverviewDocument, HERE)));
  expect(answers).toHaveLength(10);
  expect(page.sent.filter((name) => name === 'Refresh')).toHaveLength(1);
});

test('two pages of one storage stay signed in, expiry after expiry', async () => {
  const alone = inTurn();
  page = new Page(address(), new MemoryStorage(), { alone });
  await page.session.signIn('hesheng.village', password);
  const other = page.at(address(), { alone });
  for (let turn = 0; turn < 5; turn++) {
    expire();
    await Promise.all([page.ask(OverviewDocument, HERE), other.ask(OverviewDocument, HERE)]);
  }
  expect([page, other].map(({ session }) => session.state.get().is)).toEqual(['signedIn', 'signedIn']);
});

test('a page that was reloaded goes on; one that finds a used token signs in anew', async () => {
  await page.session.signIn('hesheng.village', password);
  const old = new MemoryStorage();
  for (const [key, text] of page.storage.items) old.setItem(key, text);
  expect((await page.at(address()).ask(OverviewDocument, HERE)).overview).toBeDefined();
  // A copy of the storage knows nothing of the token that was given since, and comes later than a lost answer would.
  await house.sql(`update session set refreshed_at = refreshed_at - interval '11 seconds'`);
  const stale = new Page(address(), old, { alone: inTurn() });
  stale.session.restore();
  await expect(stale.ask(OverviewDocument, HERE)).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
  expect(stale.session.state.get()).toMatchObject({ is: 'ended', why: 'expired' });
  expect(old.items.size).toBe(0);
});

test('signed out in one page, signed out in all', async () => {
  await page.session.signIn('hesheng.village', password);
  const other = page.at(address());
  await other.session.signOut();
  expect(page.storage.items.size).toBe(0);
  await expect(page.ask(OverviewDocument, HERE)).rejects.toMatchObject({ code: 'SESSION_REVOKED' });
  expect(page.session.state.get()).toMatchObject({ is: 'ended', why: 'revoked' });
});
