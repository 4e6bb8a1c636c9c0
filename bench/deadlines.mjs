// A million armed deadlines: what they cost while none is due, how late 10,000 that come within a minute are said, beside
// graphile-worker with a job for each; and what 10,000 at one instant are in people's inboxes.
//   npm run bench:deadlines
//   npm run bench:deadlines -- 100000 2000     fewer armed, fewer due
import { availableParallelism } from 'node:os';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';
import { load } from '../scripts/prepare.mjs';
import { START, withScratch } from './scratch.mjs';

const [armed = 1_000_000, due = 10_000] = process.argv.slice(2).map(Number);
const MINUTE_MS = 60_000;
const ROUNDS = 200;

await withScratch({ name: 'deadlines', households: 200 }, async ({ ownerUrl, runtimeUrl, secrets, log }) => {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  console.log(`${availableParallelism()} processors; ${armed} armed, ${due} due`);
  try {
    await settleDemo({ runtimeUrl, secrets, log });
    // What the demo itself has coming would be measured with the rest.
    await owner.query('update deadline set next_at = null');
    await idle(owner, runtimeUrl);
    await lateness(owner, { runtimeUrl, secrets, log });
    await workerLateness(owner, ownerUrl);
    await breaches(owner, { runtimeUrl, secrets, log });
  } finally {
    await owner.end();
  }
});

async function open({ runtimeUrl, secrets, log }, campaignAt) {
  const { House } = await load('house.js');
  const { Clock } = await load('clock.js');
  const { readConfig } = await load('config.js');
  const clock = new Clock({ campaignAt, realAt: new Date(), speed: 1 });
  return House.open({ config: readConfig({ DEMO: 'on' }), secrets, runtimeUrl, clock, log });
}

async function settleDemo(server) {
  const house = await open(server, START);
  await house.settled();
  await house.close();
}

/** Tasks of the demo's villages with their deadlines, due as `dueAt` says for the n-th. */
async function arm(owner, count, dueAt) {
  await owner.query('begin');
  await owner.query(
    `create temp table armed on commit drop as
     select uuidv7() as id, village.code, village.responsible, ${dueAt} as due_at, n
     from generate_series(0, $1::int - 1) as n
     join (select row_number() over (order by region_code) - 1 as place, region_code as code,
         min(responsible_id::text)::uuid as responsible, count(*) over () as places
       from task group by region_code) as village on village.place = n % village.places`,
    [count],
  );
  await owner.query(
    `insert into task (id, kind, region_code, title_zh, status, responsible_id, created_at, due_at)
     select id, 'INSTRUCTION', code, '督办事项' || n, 'IN_PROGRESS', responsible, now(), due_at from armed`,
  );
  await owner.query(
    `insert into deadline (task_id, region_code, region_name, title_zh, status, schedule, due_at, deadline_version, armed_from, next_at)
     select id, armed.code, region.name, '督办事项' || n, 'IN_PROGRESS', 'DUE_SOON', due_at, 1, due_at - interval '10 seconds', due_at
     from armed join region on region.code = armed.code`,
  );
  await owner.query('commit');
}

function percentile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

function ms(value) {
  return `${value.toFixed(value < 10 ? 2 : 0)} ms`;
}

function said(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return `median ${ms(percentile(sorted, 0.5))}, 99th ${ms(percentile(sorted, 0.99))}, last ${ms(sorted.at(-1))}`;
}

/** One look of the clock that finds nothing, with few and with many armed; and the same look of a job queue. */
async function idle(owner, runtimeUrl) {
  const { openOrm } = await load('db/orm.js');
  const { entities } = await load('entities.js');
  const { dueDeadlines } = await load('deadlines/deadline-clock.js');
  const orm = await openOrm(runtimeUrl, entities);
  const look = async () => {
    const times = [];
    for (let n = 0; n < ROUNDS; n++) {
      const began = performance.now();
      await orm.em.fork().transactional((em) => dueDeadlines(em, START).execute());
      times.push(performance.now() - began);
    }
    return times.toSorted((a, b) => a - b)[ROUNDS / 2];
  };
  await arm(owner, 1000, `timestamptz '2017-12-01' + n * interval '1 second'`);
  await owner.query('vacuum analyze deadline');
  const few = await look();
  await arm(owner, armed - 1000, `timestamptz '2017-12-01' + n * interval '1 second'`);
  await owner.query('vacuum analyze deadline');
  const many = await look();
  const { rows } = await owner.query(`select pg_size_pretty(pg_relation_size('deadline_armed')) as size`);
  console.log(
    `a look that finds nothing: 1,000 armed ${ms(few)}, ${armed} armed ${ms(many)} (× ${(many / few).toFixed(2)}); index ${rows[0].size}`,
  );
  await orm.close(true);
}

/** Due one after the other within a minute of real time. */
async function lateness(owner, server) {
  const begins = new Date(Date.now() + 8000);
  const campaignAt = new Date('2017-03-01T12:00:00+08:00');
  const offset = campaignAt.getTime() - Date.now();
  const first = new Date(begins.getTime() + offset).toISOString();
  await arm(owner, due, `timestamptz '${first}' + n * interval '${MINUTE_MS / due} milliseconds'`);
  const house = await open(server, new Date(Date.now() + offset));
  await new Promise((resolve) => setTimeout(resolve, begins.getTime() - Date.now() + MINUTE_MS + 2000));
  const { rows } = await owner.query(
    `select extract(epoch from event.happened_at - task.due_at) * 1000 as late from event
     join task on task.id = event.subject_id::uuid
     where event.kind = 'DEADLINE_WARNING' and params ->> 'rung' = 'DUE' and task.due_at >= $1`,
    [first],
  );
  await house.close();
  console.log(`clock, ${rows.length} of ${due} said: ${said(rows.map(({ late }) => Number(late)))}`);
}

/** The same instants as jobs, a million others waiting. */
async function workerLateness(owner, ownerUrl) {
  const utils = await makeWorkerUtils({
    connectionString: ownerUrl,
    logger: new Logger(() => () => undefined),
  });
  await utils.migrate();
  await owner.query(
    'create table job_done (due_at timestamptz, done_at timestamptz default clock_timestamp())',
  );
  const add = (count, dueAt) =>
    owner.query(
      `select count(*) from graphile_worker.add_jobs(array(
         select row('warn', json_build_object('due', ${dueAt}), null, ${dueAt}, 1, null, null, null)::graphile_worker.job_spec
         from generate_series(0, $1::int - 1) as n))`,
      [count],
    );
  for (let done = 0; done < armed; done += 50_000)
    await add(Math.min(50_000, armed - done), `now() + interval '300 days' + n * interval '1 second'`);
  await owner.query('vacuum analyze graphile_worker._private_jobs');
  const begins = new Date(Date.now() + 8000).toISOString();
  await add(due, `timestamptz '${begins}' + n * interval '${MINUTE_MS / due} milliseconds'`);
  const worker = await run({
    connectionString: ownerUrl,
    concurrency: 20,
    pollInterval: 100,
    noHandleSignals: true,
    logger: new Logger(() => () => undefined),
    taskList: {
      warn: async ({ due: at }, { query }) => {
        await query('insert into job_done (due_at) values ($1)', [at]);
      },
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 8000 + MINUTE_MS + 5000));
  const { rows } = await owner.query(
    `select extract(epoch from done_at - due_at) * 1000 as late from job_done`,
  );
  await worker.stop();
  await utils.release();
  console.log(
    `graphile-worker, ${rows.length} of ${due} said: ${said(rows.map(({ late }) => Number(late)))}`,
  );
}

/** All at one instant: what it is for people. */
async function breaches(owner, server) {
  await owner.query('delete from inbox_notice');
  const instant = '2017-04-01T12:00:00+08:00';
  await arm(owner, due, `timestamptz '${instant}' + n * interval '0 seconds'`);
  const house = await open(server, new Date('2017-04-01T12:00:00.001+08:00'));
  const began = performance.now();
  await house.settled();
  const took = performance.now() - began;
  await house.close();
  const {
    rows: [told],
  } = await owner.query(
    `with per as (select account_id, count(*) as notices, sum(count) as things from inbox_notice where topic = 'DUE' group by 1)
     select count(*) as people, max(notices) as most, max(things) as things,
       percentile_disc(0.5) within group (order by notices) as median from per`,
  );
  const {
    rows: [{ lost }],
  } = await owner.query(
    `select count(*) as lost from task where due_at = $1 and not exists (
       select from inbox_item join inbox_notice on inbox_notice.id = notice_id where subject_id = task.id and topic = 'DUE')`,
    [instant],
  );
  console.log(
    `${due} breaches at one instant, in inboxes after ${ms(took)}: ${told.people} people, notices each: median ${told.median}, most ${told.most} (about ${told.things} things); lost ${lost}`,
  );
}
