import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { type House, openHouse } from '../helpers/house.js';
import { Wall } from './wall.js';

let house: House;
let browser: Browser;
beforeAll(async () => {
  // First: on a machine without one nothing else is left open.
  browser = await openBrowser();
  house = await openHouse();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await house.close();
});

const counted = async (wall: Wall) =>
  Number((await wall.page.locator('.pin-head b').innerText()).replaceAll(',', ''));

test('over the end of the year: every critical alert is counted as unread, and the countdown begins anew', async () => {
  const before = await Wall.open(browser, house);
  await before.enter('city.leader');
  house.moveClock('2017-01-02T09:00:00+08:00');
  await house.settled();
  const client = await house.signIn('city.leader');
  const { overview } = await client.data(
    '{ overview(region: "341200000000") { alerts { bySeverity { severity count } } } }',
  );
  const critical = overview.alerts.bySeverity.at(-1).count;
  expect(critical).toBeGreaterThan(1000);
  await before.page.locator('.countdown').getByText('363').waitFor();

  const fresh = await Wall.open(browser, house);
  await fresh.enter('city.leader');
  await fresh.page.locator('.pin-head b').waitFor();
  expect(await counted(fresh)).toBe(critical);
  await fresh.page.locator('.countdown').getByText('363').waitFor();
  expect(fresh.watch.faults).toEqual([]);
}, 90_000);
