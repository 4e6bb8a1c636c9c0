import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { load } from '../../scripts/prepare.mjs';
import { median } from './measures.mjs';

const WRITERS = 8;
const RUNS = 5;
const RUN_MS = 4000;

const FACT = `insert into event (kind, severity, audience, region_code, region_name, subject_type, subject_id, happened_at, params)
  values ('FINDING_CLOSED', 'WARNING', 'REGION', '341225206205', '合胜村', 'FINDING', gen_random_uuid()::text, now(), '{}');`;

/** What each transaction does after its two updates. */
const TECHNIQUES = {
  'no facts at all': { adds: '' },
  'facts, nobody ticking': { adds: FACT + FACT },
  'facts, ticker and reader on': { adds: FACT + FACT, isTicked: true },
  'NOTIFY in the transaction': { adds: `${FACT}${FACT} notify bench, 'look';` },
  'one advisory lock': { adds: `select pg_advisory_xact_lock(1); ${FACT}${FACT}` },
};

/** Transactions per second of writers that keep the machine busy, one technique after the other, in turns. */
export async function writers({ ownerUrl, runtimeUrl, log }) {
  const clients = await Promise.all(
    Array.from({ length: WRITERS }, async () => {
      const client = new pg.Client({ connectionString: ownerUrl });
      await client.connect();
      return client;
    }),
  );
  const [first] = clients;
  await first.query('create table bench_item (id int primary key, version int not null)');
  await first.query('insert into bench_item select id, 0 from generate_series(1, 1000) as id');
  const rates = Object.fromEntries(Object.keys(TECHNIQUES).map((name) => [name, []]));
  for (let run = 0; run < RUNS; run++)
    for (const [name, technique] of Object.entries(TECHNIQUES))
      rates[name].push(await rateOf(clients, technique, { runtimeUrl, log }));
  await Promise.all(clients.map((client) => client.end()));
  const perSecond = Object.entries(rates).map(([name, list]) => [name, Math.round(median(list))]);
  const [[, plain], [, unticked]] = perSecond;
  return Object.fromEntries(
    perSecond.map(([name, rate]) => [
      name,
      { perSecond: rate, toNoFacts: ratio(rate, plain), toFactsUnticked: ratio(rate, unticked) },
    ]),
  );
}

const ratio = (rate, base) => Number((rate / base).toFixed(2));

async function rateOf(clients, { adds, isTicked = false }, { runtimeUrl, log }) {
  const { Tail } = await load('events/tail.js');
  const tail = isTicked ? new Tail({ connectionString: runtimeUrl, log }) : null;
  await tail?.start();
  let isOver = false;
  let done = 0;
  const work = clients.map(async (client) => {
    while (!isOver) {
      const [one, other] = [item(), item()].sort((a, b) => a - b);
      await client.query(
        `begin; update bench_item set version = version + 1 where id = ${one};
         update bench_item set version = version + 1 where id = ${other}; ${adds} commit`,
      );
      done += 1;
      tail?.kick();
    }
  });
  const started = performance.now();
  await sleep(RUN_MS);
  const rate = (done * 1000) / (performance.now() - started);
  isOver = true;
  await Promise.all(work);
  await tail?.stop();
  return rate;
}

const item = () => 1 + Math.floor(Math.random() * 1000);
