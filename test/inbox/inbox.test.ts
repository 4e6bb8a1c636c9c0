import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { change } from '../tasks/documents.js';
import { CONFIRM, emptyInboxes, idOf, noticesOf } from './documents.js';

const VILLAGE = '341225206205';
const TOWN = '341225206000';
const COUNTY = '341225000000';
const CITY = '341200000000';

let house: House;
let village: Client;
let town: Client;
let county: Client;
let office: Client;

beforeEach(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
  town = await house.signIn('longwang.town');
  county = await house.signIn('funan.office');
  office = await house.signIn('city.office');
  await house.settled();
  await emptyInboxes(house);
});
afterEach(() => house.close());

const standAt = async (instant: string) => {
  house.moveClock(instant);
  await house.settled();
};

/** An open task of the village whose only deadline lies at the end of the year. */
async function openTask(nth = 0): Promise<{ id: string; version: number }> {
  const [row] = await house.sql(
    `select id, version from task where region_code = $1 and status = 'IN_PROGRESS'
     and due_at = '2016-12-31T23:59:59+08:00' order by id limit 1 offset $2`,
    [VILLAGE, nth],
  );
  return row;
}

const about = async (client: Client, id: string) =>
  (await noticesOf(client)).filter(({ items }) => items.edges.some(({ node }) => node.subject.id === id));

/** The topics in which an account was told of a thing, however long the lists. */
const toldOf = async (username: string, id: string): Promise<string[]> =>
  (
    await house.sql(
      `select topic from inbox_notice join inbox_item on inbox_notice.id = notice_id
       where account_id = $1 and subject_id = $2`,
      [await idOf(house, username), id],
    )
  ).map(({ topic }) => topic);

test('a deadline goes up the ladder: the owner first, then township, county and at last the city', async () => {
  const task = await openTask();
  const told = async () => ({
    village: (await about(village, task.id)).map(({ topic }) => topic).sort(),
    town: (await about(town, task.id)).map(({ topic }) => topic).sort(),
    county: (await toldOf('funan.office', task.id)).sort(),
    office: (await toldOf('city.office', task.id)).sort(),
  });
  await standAt('2016-12-16T09:00:00+08:00');
  expect(await told()).toEqual({ village: ['D15'], town: [], county: [], office: [] });
  await standAt('2016-12-24T09:00:00+08:00');
  expect(await told()).toEqual({ village: ['D15', 'D7'], town: ['D7'], county: [], office: [] });
  await standAt('2016-12-30T00:00:00+08:00');
  expect(await told()).toMatchObject({ county: ['D1'], office: [] });
  await standAt('2017-01-03T00:00:00+08:00');
  const late = await told();
  expect(late.office).toEqual(['O3']);
  expect(late.county).toEqual(['D1', 'O3']);
  const notice = (await noticesOf(office, { topic: 'O3' })).find(({ region }) => region.code === COUNTY);
  // The city is told county by county, and the number is that of the things behind it.
  expect(notice).toMatchObject({ step: 'E3', severity: 'CRITICAL', region: { code: COUNTY } });
  const [{ count }] = await house.sql(
    `select count(*)::int from event where kind = 'DEADLINE_WARNING' and params ->> 'rung' = 'O3'
     and region_code >= '341225' and region_code < '341225:'`,
  );
  expect(notice).toMatchObject({ count, items: { totalCount: count } });
}, 60_000);

test('nothing goes up the ladder after the work is done, and what waits for working time is taken back', async () => {
  const task = await openTask();
  // A Saturday: notices of the owner wait for Monday.
  await standAt('2016-12-17T09:00:00+08:00');
  expect(await about(village, task.id)).toEqual([]);
  const [{ waiting }] = await house.sql(
    `select count(*)::int as waiting from inbox_item join inbox_notice on inbox_notice.id = notice_id
     where subject_id = $1 and deliver_at = '2016-12-19T08:00:00+08:00'`,
    [task.id],
  );
  expect(waiting).toBe(1);
  await change(house, office, 'changeTaskStatus', { taskId: task.id, to: 'CANCELLED' });
  await house.settled();
  await standAt('2017-01-03T09:00:00+08:00');
  const [{ items }] = await house.sql('select count(*)::int as items from inbox_item where subject_id = $1', [
    task.id,
  ]);
  expect(items).toBe(0);
});

test('a notice waits by its severity: for working time, for the morning, and critical for nothing', async () => {
  const task = await openTask();
  await standAt('2016-12-17T23:30:00+08:00');
  const deliveries = async () =>
    Object.fromEntries(
      (
        await house.sql(
          `select topic, deliver_at from inbox_notice join inbox_item on inbox_notice.id = notice_id
           where subject_id = $1 and account_id = $2 order by topic`,
          [task.id, await idOf(house, 'hesheng.village')],
        )
      ).map((row) => [row.topic, row.deliver_at.toISOString()]),
    );
  expect(await deliveries()).toEqual({ D15: '2016-12-19T00:00:00.000Z' });
  await standAt('2016-12-24T23:30:00+08:00');
  expect(await deliveries()).toMatchObject({ D7: '2016-12-24T23:00:00.000Z' });
  await standAt('2016-12-30T23:30:00+08:00');
  expect(await deliveries()).toMatchObject({ D1: '2016-12-30T15:30:00.000Z' });
});

test('a device signs for a notice, the person looks at it, and whoever acts on the thing has acted', async () => {
  const task = await openTask();
  await standAt('2016-12-16T09:00:00+08:00');
  await house.sql('delete from inbox_item where subject_id <> $1', [task.id]);
  await house.sql('update inbox_notice set count = 1');
  const [notice] = await about(village, task.id);
  if (!notice) throw new Error('nothing was told');
  expect(notice).toMatchObject({ topic: 'D15', step: 'E0', deliveredAt: null, seenAt: null, actedAt: null });
  const confirm = (client: Client, receipt: string, inboxNoticeIds = [notice.id]) =>
    client.ask(CONFIRM, { input: { inboxNoticeIds, receipt } });
  const delivered = await confirm(village, 'DELIVERED');
  expect(delivered.data.confirmNotices.notices).toEqual([
    { id: notice.id, deliveredAt: '2016-12-16T01:00:00.000Z', seenAt: null },
  ]);
  house.moveClock('2016-12-16T10:00:00+08:00');
  // Something may have joined it between reading and signing.
  const early = { inboxNoticeIds: [notice.id], receipt: 'SEEN', readAt: '2016-12-15T15:59:59+08:00' };
  const joined = await village.data(CONFIRM, { input: early });
  expect(joined.confirmNotices.notices).toMatchObject([{ seenAt: null }]);
  await village.data(CONFIRM, { input: { ...early, readAt: notice.lastAt } });
  house.moveClock('2016-12-16T11:00:00+08:00');
  const again = await confirm(village, 'SEEN');
  expect(again.data.confirmNotices.notices).toEqual([
    { id: notice.id, deliveredAt: '2016-12-16T01:00:00.000Z', seenAt: '2016-12-16T02:00:00.000Z' },
  ]);
  for (const client of [town, office])
    expect((await confirm(client, 'SEEN')).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await confirm(village, 'SEEN', [])).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');

  await change(house, village, 'changeTaskStatus', { taskId: task.id, to: 'BLOCKED', note: '缺水泥' });
  await house.settled();
  const after = (await about(village, task.id)).find(({ topic }) => topic === 'D15');
  expect(after?.actedAt).toBe('2016-12-16T03:00:00.000Z');
  // What comes after it was seen is another notice, not part of the old one.
  await standAt('2016-12-24T09:00:00+08:00');
  expect((await noticesOf(village, { seen: false })).map(({ topic }) => topic)).toContain('D7');
});

test('whoever is named is told, and by a second episode those further up are', async () => {
  const task = await openTask();
  const input = { taskId: task.id, responsibleId: await idOf(house, 'longwang.town') };
  await change(house, office, 'assignTask', input);
  await house.settled();
  expect(await about(town, task.id)).toMatchObject([{ topic: 'ASSIGNED', step: null, count: 1 }]);
  // Nobody signs within a day: the city is told.
  await standAt('2016-12-09T09:00:00.001+08:00');
  expect((await noticesOf(office, { topic: 'RECEIPT_NOT_SIGNED' })).length).toBe(1);
  await change(house, town, 'signReceipt', { taskId: task.id });
  await house.settled();
  const [{ status }] = await house.sql(
    `select status from alert where rule = 'RECEIPT_NOT_SIGNED' and subject_id = $1`,
    [task.id],
  );
  expect(status).toBe('RESOLVED');
});

test('hundreds of breaches at once are a handful of notices for anybody, and none is lost', async () => {
  await standAt('2017-01-03T00:00:00+08:00');
  const rows = await house.sql(
    `select account.username, count(distinct inbox_notice.id)::int as notices,
       count(distinct inbox_item.subject_id)::int as things
     from inbox_notice join account on account.id = account_id join inbox_item on inbox_notice.id = notice_id
     where topic = 'O3' group by 1`,
  );
  const [{ late }] = await house.sql(
    `select count(*)::int as late from event where kind = 'DEADLINE_WARNING' and params ->> 'rung' = 'O3'`,
  );
  expect(late).toBeGreaterThan(500);
  const byName = new Map(rows.map((row) => [row.username, row]));
  const [{ counties }] = await house.sql(
    `select count(distinct left(region_code, 6))::int as counties from event
     where kind = 'DEADLINE_WARNING' and params ->> 'rung' = 'O3'`,
  );
  expect(byName.get('city.office')).toMatchObject({ notices: counties, things: late });
  expect(byName.get('city.leader')).toMatchObject({ notices: counties, things: late });
  expect(byName.get('hesheng.village')).toMatchObject({ notices: 1 });
  const [{ lost }] = await house.sql(
    `select count(*)::int as lost from event where kind = 'DEADLINE_WARNING' and params ->> 'rung' = 'O3'
     and not exists (select from inbox_item join inbox_notice on inbox_notice.id = notice_id
       where subject_id = event.subject_id::uuid and topic = 'O3')`,
  );
  expect(lost).toBe(0);
  const [{ wrong }] = await house.sql(
    `select count(*)::int as wrong from inbox_notice where count <> (select count(*) from inbox_item where notice_id = id)`,
  );
  expect(wrong).toBe(0);
}, 60_000);

test('the count of an inbox is pushed: when something comes, when it is seen, and when the morning has come', async () => {
  const feed = await village.subscribe('subscription { inboxChanged { unseen critical } }');
  expect((await feed.next()).data.inboxChanged).toEqual({ unseen: 0, critical: 0 });
  await standAt('2016-12-17T09:00:00+08:00');
  await standAt('2016-12-19T08:00:00+08:00');
  const has = (wanted: (count: { unseen: number }) => boolean) =>
    feed.until(({ data }) => wanted(data.inboxChanged));
  await has(({ unseen }) => unseen > 0);
  const ids = (await noticesOf(village)).map(({ id }) => id);
  await village.data(CONFIRM, { input: { inboxNoticeIds: ids, receipt: 'SEEN' } });
  await has(({ unseen }) => unseen === 0);
});

test('whoever loses the region reads no more of it', async () => {
  await standAt('2017-01-03T00:00:00+08:00');
  expect((await noticesOf(county)).length).toBeGreaterThan(0);
  const admin = await house.signIn('admin', { secondFactor: true });
  const [grant] = await house.sql(
    `select id, version from role_grant where account_id = $1 and revoked_at is null`,
    [await idOf(house, 'funan.office')],
  );
  const input = { grantId: grant.id, expectedVersion: grant.version };
  await admin.data(`mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark } }`, { input });
  const again = await house.signIn('funan.office');
  expect(await noticesOf(again)).toEqual([]);
});

test('an overdue task tells nobody by its alert, which the ladder does already', async () => {
  await standAt('2017-01-01T00:00:00+08:00');
  expect((await noticesOf(office)).map(({ topic }) => topic)).not.toContain('TASK_OVERDUE');
  const { alerts } = await office.data(operation('alerts'), { within: CITY, first: 1 });
  expect(alerts.totalCount).toBeGreaterThan(0);
  expect(TOWN).toBe('341225206000');
});
