import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { followAlerts, raiseAndResolve } from '../../src/alerts/alert.followers.js';
import { openOrm } from '../../src/db/orm.js';
import { entities } from '../../src/entities.js';
import type { LoggedFact } from '../../src/events/read.js';
import { openLog } from '../../src/log.js';
import { type House, openHouse } from '../helpers/house.js';

let house: House;

beforeEach(async () => {
  house = await openHouse();
});
afterEach(() => house.close());

const changed = (id: string, from: string, to: string, minute: number): LoggedFact =>
  ({
    kind: 'TASK_SCHEDULE_CHANGED',
    id: '1',
    tick: 1n,
    mark: '1',
    region: { code: '341225206205', name: '合胜村' },
    subject: { type: 'TASK', id },
    severity: null,
    audience: 'REGION',
    actorId: null,
    happenedAt: new Date(Date.UTC(2017, 0, 1, 0, minute)),
    params: { title: { zh: '通硬化路' }, from, to },
  }) as LoggedFact;

test('thousands of causes in one page, some that end and begin again, leave one open alert each', async () => {
  const tasks = await house.sql(`select id from task order by id limit 3000`);
  const facts = tasks.flatMap(({ id }, n) => [
    changed(id, 'DUE_SOON', 'OVERDUE', 1),
    changed(id, 'DUE_SOON', 'OVERDUE', 2),
    ...(n % 3 === 0 ? [changed(id, 'OVERDUE', 'CLOSED', 3)] : []),
    ...(n % 6 === 0 ? [changed(id, 'CLOSED', 'OVERDUE', 4)] : []),
  ]);
  facts.sort((a, b) => a.happenedAt.getTime() - b.happenedAt.getTime());
  const open = await house.sql(`select count(*) from alert where rule = 'TASK_OVERDUE'`);
  const already = Number(open[0].count);
  await house.node.orm.em.fork().transactional((em) => raiseAndResolve(em, facts));
  await house.settled();
  const [{ held, doubled, told, resolved }] = await house.sql(`select
    count(*) filter (where status <> 'RESOLVED') as held,
    count(*) filter (where status <> 'RESOLVED') - count(distinct subject_id) filter (where status <> 'RESOLVED') as doubled,
    (select count(*) from event where kind = 'ALERT_RAISED' and params ->> 'rule' = 'TASK_OVERDUE') as told,
    (select count(*) from event where kind = 'ALERT_RESOLVED' and params ->> 'rule' = 'TASK_OVERDUE') as resolved
    from alert where rule = 'TASK_OVERDUE'`);
  expect({ held, doubled, resolved }).toEqual({ held: '2500', doubled: '0', resolved: '1000' });
  expect(Number(told)).toBeGreaterThanOrEqual(3500 - already);
  const [{ order }] = await house.sql(`select bool_and(number = expected) as order from (
    select happened_at, dense_rank() over (partition by subject_id order by id) as number,
      case kind when 'ALERT_RAISED' then 1 else 2 end as expected
    from event where kind in ('ALERT_RAISED', 'ALERT_RESOLVED') and params ->> 'rule' = 'TASK_OVERDUE') as log`);
  expect(order).toBe(true);
}, 60_000);

test('two nodes that follow at once raise every alert once', async () => {
  const orm = await openOrm(house.database.runtimeUrl, entities);
  const second = followAlerts({ orm, tail: house.node.tail, log: openLog('fatal') });
  for (const day of ['12', '20', '28']) {
    house.moveClock(`2016-12-${day}T09:00:00+08:00`);
    await house.settled();
  }
  house.moveClock('2017-01-02T09:00:00+08:00');
  await house.settled();
  await second.stop();
  await orm.close(true);
  const [{ alerts, told, subjects, missing }] = await house.sql(`select count(*) as alerts,
    (select count(*) from event where kind = 'ALERT_RAISED') as told,
    count(distinct (rule, subject_id)) as subjects,
    (select count(*) from task where status not in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED')
       and due_at < '2017-01-02T09:00:00+08:00'
       and not exists (select from alert where subject_id = task.id and rule = 'TASK_OVERDUE')) as missing
    from alert`);
  expect(Number(alerts)).toBeGreaterThan(1000);
  expect({ told, subjects, missing }).toEqual({ told: alerts, subjects: alerts, missing: '0' });
});
