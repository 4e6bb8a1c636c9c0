import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dueDeadlines } from '../../src/deadlines/deadline-clock.js';
import { type House, openHouse } from '../helpers/house.js';

const ARMED = 100_000;
let house: House;

beforeAll(async () => {
  house = await openHouse();
  await house.sql(
    `insert into task (id, kind, region_code, title_zh, status, due_at, created_at)
     select uuidv7(), 'ASSIGNMENT', '341225206205', n::text, 'IN_PROGRESS', '2017-06-30T23:59:59+08:00'::timestamptz
       + n * interval '1 minute', '2016-12-01T00:00:00+08:00' from generate_series(1, $1::int) n`,
    [ARMED],
  );
  await house.sql(`insert into deadline (task_id, region_code, region_name, title_zh, status, schedule, due_at,
      deadline_version, armed_from, next_at)
    select id, region_code, '', title_zh, status, 'ON_TRACK', due_at, 1, created_at, due_at - interval '30 days'
    from task where kind = 'ASSIGNMENT'`);
  await house.sql('vacuum analyze task, deadline');
}, 60_000);
afterAll(() => house.close());

interface PlanNode {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  Plans?: PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** How the database finds what is due at an instant. */
async function planAt(instant: string): Promise<string[]> {
  const due = dueDeadlines(house.node.orm.em.fork(), new Date(instant));
  const [row] = (await due.explain('json')) as unknown as [{ 'QUERY PLAN': [{ Plan: PlanNode }] }];
  const [{ Plan: plan }] = row['QUERY PLAN'];
  return nodesOf(plan).map((node) => `${node['Node Type']} ${node['Index Name'] ?? ''}`.trim());
}

test.each([
  ['a handful', '2016-12-10T00:00:00+08:00'],
  ['half of them', '2017-06-10T00:00:00+08:00'],
  ['all of them', '2018-01-01T00:00:00+08:00'],
])(
  'with 100,000 armed rows and %s due, the partial index gives the next ones in order, and the key each task',
  async (_, instant) => {
    expect(await planAt(instant)).toEqual([
      'Nested Loop',
      'Limit',
      'LockRows',
      'Index Scan deadline_armed',
      'CTE Scan',
      'Subquery Scan',
      'Limit',
      'LockRows',
      'Index Scan task_pkey',
    ]);
  },
);
