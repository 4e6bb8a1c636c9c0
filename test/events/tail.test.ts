import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { START, writeCursor } from '../../src/events/position.js';
import { record } from '../../src/events/record.js';
import { Tail } from '../../src/events/tail.js';
import { SEALER } from '../checker/drivers.js';
import { freshDatabase } from '../helpers/database.js';
import { ABOUT, bareOrm, factOf, QUIET, state } from './facts.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let orm: MikroORM;
let tail: Tail;
let owner: pg.Client;

beforeEach(async () => {
  database = await freshDatabase();
  owner = new pg.Client(database.ownerUrl);
  await owner.connect();
  orm = await bareOrm(database.runtimeUrl);
  tail = new Tail({ connectionString: database.runtimeUrl, log: QUIET });
  await tail.start();
});

afterEach(async () => {
  await tail.stop();
  await orm.close();
  await owner.end();
  await database.drop();
});

test('a commit is on the tail after a kick, with the mark of its transaction', async () => {
  const before = tail.head;
  const mark = await state(orm, '1', '2');
  tail.kick();
  await tail.moved(before);
  const page = await tail.after(before);
  expect(page.facts.map((fact) => [fact.subject.id, fact.mark])).toEqual([
    ['1', mark],
    ['2', mark],
  ]);
  expect(page.facts[0]).toMatchObject({ ...factOf('1'), happenedAt: ABOUT.happenedAt, actorId: null });
  expect(page.position).toEqual(tail.head);
  expect(await state(orm)).toMatch(/^\d+$/);
});

test('what nobody kicked for is found all the same', async () => {
  const before = tail.head;
  await state(orm, 'forgotten');
  await tail.moved(before);
  expect((await tail.after(before)).facts).toHaveLength(1);
});

test('goes on, without a gap, after all its connections are cut again and again', async () => {
  const before = tail.head;
  const told: string[] = [];
  tail.onFacts((facts) => told.push(...facts.map((fact) => fact.subject.id)));
  const all = Array.from({ length: 20 }, (_, n) => String(n));
  for (const subject of all) {
    await owner.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like 'duban %'`,
    );
    await state(orm, subject);
    tail.kick();
  }
  while (told.length < all.length) await tail.moved(tail.head);
  expect(told).toEqual(all);
  expect((await tail.after(before)).facts.map((fact) => fact.subject.id)).toEqual(all);
});

test('twenty thousand facts of one transaction are one tick, read in pages', async () => {
  const before = tail.head;
  const many = Array.from({ length: 20_000 }, (_, n) => factOf(String(n)));
  await orm.em.fork().transactional((em) => record(em, many, ABOUT));
  const head = await tail.now();
  expect(head.tick).toBe(before.tick + 1n);
  for (const from of [START, before]) {
    let count = 0;
    for (let at = from; at.tick < head.tick || at.id !== null; ) {
      const page = await tail.after(at, 4000);
      expect(page.facts.every((fact, n) => fact.subject.id === String(count + n))).toBe(true);
      count += page.facts.length;
      at = page.position;
    }
    expect(count).toBe(20_000);
  }
});

test('moved() leaves nothing behind when it is aborted', async () => {
  const aborts = Array.from({ length: 50 }, () => new AbortController());
  const waits = aborts.map(({ signal }) => tail.moved(tail.head, signal));
  expect(tail.waiting).toBe(50);
  for (const abort of aborts) abort.abort();
  await Promise.all(waits);
  expect(tail.waiting).toBe(0);
  await tail.moved(tail.head, AbortSignal.abort());
  expect(tail.waiting).toBe(0);
});

test('a cursor from a node that is ahead is looked up, one beyond the log is reset', async () => {
  const ahead = new Tail({ connectionString: database.runtimeUrl, log: QUIET });
  await ahead.start();
  await state(orm, '1');
  const cursor = writeCursor(SEALER, ahead.line, await ahead.now());
  expect((await tail.resume(SEALER, cursor)).reset).toBeNull();
  const lost = writeCursor(SEALER, ahead.line, { tick: ahead.head.tick + 100n, id: null });
  expect((await tail.resume(SEALER, lost)).reset).toBe('TIMELINE_CHANGED');
  await ahead.stop();
});

test('a restored log is another epoch: readers are told, and nothing of the old one is lost or told again', async () => {
  const cursor = writeCursor(SEALER, tail.line, await tail.now());
  let resets = 0;
  tail.onFacts(
    () => undefined,
    () => resets++,
  );
  await state(orm, 'before');
  const before = await tail.now();
  // As after loading a dump elsewhere: the home is another, one event was in no tick yet, and its transaction number
  // lies in the future of this server.
  await owner.query('begin');
  await owner.query(`update log_epoch set home = 'elsewhere'`);
  await owner.query(
    `insert into event (xid, kind, audience, region_code, subject_type, subject_id, happened_at, params)
     values ('999999999', 'TASK_ASSIGNED', 'REGION', '341225206205', 'TASK', 'unticked', now(), '{}')`,
  );
  await owner.query('commit');
  await tail.now();
  await state(orm, 'after');
  await tail.now();
  const page = await tail.after({ tick: before.tick - 1n, id: null });
  expect(page.facts.map((fact) => fact.subject.id)).toEqual(['before', 'unticked', 'after']);
  expect(resets).toBe(1);
  expect((await tail.after(before)).reset).toBe('EPOCH_CHANGED');
  expect((await tail.resume(SEALER, cursor)).reset).toBe('EPOCH_CHANGED');
});
