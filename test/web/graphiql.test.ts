import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { TokenMint } from '../../src/auth/token.js';
import { groupsOf } from '../../src/web/graphiql/examples.js';
import { type Browser, openBrowser } from '../helpers/browser.js';
import { type House, openHouse, operation } from '../helpers/house.js';
import { Explorer } from './graphiql.page.js';

const FILES = readdirSync(new URL('../../schema/operations', import.meta.url)).filter((file) =>
  file.endsWith('.graphql'),
);
const [QUERIES, MUTATIONS, SUBSCRIPTIONS] = groupsOf(
  FILES.map((file) => operation(file.replace('.graphql', ''))),
).map(({ examples }) => examples.map(({ name }) => name)) as [string[], string[], string[]];

let house: House;
let browser: Browser;
beforeAll(async () => {
  [house, browser] = await Promise.all([openHouse(), openBrowser()]);
}, 60_000);
afterAll(async () => {
  await browser.close();
  await house.close();
});

test('signing in fills the token of every tab, a reload keeps it, and signing out takes it away', async () => {
  const explorer = await Explorer.open(browser, house);
  const { page, watch } = explorer;
  expect(await page.title()).toBe('duban explorer');
  await explorer.signIn('city.office', 'not the password');
  await page.getByText('Wrong account or password.').waitFor();
  await explorer.enter('city.office');
  await page.getByText('supervision office, 阜阳市').waitFor();
  await page.getByText(/token good for 14:\d\d/).waitFor();
  const { overview } = JSON.parse(await explorer.run()).data;
  expect(overview).toMatchObject({ region: { name: '阜阳市' }, households: { total: 200 } });
  await browser.shot(page, 'graphiql');
  await page.getByRole('button', { name: 'New tab' }).click();
  await explorer.until('request-headers', /Bearer/);
  expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toContain('Bearer');
  expect(await page.evaluate('localStorage.length')).toBe(0);
  await page.reload();
  await explorer.until('request-headers', /Bearer/);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await explorer.until('request-headers', /^$/);
  expect(watch.foreign(house.address)).toEqual([]);
  expect(watch.faults).toEqual([]);
});

test('every example runs as it is when signed in, or says what a person has to put in', async () => {
  const explorer = await Explorer.open(browser, house, { dark: true });
  const { page, watch } = explorer;
  await explorer.enter('city.office');
  const asksFor: string[] = [];
  const examples = [...QUERIES, ...SUBSCRIPTIONS, ...MUTATIONS.filter((name) => name !== 'Logout'), 'Logout'];
  expect(examples).toHaveLength(FILES.length);
  for (const name of examples) {
    await explorer.example(name);
    if ((await explorer.read('variables'))?.includes('//')) asksFor.push(name);
    else
      expect({ name, answer: await explorer.run() }).toMatchObject({
        answer: expect.not.stringContaining('error'),
      });
    if (name === 'Tasks') await browser.shot(page, 'graphiql-dark');
  }
  expect(asksFor.sort()).toEqual(['Login', 'Refresh']);
  await page.getByText('Your session was ended. Sign in again.').waitFor();
  await explorer.until('request-headers', /^$/);
  expect(watch.foreign(house.address)).toEqual([]);
  expect(watch.faults).toEqual([]);
}, 120_000);

test('nobody signed in: an example that needs an id says how to come by one', async () => {
  const explorer = await Explorer.open(browser, house);
  await explorer.example('Household');
  expect(await explorer.read('variables')).toMatch(/\/\/ Sign in and open the example again.*"id": ""/s);
  expect(await explorer.run()).toContain('UNAUTHENTICATED');
});

test('the feed shows what was changed elsewhere, and stays out of the next tab', async () => {
  const explorer = await Explorer.open(browser, house);
  await explorer.enter('city.office');
  await explorer.example('SupervisionFeed');
  expect(JSON.parse(await explorer.run())).toMatchObject({ received: 1 });
  const village = await house.signIn('hesheng.village');
  const { tasks } = await village.data(operation('tasks'), {
    within: '341225206205',
    filter: { status: ['NOT_STARTED'] },
    first: 1,
  });
  const [{ node }] = tasks.edges;
  const input = { taskId: node.id, to: 'IN_PROGRESS', expectedVersion: node.version };
  const { changeTaskStatus } = await village.data(operation('change-task-status'), { input });
  await explorer.until('response', new RegExp(`"mark": "${changeTaskStatus.mark}"`));
  await browser.shot(explorer.page, 'graphiql-feed');
  await explorer.example('Region');
  expect(await explorer.run()).toContain('阜阳市');
  expect(explorer.watch.faults).toEqual([]);
});

test('a subscription whose token expires says so, with what came before', async () => {
  const explorer = await Explorer.open(browser, house);
  await explorer.enter('city.office');
  await explorer.example('OverviewChanged');
  const token = await aboutToExpire(await explorer.until('request-headers', /Bearer/));
  await explorer.write('request-headers', JSON.stringify({ Authorization: `Bearer ${token}` }));
  await explorer.run();
  const shown = JSON.parse(await explorer.until('response', /ended/));
  expect(shown.ended).toContain('The token has expired');
  expect(shown.newestFirst[0].data.overviewChanged.tasks.total).toBe(3042);
  expect(explorer.watch.faults).toEqual([]);
});

test('the token is renewed before its end, in the headers too', async () => {
  const explorer = await Explorer.open(browser, house, { ownClock: true });
  await explorer.enter('city.office');
  const before = await explorer.read('request-headers');
  // Within one second two tokens are the same.
  await sleep(1100);
  await explorer.page.clock.fastForward('14:30');
  await explorer.page.getByText(/token good for 1[45]:/).waitFor();
  expect(await explorer.until('request-headers', /Bearer/)).not.toBe(before);
  expect(JSON.parse(await explorer.run())).toMatchObject({ data: { overview: {} } });
  expect(explorer.watch.faults).toEqual([]);
});

test('with a keyboard alone, and readable for everybody, by day and by night', async () => {
  for (const dark of [false, true]) {
    const explorer = await Explorer.open(browser, house, { dark });
    const { keyboard } = explorer.page;
    await explorer.page.getByLabel('Account').focus();
    await keyboard.type('city.office');
    await keyboard.press('Tab');
    await keyboard.type(house.database.secrets.demoPassword);
    await keyboard.press('Enter');
    await explorer.until('request-headers', /Bearer/);
    await explorer.page.getByRole('button', { name: /^Region/ }).focus();
    await keyboard.press('Enter');
    await explorer.page.locator('.graphiql-tab-active', { hasText: 'Region' }).waitFor();
    await keyboard.press('Control+Enter');
    expect(await explorer.until('response', /\S/)).toContain('阜阳市');
    // That GraphiQL's tabs hold buttons and what colours its editor gives to code is not ours to change.
    const isOurs = (where: string[]) => where.some((place) => !/graphiql-tab|\.mtk\d/.test(place));
    expect((await browser.axe(explorer.page)).filter(({ where }) => isOurs(where))).toEqual([]);
  }
}, 60_000);

test('without introspection it says why there are no docs, and still runs', async () => {
  const closed = await openHouse({ env: { INTROSPECTION: 'off' } });
  try {
    const explorer = await Explorer.open(browser, closed);
    await explorer.page.getByText('This installation does not show its schema').waitFor();
    await explorer.enter('hesheng.village');
    await explorer.example('Overview');
    expect(await explorer.run()).toContain('合胜村');
    await browser.shot(explorer.page, 'graphiql-no-schema');
  } finally {
    await closed.close();
  }
}, 60_000);

test('a server that is away has its own sentence', async () => {
  const explorer = await Explorer.open(browser, house);
  await explorer.page.route('**/graphql', (route) => route.abort());
  await explorer.signIn('city.office');
  await explorer.page.getByText('The server does not answer.').waitFor();
  expect(await explorer.run()).toContain('The server does not answer.');
});

/** A token of the same session that is good for a few seconds more. */
async function aboutToExpire(headers: string): Promise<string> {
  const claims = Buffer.from(headers.split('.')[1] ?? '', 'base64url');
  const { sub, sid } = JSON.parse(String(claims)) as { sub: string; sid: string };
  const mint = new TokenMint(Buffer.from(house.database.secrets.tokenKey, 'base64url'), 1);
  return (await mint.issue(sub, sid, new Date(Date.now() - 56_000))).accessToken;
}
