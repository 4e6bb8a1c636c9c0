import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { type Follower, follow } from '../../src/events/follow.js';
import type { LoggedFact } from '../../src/events/read.js';
import { record } from '../../src/events/record.js';
import { Tail } from '../../src/events/tail.js';
import { freshDatabase } from '../helpers/database.js';
import { ABOUT, bareOrm, factOf, QUIET, state } from './facts.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let orm: MikroORM;
let tail: Tail;
let owner: pg.Client;
const followers: Follower[] = [];

beforeEach(async () => {
  database = await freshDatabase();
  owner = new pg.Client(database.ownerUrl);
  await owner.connect();
  await owner.query(
    'create table handled (place serial, subject text, by text); grant insert on handled to duban_runtime; grant usage on sequence handled_place_seq to duban_runtime',
  );
  orm = await bareOrm(database.runtimeUrl);
  tail = new Tail({ connectionString: database.runtimeUrl, log: QUIET });
  await tail.start();
});

afterEach(async () => {
  await Promise.all(followers.splice(0).map((follower) => follower.stop()));
  await tail.stop();
  await orm.close();
  await owner.end();
  await database.drop();
});

const start = (handle: (em: EntityManager, facts: readonly LoggedFact[]) => Promise<void>, page?: number) => {
  const follower = follow({ name: 'test', orm, tail, log: QUIET, page, handle });
  followers.push(follower);
  return follower;
};

const keep =
  (by: string) =>
  async (em: EntityManager, facts: readonly LoggedFact[]): Promise<void> => {
    for (const fact of facts)
      await em.execute('insert into handled (subject, by) values (?, ?)', [fact.subject.id, by]);
  };

const handled = async () => (await owner.query('select subject, by from handled order by place')).rows;
const subjects = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, n) => String(from + n));

test('begins at the start of the log, then follows it live', async () => {
  await state(orm, ...subjects(1, 3));
  const follower = start(keep('a'));
  await follower.caughtUp(await tail.now());
  await state(orm, '4');
  await follower.caughtUp(await tail.now());
  expect((await handled()).map((row) => row.subject)).toEqual(['1', '2', '3', '4']);
});

test('a handler that fails halfway leaves nothing behind, and the page comes again, whole', async () => {
  await state(orm, ...subjects(1, 10));
  let failures = 0;
  const follower = start(async (em, facts) => {
    await keep('a')(em, facts);
    if (failures < 2 && facts.some((fact) => fact.subject.id === '6')) {
      failures++;
      throw new Error('on purpose');
    }
  }, 4);
  await follower.caughtUp(await tail.now());
  expect(failures).toBe(2);
  expect((await handled()).map((row) => row.subject)).toEqual(subjects(1, 10));
});

test('a connection cut in the middle of a page neither skips nor doubles', async () => {
  await state(orm, ...subjects(1, 5));
  let cut = false;
  const follower = start(async (em, facts) => {
    await keep('a')(em, facts);
    if (cut) return;
    cut = true;
    const [row] = await em.execute<{ pid: number }[]>('select pg_backend_pid() as pid');
    await owner.query('select pg_terminate_backend($1)', [row?.pid]);
  }, 2);
  await follower.caughtUp(await tail.now());
  expect((await handled()).map((row) => row.subject)).toEqual(subjects(1, 5));
});

test('two of one name: one at a time, every fact once and in order, and the other takes over', async () => {
  let inside = 0;
  const alone = (by: string) => async (em: EntityManager, facts: readonly LoggedFact[]) => {
    expect(++inside).toBe(1);
    await keep(by)(em, facts);
    inside--;
  };
  const first = start(alone('first'), 3);
  const second = start(alone('second'), 3);
  for (const n of subjects(1, 30)) {
    await state(orm, n);
    tail.kick();
  }
  const head = await tail.now();
  await Promise.all([first.caughtUp(head), second.caughtUp(head)]);
  await first.stop();
  await state(orm, '31');
  await second.caughtUp(await tail.now());
  const rows = await handled();
  expect(rows.map((row) => row.subject)).toEqual(subjects(1, 31));
  expect(rows.at(-1)?.by).toBe('second');
});

test('what a handler states becomes part of the log at once', async () => {
  start(async (em, facts) => {
    const asked = facts.filter((fact) => fact.subject.id === 'question');
    await record(
      em,
      asked.map(() => factOf('answer')),
      ABOUT,
    );
  });
  const before = await tail.now();
  await state(orm, 'question');
  const asked = await tail.now();
  await tail.moved(asked);
  const { facts } = await tail.after(before);
  expect(facts.map((fact) => fact.subject.id)).toEqual(['question', 'answer']);
});
