import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';
import { LOOKS } from './catalogue.js';

let database: FreshDatabase;
let owner: pg.Client;
let runtime: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  runtime = new pg.Client({ connectionString: database.runtimeUrl });
  await Promise.all([owner.connect(), runtime.connect()]);
});
afterAll(async () => {
  await Promise.all([owner.end(), runtime.end()]);
  await database.drop();
});

describe('the catalogue', () => {
  test.each(Object.keys(LOOKS))('never: %s', async (name) => {
    expect(await LOOKS[name]?.(owner)).toEqual([]);
  });

  /** What somebody may forget in a migration, and what must then be said. */
  const FORGOTTEN: [what: string, statements: string[]][] = [
    [
      'a table that speaks of a region has no wall, and no reason why it needs none',
      ['create table family_visit (id uuid primary key, region_code text not null, note text)'],
    ],
    [
      'a table that speaks of a region has no wall, and no reason why it needs none',
      ['create table family_visit (id uuid primary key, place text references region (code))'],
    ],
    [
      'a table is a part of a walled one and has no wall',
      ['create table photo (id uuid primary key, household_id uuid references household (id))'],
    ],
    ['a wall is half built', ['alter table household no force row level security']],
    [
      'a table that speaks of a region has no wall, and no reason why it needs none',
      ['alter table household_member disable row level security'],
    ],
    [
      'a wall has another form than the agreed one, or more than one policy',
      ['create policy open on household for select using (true)'],
    ],
    [
      'a wall has another form than the agreed one, or more than one policy',
      [
        'drop policy scope on household',
        `create policy scope on household using (region_code like current_setting('duban.scope', true) || '%')`,
      ],
    ],
    ['a walled table has no index that begins with the region', ['drop index household_income_region']],
    ['a view shows with its owner\u2019s eyes', ['create view heads as select head_name from household']],
    [
      'a materialised view holds rows that no policy looks at',
      ['create materialized view heads as select head_name from household'],
    ],
    [
      'a function runs above the wall, and no reason why',
      ['create function heads() returns bigint language sql security definer as $$ select 1::bigint $$'],
    ],
    [
      'a function above the wall looks names up wherever its caller says, or is everybody\u2019s',
      ['grant execute on function feed_tick() to public'],
    ],
    [
      'a function above the wall looks names up wherever its caller says, or is everybody\u2019s',
      ['alter function feed_tick() reset search_path'],
    ],
    [
      'a function of ours is said to leak nothing',
      ['create function peek(text) returns boolean language sql leakproof as $$ select true $$'],
    ],
    [
      'an index or a foreign key can reveal a hidden row, and no reason why it does not',
      ['create unique index household_head on household (head_name)'],
    ],
    [
      'an index or a foreign key can reveal a hidden row, and no reason why it does not',
      ['create table hint (id uuid references household (id))'],
    ],
  ];

  test.each(FORGOTTEN)('notices: %s (%s)', async (name, statements) => {
    await owner.query('begin');
    try {
      for (const statement of statements) await owner.query(statement);
      expect(await LOOKS[name]?.(owner)).not.toEqual([]);
    } finally {
      await owner.query('rollback');
    }
  });

  test('a view that looks with its reader\u2019s eyes is no fault', async () => {
    await owner.query('begin');
    await owner.query('create view heads with (security_invoker = true) as select head_name from household');
    const said = await LOOKS['a view shows with its owner\u2019s eyes']?.(owner);
    await owner.query('rollback');
    expect(said).toEqual([]);
  });
});

describe('the role that serves', () => {
  const codeOf = (statement: string): Promise<string> =>
    runtime.query(statement).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );

  test('is no superuser, bypasses nothing, owns nothing, and is a member of one group that is no more than it', async () => {
    const { rows } = await owner.query(
      `select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as mighty, rolname = 'duban_runtime' as is_group,
         (select count(*)::int from pg_shdepend where refobjid = pg_roles.oid and deptype = 'o') as owned,
         array(select roleid::regrole::text from pg_auth_members where member = pg_roles.oid) as member_of
       from pg_roles where rolname in ('duban_runtime', $1) order by is_group`,
      [new URL(database.runtimeUrl).username],
    );
    expect(rows).toEqual([
      { mighty: false, is_group: false, owned: 0, member_of: ['duban_runtime'] },
      { mighty: false, is_group: true, owned: 0, member_of: [] },
    ]);
  });

  test('becomes nobody else', async () => {
    const { rows } = await owner.query('select current_user::text as name');
    expect(await codeOf(`set role "${rows[0].name}"`)).toBe('42501');
    expect(await codeOf(`set session authorization "${rows[0].name}"`)).toBe('42501');
    expect(await codeOf('set role pg_read_all_data')).toBe('42501');
  });

  test.each([
    'create table public.mine (id int)',
    'create schema mine',
    'create function public.mine() returns int language sql as $$ select 1 $$',
    'create view public.mine as select 1',
    'alter table household disable row level security',
    'alter table household no force row level security',
    'drop policy scope on household',
    'create policy mine on household using (true)',
    'drop table household',
    'truncate household',
    'alter role current_user bypassrls',
    'create extension pgcrypto',
    `copy household to program 'true'`,
    'alter system set row_security = off',
    'delete from event',
    'update event set params = params',
    'delete from household',
  ])('may not: %s', async (statement) => {
    expect(await codeOf(statement)).toBe('42501');
  });

  test('does not get past the wall by asking for none: the question fails', async () => {
    await runtime.query('set row_security = off');
    for (const table of ['household', 'household_member', 'household_income'])
      expect(await codeOf(`select from ${table}`)).toBe('42501');
    await runtime.query('reset row_security');
  });
});
