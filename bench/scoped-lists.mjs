// Scoped lists at the size of a province's poor: how the database finds them, and what the second wall costs.
//   npm run bench:lists            450,000 households
//   npm run bench:lists -- 100000  fewer
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import pg from 'pg';
import { load, prepare } from '../scripts/prepare.mjs';
import { START, withScratch } from './scratch.mjs';

const [households = '450000', rounds = '15'] = process.argv.slice(2);
const CITY = '341200000000';
// The seventh of ten: ids follow the regions, so most of the table lies before it.
const COUNTY = '341226000000';
const PAGE = { first: 100 };

await prepare();
const { openOrm, scoped } = await load('db/orm.js');
const { entities } = await load('entities.js');
const { Loaders } = await load('db/loaders.js');
const { Sealer } = await load('auth/seal.js');
const { scopeOf } = await load('auth/scope.js');
const { getHousehold, householdsWithin } = await load('households/household.queries.js');

await withScratch({ name: 'lists', households: 0 }, run);

async function run({ ownerUrl, runtimeUrl }) {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await fill(owner);
  const orm = await openOrm(runtimeUrl, entities);
  try {
    await measure(owner, orm);
  } finally {
    await orm.close(true);
    await owner.end();
  }
}

/** Village by village, as registers come: ids follow the regions, so no region lies evenly among them. */
async function fill(owner) {
  await owner.query(
    `insert into household (id, region_code, register_number, head_name, category, status, main_cause, member_count,
       created_at, updated_at)
     select uuidv7(), code, code || '-' || lpad(n::text, 5, '0'), '张三', 'GENERAL', 'NOT_LIFTED', 'OTHER', 3, now(), now()
     from (select code, count(*) over () as villages from region where level = 'VILLAGE' order by code) v,
       generate_series(1, ceil($1::numeric / villages)::int) n`,
    [households],
  );
  await owner.query('vacuum analyze household');
}

async function measure(owner, orm) {
  const { rows } = await owner.query(
    `select min(code) as code from region where level = 'VILLAGE' group by left(code, 6) order by 1 limit 8`,
  );
  const villages = rows.map(({ code }) => code);
  const village = villages.at(-1);
  const [one] = (await owner.query('select id from household where region_code = $1 limit 1', [village]))
    .rows;
  const [{ total }] = (await owner.query('select count(*)::int as total from household')).rows;
  const places = { village, township: `${village.slice(0, 9)}000`, county: COUNTY, city: CITY };
  const results = [];
  const note = async (what, work) => results.push({ what, ...(await look(work)) });
  for (const [level, code] of Object.entries(places)) {
    const context = contextOf(orm, code);
    await note(`${level}, page 1`, () => householdsWithin(context, code, {}, PAGE));
    const after = await deepCursor(owner, context, code);
    await note(`${level}, deep page`, () => householdsWithin(context, code, {}, { ...PAGE, after }));
    const { count } = await householdsWithin(context, code, {}, PAGE);
    await note(`${level}, count`, count);
  }
  const eight = contextOf(orm, ...villages);
  await note('by id, eight regions', () => getHousehold(eight, one.id));
  await note('by an equality, eight regions', () =>
    scoped(orm.em.fork(), villages.map(scopeOf), (em) =>
      em.execute('select * from "household" where register_number = ?', [`${village}-00001`]),
    ),
  );
  console.log(`${total} households, ${availableParallelism()} cores, median of ${rounds}`);
  console.table(results);
  const withWall = await timed(() => householdsWithin(contextOf(orm, CITY), CITY, {}, PAGE));
  await owner.query('alter table household disable row level security');
  const without = await timed(() => householdsWithin(contextOf(orm, CITY), CITY, {}, PAGE));
  await owner.query('alter table household enable row level security');
  console.log(JSON.stringify({ wall: { withMs: withWall, withoutMs: without, ratio: withWall / without } }));
}

/** A request of somebody who may read households in these regions. */
function contextOf(orm, ...regions) {
  const grants = regions.map((regionCode, nth) => ({
    id: String(nth),
    role: 'AUDITOR',
    regionCode,
    validFrom: START,
  }));
  const asker = { accountId: 'a', sessionId: 's', name: 'bench', grants };
  return {
    asker,
    em: orm.em.fork(),
    loaders: new Loaders(true),
    now: START,
    sealer: new Sealer(randomBytes(32)),
    tail: { head: { tick: 0n, id: null } },
  };
}

async function deepCursor(owner, { sealer }, code) {
  const { from, to } = scopeOf(code);
  const { rows } = await owner.query(
    `select id from household where region_code >= $1 and region_code < $2 order by id
     offset (select count(*) * 9 / 10 from household where region_code >= $1 and region_code < $2) limit 1`,
    [from, to],
  );
  return sealer.seal('households', JSON.stringify([rows[0].id]));
}

/** The plan of the one statement on households, and the time of the whole. */
async function look(work) {
  const before = pg.Client.prototype.query;
  let plan;
  pg.Client.prototype.query = function ask(text, values, ...rest) {
    if (typeof text !== 'string' || !/from "household"/.test(text) || rest.length > 0)
      return before.call(this, text, values, ...rest);
    return (async () => {
      const { rows } = await before.call(this, `explain (analyze, buffers, format json) ${text}`, values);
      plan = rows[0]['QUERY PLAN'][0];
      return before.call(this, text, values);
    })();
  };
  await work();
  pg.Client.prototype.query = before;
  const nodes = nodesOf(plan.Plan).filter((node) => node['Relation Name'] || node['Index Name']);
  return {
    how: nodes.map((node) => `${node['Node Type']} ${node['Index Name'] ?? ''}`.trim()).join(' ← '),
    looked:
      nodes.reduce((sum, node) => sum + (node['Rows Removed by Filter'] ?? 0), 0) + plan.Plan['Actual Rows'],
    buffers: plan.Plan['Shared Hit Blocks'] + plan.Plan['Shared Read Blocks'],
    planMs: plan['Execution Time'],
    wholeMs: await timed(work),
  };
}

function nodesOf(node) {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

async function timed(work) {
  const times = [];
  for (let round = 0; round < Number(rounds); round += 1) {
    const begin = performance.now();
    await work();
    times.push(performance.now() - begin);
  }
  return Number(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]?.toFixed(2));
}
