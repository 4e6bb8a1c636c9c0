import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { Wire } from '../client/wire.js';
import { VillageAtWork } from '../feed/moves.js';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { type House, openHouse, operation } from '../helpers/house.js';
import { Wall } from './wall.js';

const HESHENG = '341225206205';
const CITY = '341200000000';

let house: House;
let browser: Browser;
let village: VillageAtWork;
beforeAll(async () => {
  // First: on a machine without one nothing else is left open.
  browser = await openBrowser();
  house = await openHouse();
}, 60_000);
beforeEach(async () => {
  village ??= await VillageAtWork.of(await house.signIn('hesheng.village'), HESHENG);
});
afterAll(async () => {
  await browser.close();
  await house.close();
});

/** The events that the API's own feed tells after a position, as the screen asks for them. */
async function toldAfter(cursor: string, count: number): Promise<string[]> {
  const office = await house.signIn('city.office');
  const kinds = ['TASK_STATUS_CHANGED', 'TASK_SCHEDULE_CHANGED', 'ALERT_RAISED', 'ALERT_RESOLVED'];
  const feed = await office.subscribe(operation('supervision-feed'), { within: CITY, after: cursor, kinds });
  const ids: string[] = [];
  while (ids.length < count)
    ids.push(...(await feed.next()).data.supervisionFeed.events.map(({ id }: { id: string }) => id));
  feed.close();
  return ids;
}

async function cursorOfNow(): Promise<string> {
  const office = await house.signIn('city.office');
  return (await office.data(operation('overview'), { region: CITY })).overview.cursor;
}

const hasLines = async (wall: Wall, ids: readonly string[]) => {
  for (const id of ids) await wall.page.locator(`[data-event="${id}"]`).first().waitFor();
};

test('a change made through the API is seen without a reload: on the ticker, in the numbers, with a glow', async () => {
  const wall = await Wall.open(browser, house, { hash: `#/${HESHENG}` });
  await wall.enter('city.leader');
  const before = await wall.figure('tasks', /滞后/);
  const cursor = await cursorOfNow();
  const { taskId } = await village.move();
  await house.settled();
  const [id = ''] = await toldAfter(cursor, 1);
  await hasLines(wall, [id]);
  // What the village shows of the task is the server's word for it.
  const office = await house.signIn('city.office');
  const { task } = await office.data(operation('task'), { id: taskId });
  const word = { IN_PROGRESS: '进行中', BLOCKED: '受阻' }[task.status as 'IN_PROGRESS' | 'BLOCKED'];
  await wall.page.locator('.area-village tbody tr').filter({ hasText: word }).first().waitFor();
  const { overview } = await office.data('{ overview(region: "341225206205") { tasks { behind } } }');
  await wall.page
    .locator('.area-tasks')
    .getByRole('button', { name: new RegExp(`滞后 ${overview.tasks.behind} `) })
    .waitFor();
  if (overview.tasks.behind !== before) await wall.page.locator('.area-tasks .glow').first().waitFor();
  expect(wall.watch.faults).toEqual([]);
}, 60_000);

test('cut again and again while things happen: every line once, in the order of the log', async () => {
  const wire = await Wire.open(house.address);
  const wall = await Wall.open(browser, house, { address: wire.address.replace('/graphql', '') });
  await wall.enter('city.leader');
  const seeded = await wall.ticker();
  const cursor = await cursorOfNow();
  for (let round = 0; round < 4; round++) {
    await village.move();
    wire.cut();
    await village.move();
    await village.move();
  }
  await house.settled();
  const told = await toldAfter(cursor, 12);
  await hasLines(wall, told);
  const fresh = (await wall.ticker()).filter((id) => !seeded.includes(id));
  const flowing = fresh.filter((id) => told.includes(id));
  expect(flowing).toEqual([...told].reverse());
  expect(wire.connections).toBeGreaterThan(4);
  await wall.page.getByText('实时', { exact: true }).waitFor();
  await wire.close();
}, 90_000);

test('a reload of the page goes on from its cursor: what happened meanwhile is there, nothing twice', async () => {
  const wall = await Wall.open(browser, house);
  await wall.enter('city.leader');
  const cursor = await cursorOfNow();
  await village.move();
  const [first = ''] = await toldAfter(cursor, 1);
  await hasLines(wall, [first]);
  await wall.page.goto('about:blank');
  await village.move();
  await village.move();
  await wall.page.goto(`${house.address}/screen/`);
  await wall.numbers();
  const told = await toldAfter(cursor, 3);
  await hasLines(wall, told);
  const lines = await wall.ticker();
  expect(lines.filter((id) => told.includes(id))).toEqual([...told].reverse());
  expect(new Set(lines).size).toBe(lines.length);
}, 60_000);

test('silent for longer than a heartbeat: clearly stale, with the last good numbers and their time', async () => {
  const wire = await Wire.open(house.address);
  const address = wire.address.replace('/graphql', '');
  const wall = await Wall.open(browser, house, { address, ownClock: true });
  await wall.enter('city.leader');
  await wall.page.getByText('实时', { exact: true }).waitFor();
  const total = await wall.figure('tasks', /^对标任务/);
  // A part of the typeface that is asked for over a dead wire never comes, and a screenshot waits for it.
  await wall.page.evaluate('document.fonts.ready.then(() => undefined)');
  wire.target = null;
  wire.deaden();
  await wall.page.clock.fastForward(19_000);
  await wall.page.locator('.freshness.stale, .freshness.away').waitFor();
  const banner = await wall.page.getByRole('alert').innerText();
  expect(banner).toMatch(/连接中断，正在自动重连。下方为 12\/8 \d\d:\d\d:\d\d 的数据/);
  expect(await wall.page.locator('.wall.stale').count()).toBe(1);
  expect(await wall.figure('tasks', /^对标任务/)).toBe(total);
  await browser.shot(wall.page, 'screen-stale');
  wire.target = house.address;
  await wall.page.clock.fastForward(30_000);
  await wall.page.getByText('实时', { exact: true }).waitFor();
  expect(await wall.page.locator('.wall.stale').count()).toBe(0);
  await wire.close();
}, 90_000);

test('a critical line stays on top until it is read, however much comes after it', async () => {
  const wall = await Wall.open(browser, house);
  await wall.enter('city.leader');
  const pinned = wall.page.locator('.pinned [data-event]');
  await pinned.first().waitFor();
  const id = await pinned.first().getAttribute('data-event');
  for (let moves = 0; moves < 5; moves++) await village.move();
  const cursor = await cursorOfNow();
  await village.move();
  await hasLines(wall, await toldAfter(cursor, 1));
  expect(await pinned.first().getAttribute('data-event')).toBe(id);
  await pinned.first().getByRole('button', { name: '已阅' }).click();
  expect(await wall.page.locator(`.pinned [data-event="${id}"]`).count()).toBe(0);
  expect(await wall.page.locator(`.lines [data-event="${id}"]`).count()).toBe(1);
}, 60_000);
