import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { type House, openHouse } from '../helpers/house.js';
import { LAPTOP, TABLET, WALL, Wall } from './wall.js';

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

const SIZES = { wall: WALL, 'wall-4k': { width: 3840, height: 2160 }, laptop: LAPTOP, tablet: TABLET };

test.each(Object.entries(SIZES))(
  'the wall screen signs in and shows its region at a glance: %s',
  async (name, size) => {
    const wall = await Wall.open(browser, house, { size });
    await wall.enter('wall.screen');
    expect(await wall.place()).toBe('阜阳市');
    const screen = await house.signIn('wall.screen');
    const { overview } = await screen.data(
      `{ overview(region: "341200000000") { villages { planned met } households { planned lifted }
         tasks { total overdue dueSoon } alerts { bySeverity { severity count } } } }`,
    );
    expect(await wall.figure('villages', /年度计划/)).toBe(overview.villages.planned);
    expect(await wall.figure('households', /已脱贫/)).toBe(overview.households.lifted);
    expect(await wall.figure('tasks', /逾期/)).toBe(overview.tasks.overdue);
    expect(await wall.figure('tasks', /临期/)).toBe(overview.tasks.dueSoon);
    expect(await wall.figure('alerts', /严重/)).toBe(overview.alerts.bySeverity.at(-1).count);
    await wall.page.locator('.area-map svg path').first().waitFor();
    await browser.shot(wall.page, `screen-${name}`);
    expect(wall.watch.foreign(house.address)).toEqual([]);
    expect(wall.watch.faults).toEqual([]);
    // The same page at every size, but that a tablet stacks it. Last: it keeps the page busy for seconds.
    if (name === 'wall' || name === 'tablet') expect(await browser.axe(wall.page)).toEqual([]);
  },
  60_000,
);

test('on a wall, a laptop and a tablet nothing is wider than the screen, and a wall needs no scrolling', async () => {
  for (const [name, size] of Object.entries(SIZES)) {
    const wall = await Wall.open(browser, house, { size });
    await wall.enter('wall.screen');
    const { width, height } = await wall.page.evaluate(() => ({
      width: document.documentElement.scrollWidth,
      height: document.documentElement.scrollHeight,
    }));
    expect({ name, width }).toEqual({ name, width: size.width });
    if (name !== 'tablet') expect({ name, height }).toEqual({ name, height: size.height });
  }
}, 60_000);

test('a wall reads <5 where a count of households is withheld, in both languages', async () => {
  const screen = await house.signIn('wall.screen');
  const { overview } = await screen.data(
    '{ overview(region: "341225000000") { children { region { code } householdsLifted householdsPlanned } } }',
  );
  const hidden = overview.children.find(
    ({ householdsLifted }: { householdsLifted: number | null }) => householdsLifted === null,
  );
  const wall = await Wall.open(browser, house, { hash: `#/${hidden.region.code}` });
  await wall.enter('wall.screen');
  const panel = wall.page.locator('.area-households');
  expect(await panel.locator('.figure.huge b').innerText()).toBe('<5');
  expect(await panel.getByRole('button', { name: /已脱贫 少于 5 户/ }).count()).toBe(1);
  expect(await panel.innerText()).not.toMatch(/NaN|null/);
  await wall.page.getByRole('button', { name: 'English' }).click();
  expect(await panel.locator('.figure.huge b').innerText()).toBe('<5');
  expect(await panel.getByRole('button', { name: /lifted fewer than 5/ }).count()).toBe(1);
  await wall.page.goto(`${house.address}/screen/#/341225000000`);
  await wall.numbers();
  await wall.page.locator('.centre select').selectOption('households');
  expect(await wall.page.locator('.area-ranking').innerText()).toContain('<5');
  expect(await wall.page.locator('.area-ranking').innerText()).not.toMatch(/NaN|null/);
  await browser.shot(wall.page, 'screen-withheld');
  expect(wall.watch.faults).toEqual([]);
}, 60_000);

test('Chinese first, English at a switch that is remembered, numbers and dates in its form', async () => {
  const wall = await Wall.open(browser, house);
  await wall.enter('city.leader');
  expect(await wall.page.locator('html').getAttribute('lang')).toBe('zh-CN');
  expect(await wall.page.locator('.countdown').innerText()).toMatch(/2016年12月8日.*距年底\s*23\s*天/s);
  await wall.page.getByRole('button', { name: 'English' }).click();
  expect(await wall.page.locator('html').getAttribute('lang')).toBe('en');
  expect(await wall.page.locator('.countdown').innerText()).toMatch(/December 8, 2016/);
  expect(await wall.page.getByRole('heading', { level: 2 }).allInnerTexts()).toContain('Village benchmark');
  expect(await wall.page.locator('.area-ranking').innerText()).toContain('Funan');
  // Lines that came before the switch speak the new language, too.
  expect(await wall.page.locator('.area-ticker .headline').first().innerText()).toMatch(/alert raised/);
  await browser.shot(wall.page, 'screen-english');
  await wall.page.reload();
  await wall.numbers();
  expect(await wall.page.locator('html').getAttribute('lang')).toBe('en');
  expect(wall.watch.faults).toEqual([]);
  expect(await browser.axe(wall.page)).toEqual([]);
}, 60_000);

test('with a keyboard alone: into a county, into a list and out again', async () => {
  const wall = await Wall.open(browser, house);
  await wall.page.getByLabel('账号').focus();
  await wall.page.keyboard.type('city.leader');
  await wall.page.keyboard.press('Tab');
  await wall.page.keyboard.type(house.database.secrets.demoPassword);
  await wall.page.keyboard.press('Enter');
  await wall.numbers();
  const tabTo = async (selector: string) => {
    for (let steps = 0; steps < 400; steps++) {
      await wall.page.keyboard.press('Tab');
      if (await wall.page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
    }
    throw new Error(`no way to ${selector} by keyboard`);
  };
  await tabTo('.area-tasks .counts button');
  await wall.page.keyboard.press('Enter');
  await wall.page.getByRole('dialog').waitFor();
  await wall.page.keyboard.press('Escape');
  await wall.page.getByRole('dialog').waitFor({ state: 'detached' });
  await tabTo('.ranking button');
  await wall.page.keyboard.press('Enter');
  await wall.page.locator('.crumbs li:nth-child(2)').waitFor();
  expect(await wall.place()).not.toBe('阜阳市');
}, 60_000);

test('who asked for less motion sees changes without any', async () => {
  const { page } = await browser.page({ size: WALL, reducedMotion: 'reduce' });
  await page.goto(`${house.address}/screen/`);
  const animations = await page.evaluate(() => {
    const probe = document.body.appendChild(document.createElement('b'));
    probe.className = 'glow';
    const { animationName, outlineStyle } = getComputedStyle(probe);
    return { animationName, outlineStyle };
  });
  expect(animations).toEqual({ animationName: 'none', outlineStyle: 'solid' });
});

/** The bound: a megabyte on the wire, typeface not counted. */
const FIRST_LOAD_BYTES = 1_000_000;

test('the first load weighs less than a megabyte, and of the typeface only the parts in use are loaded', async () => {
  const wall = await Wall.open(browser, house);
  await wall.enter('wall.screen');
  await wall.page.locator('.area-map svg path').first().waitFor();
  const loaded = await wall.page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .concat(performance.getEntriesByType('navigation'))
      .map((entry) => {
        const { name, encodedBodySize } = entry as PerformanceResourceTiming;
        return { name, bytes: encodedBodySize };
      }),
  );
  const isFont = ({ name }: { name: string }) => name.endsWith('.woff2');
  const weight = loaded.filter((file) => !isFont(file)).reduce((sum, { bytes }) => sum + bytes, 0);
  expect(weight).toBeGreaterThan(100_000);
  expect(weight).toBeLessThan(FIRST_LOAD_BYTES);
  const fonts = loaded.filter(isFont);
  expect(fonts.length).toBeGreaterThan(0);
  expect(fonts.length).toBeLessThan(60);
}, 60_000);
