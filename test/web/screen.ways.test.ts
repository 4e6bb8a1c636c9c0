import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Sealer } from '../../src/auth/seal.js';
import { Wire } from '../client/wire.js';
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

describe('the way down', () => {
  test('city, county, township, village, item, and back by the browser and by the crumbs', async () => {
    const wall = await Wall.open(browser, house);
    await wall.enter('city.leader');
    const { page } = wall;
    await page
      .locator('.ranking')
      .getByRole('button', { name: /阜南县/ })
      .click();
    await page.getByText('国家级贫困县').waitFor();
    await browser.shot(page, 'screen-county');
    await page
      .locator('.ranking')
      .getByRole('button', { name: /龙王乡/ })
      .click();
    await page.locator('.crumbs li:nth-child(3)').waitFor();
    await page
      .locator('.ranking')
      .getByRole('button', { name: /合胜村/ })
      .click();
    await page.locator('.area-village tbody tr').nth(17).waitFor();
    expect(await page.locator('.area-village tbody tr').count()).toBe(18);
    const [first] = await page.locator('.area-village tbody tr').allInnerTexts();
    expect(first).toMatch(/V01.*贫困发生率.*合胜村驻村工作队.*扶贫办/s);
    await browser.shot(page, 'screen-village');
    await page.locator('.area-village tbody tr').nth(2).getByRole('button').click();
    await page.getByRole('dialog').getByText('办理经过').waitFor();
    expect(await page.getByRole('dialog').innerText()).toContain('阜阳市 › 阜南县 › 龙王乡 › 合胜村');
    await browser.shot(page, 'screen-task');
    await page.goBack();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.goBack();
    await page.locator('.crumbs li:nth-child(4)').waitFor({ state: 'detached' });
    expect(await wall.place()).toBe('龙王乡');
    await page.locator('.crumbs').getByRole('button', { name: '阜阳市' }).click();
    await page.locator('.area-map').getByText('县区地图').waitFor();
    expect(wall.watch.faults).toEqual([]);
  }, 60_000);

  test('a click on the map goes into the county', async () => {
    const wall = await Wall.open(browser, house);
    await wall.enter('city.leader');
    await wall.page.locator('.area-map svg text').filter({ hasText: '太和县' }).click();
    await wall.page.locator('.crumbs li:nth-child(2)').waitFor();
    expect(await wall.place()).toBe('太和县');
  }, 60_000);

  test.each([
    ['tasks', /^逾期 /, /任务清单 · 阜阳市 · 逾期/],
    ['alerts', /严重/, /预警清单 · 阜阳市 · 严重/],
    ['projects', /投产/, /项目清单 · 阜阳市 · 扶贫车间 · 投产/],
    ['villages', /^年度计划/, /年度计划出列村/],
    ['households', /已脱贫/, /建档立卡户 · 阜阳市 · 已脱贫/],
  ])(
    'a number of %s leads to a list of as many',
    async (panel, name, title) => {
      const wall = await Wall.open(browser, house);
      await wall.enter('city.leader');
      const count = await wall.figure(panel, name);
      await wall.page.locator(`.area-${panel}`).getByRole('button', { name }).click();
      const sheet = wall.page.getByRole('dialog', { name: title });
      await sheet.getByText(`共 ${count.toLocaleString('zh-CN')} 条`).waitFor();
      const rows = sheet.locator('tbody tr');
      if (count > 0) await rows.first().waitFor();
      expect(await rows.count()).toBe(Math.min(count, 50));
      if (count > 50) {
        await sheet.getByRole('button', { name: '加载更多' }).click();
        await rows.nth(50).waitFor();
      }
      expect(wall.watch.faults).toEqual([]);
    },
    60_000,
  );

  test('the map and the ranking show the figure that was chosen', async () => {
    const wall = await Wall.open(browser, house);
    await wall.enter('city.leader');
    await wall.page.getByLabel('地图与排名显示').selectOption('overdue');
    await wall.page.getByRole('heading', { name: '排名 · 逾期任务' }).waitFor();
    const client = await house.signIn('city.leader');
    const { overview } = await client.data(
      '{ overview(region: "341200000000") { children { region { name developmentZone } tasksOverdue } } }',
    );
    const ranked = overview.children
      .filter((child: { region: { developmentZone: boolean } }) => !child.region.developmentZone)
      .map((child: { tasksOverdue: number }) => child.tasksOverdue)
      .sort((a: number, b: number) => b - a);
    const shown = await wall.page.locator('.ranking li:not(.unranked) .value b').allInnerTexts();
    expect(shown.map(Number)).toEqual(ranked);
    expect(await wall.page.locator('.ranking li.unranked').count()).toBe(2);
  }, 60_000);
});

describe('what people meet', () => {
  test('an installation that answers only the documents it knows knows those of the screen', async () => {
    const closed = await openHouse({ env: { TRUSTED_DOCUMENTS: 'on' } });
    const wall = await Wall.open(browser, closed, { hash: '#/341225206205' });
    await wall.enter('city.leader');
    await wall.page.locator('.area-village tbody tr').nth(17).waitFor();
    await wall.page.locator('.area-trend svg').waitFor();
    await wall.page.getByText('实时', { exact: true }).waitFor();
    expect(wall.watch.faults).toEqual([]);
    await wall.page.close();
    await closed.close();
  }, 60_000);

  test('a wrong password has its sentence, and the right one gets in afterwards', async () => {
    const wall = await Wall.open(browser, house);
    await wall.signIn('city.leader', 'not the password');
    await wall.page.getByRole('alert').getByText('账号或密码不对，请重新输入。').waitFor();
    await browser.shot(wall.page, 'screen-door');
    expect(await browser.axe(wall.page)).toEqual([]);
    await wall.enter('city.leader');
  }, 60_000);

  test.each([
    ['no right to a region', '341221000000', '您的账号无权查看这里。'],
    ['no such region', '341299000000', '没有找到这个地方或事项。'],
  ])(
    '%s: says so, and leads home',
    async (_, code, sentence) => {
      const wall = await Wall.open(browser, house, { hash: `#/${code}` });
      await wall.signIn('funan.office');
      await wall.page.getByText(sentence).waitFor();
      await wall.page.getByRole('button', { name: '回到我的地区' }).click();
      await wall.numbers();
      expect(await wall.place()).toBe('阜南县');
    },
    60_000,
  );

  test('the screen account is told that household lists are not for it', async () => {
    const wall = await Wall.open(browser, house, { hash: '#//households' });
    await wall.signIn('wall.screen');
    await wall.page.getByRole('dialog').getByText('此账号只看汇总数字，不能查看户级清单。').waitFor();
  }, 60_000);

  test('the server is away: says so at the door, and signing in works when it is back', async () => {
    const wire = await Wire.open(house.address);
    const wall = await Wall.open(browser, house, { address: wire.address.replace('/graphql', '') });
    wire.target = null;
    wire.cut();
    await wall.signIn('city.leader');
    await wall.page.getByText('连不上服务器。').waitFor();
    wire.target = house.address;
    await wall.enter('city.leader');
    await wire.close();
  }, 60_000);

  test('a village without tasks and a region without anything say that there is nothing', async () => {
    const [{ code }] = await house.sql(
      `select code from region where level = 'VILLAGE' and not exists (select from task where region_code = code) limit 1`,
    );
    const wall = await Wall.open(browser, house, { hash: `#/${code}` });
    await wall.enter('city.leader');
    await wall.page.getByText('这个村没有年度对标任务。').waitFor();
    await wall.page.getByText('目前没有新动态，有变化会立即出现在这里。').waitFor();
  }, 60_000);

  test('the feed cannot go on from where it was: says why, and goes on', async () => {
    const wall = await Wall.open(browser, house);
    await wall.enter('city.leader');
    // Only then is there a place on the feed to be kept.
    await wall.page.getByText('实时', { exact: true }).waitFor();
    await wall.page.goto(`${house.address}/healthz`);
    const sealer = new Sealer(Buffer.from(house.database.secrets.cursorKey, 'base64url'));
    const other = sealer.seal('feed', 'other.1.1');
    await wall.page.evaluate((cursor) => {
      const [key = ''] = Object.keys(localStorage).filter((each) => each.startsWith('duban.ticker'));
      const kept = JSON.parse(localStorage.getItem(key) ?? '');
      localStorage.setItem(key, JSON.stringify({ ...kept, cursor }));
    }, other);
    await wall.page.goto(`${house.address}/screen/`);
    await wall.page.getByText('服务器数据已从备份恢复；数字已重新载入。').waitFor();
    await wall.page.getByText('实时', { exact: true }).waitFor();
  }, 60_000);

  test('signed out elsewhere: back at the door, which says why', async () => {
    const wall = await Wall.open(browser, house);
    await wall.enter('auditor');
    // Away meanwhile, so that nothing that was still being asked learns of it first.
    await wall.page.goto('about:blank');
    await house.sql(
      `update session set ended_at = now() where account_id = (select id from account where username = 'auditor')`,
    );
    await wall.page.goto(`${house.address}/screen/`);
    await wall.page.getByLabel('密码').waitFor();
    await wall.page.getByRole('alert').getByText('登录已到期，请重新登录。').waitFor();
  }, 60_000);

  test('a right that ends and comes back while one watches: says so, and goes on by itself', async () => {
    const wall = await Wall.open(browser, house, { ownClock: true });
    await wall.enter('liulou.village');
    const admin = await house.signIn('admin', { secondFactor: true });
    const [{ id: accountId }] = await house.sql(`select id from account where username = 'liulou.village'`);
    const [grant] = await house.sql(
      'select id, version from role_grant where account_id = $1 and revoked_at is null',
      [accountId],
    );
    await admin.data('mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark } }', {
      input: { grantId: grant.id, expectedVersion: grant.version },
    });
    await wall.page.getByText('您的账号无权查看这里。').waitFor();
    await wall.page.clock.fastForward(5000);
    await wall.page.getByText('您的账号目前没有任何地区的权限').waitFor();
    await admin.data('mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }', {
      input: { accountId, role: 'VILLAGE_TEAM', regionCode: '341225120206' },
    });
    await wall.page.clock.fastForward(31_000);
    await wall.numbers();
    expect(await wall.place()).toContain('刘楼村');
  }, 60_000);

  test('an address that is none of a task is answered as an unknown one', async () => {
    const wall = await Wall.open(browser, house, { hash: '#/341200000000/task/%' });
    await wall.enter('city.leader');
    await wall.page.getByRole('dialog').getByText('没有找到这个地方或事项。').waitFor();
    await wall.page.keyboard.press('Escape');
    await wall.page.getByRole('dialog').waitFor({ state: 'detached' });
  }, 60_000);

  test('not kept on the device: a reload goes on, another sign-in on the device does not take the tab over', async () => {
    const wall = await Wall.open(browser, house);
    await wall.page.getByLabel('在此设备上保持登录').uncheck();
    await wall.enter('city.office');
    const other = await wall.page.context().newPage();
    await other.goto(`${house.address}/screen/`);
    await other.getByLabel('账号').fill('funan.office');
    await other.getByLabel('密码').fill(house.database.secrets.demoPassword);
    await other.getByRole('button', { name: '登录' }).click();
    await other.locator('.crumbs').getByText('阜南县').waitFor();
    await wall.page.reload();
    await wall.numbers();
    expect(await wall.place()).toBe('阜阳市');
    expect(await wall.page.evaluate(() => JSON.stringify(sessionStorage))).not.toContain('refreshToken');
  }, 60_000);

  test('an account without any right is told so', async () => {
    await house.sql(
      `update role_grant set revoked_at = now() where account_id = (select id from account where username = 'lucheng.town')`,
    );
    const wall = await Wall.open(browser, house);
    await wall.signIn('lucheng.town');
    await wall.page.getByText('您的账号目前没有任何地区的权限').waitFor();
    await wall.page.getByRole('button', { name: '退出' }).click();
    await wall.page.getByLabel('密码').waitFor();
  }, 60_000);
});
