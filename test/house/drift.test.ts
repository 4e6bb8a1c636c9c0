import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { openOrm } from '../../src/db/orm.js';
import { entities } from '../../src/entities.js';
import { openSchema, printApi } from '../../src/schema.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';

/** Tables of the log, the vault and the house itself, written by SQL alone. */
const WITHOUT_ENTITY = [
  'campaign_clock',
  'data_key',
  'demo_stage',
  'event',
  'failed_attempt',
  'follower',
  'idempotency',
  'reviewed_level',
  'ledger_pending',
  'log_day',
  'log_epoch',
  'mikro_orm_migrations',
  'poverty_line',
  'tick',
];

let database: FreshDatabase;
let owner: pg.Client;
let orm: MikroORM;

beforeAll(async () => {
  database = await freshDatabase();
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  orm = await openOrm(database.runtimeUrl, entities);
});
afterAll(async () => {
  await orm.close(true);
  await owner.end();
  await database.drop();
});

test('the committed schema is the one the code makes (npm run schema)', async () => {
  const committed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  expect(printApi(await openSchema())).toBe(committed);
});

test('everything in the schema has a description', async () => {
  const { printed } = { printed: printApi(await openSchema()) };
  const bare = printed.split('\n').filter((line, at, lines) => {
    const declares = /^(type|input|enum|scalar) |^ {2}\w+(\(|:)/.test(line);
    const above = lines[at - 1] ?? '';
    return declares && !above.trim().endsWith('"""') && !/^type (Query|Mutation|Subscription) /.test(line);
  });
  expect(bare).toEqual([]);
});

interface Column {
  table_name: string;
  column_name: string;
  is_nullable: 'YES' | 'NO';
  data_type: string;
}

async function columns(): Promise<Map<string, Column[]>> {
  const { rows } = await owner.query<Column>(
    `select table_name, column_name, is_nullable, data_type from information_schema.columns
     where table_schema = 'public' order by table_name, column_name`,
  );
  return Map.groupBy(rows, (row) => row.table_name);
}

test('every table has its entity or is named as one without', async () => {
  const known = [...entities.map((entity) => entity.meta.tableName), ...WITHOUT_ENTITY];
  const partitions = /^event_/;
  const there = [...(await columns()).keys()].filter((name) => !partitions.test(name));
  expect(there.sort()).toEqual(known.sort());
});

test('migrations and entities agree on every column and on what may be null', async () => {
  const tables = await columns();
  const said = [...orm.getMetadata().getAll().values()].flatMap(({ tableName, props }) =>
    props
      .filter((prop) => prop.persist !== false)
      .map((prop) => `${tableName}.${prop.fieldNames[0]} ${prop.nullable ? 'null' : 'not null'}`),
  );
  const made = entities.flatMap(({ meta: { tableName } }) =>
    (tables.get(tableName) ?? []).map(
      (column) => `${tableName}.${column.column_name} ${column.is_nullable === 'YES' ? 'null' : 'not null'}`,
    ),
  );
  expect(said.sort()).toEqual(made.sort());
});

test('every region code is compared by bytes, so that a scope is a range', async () => {
  const { rows } = await owner.query(
    `select table_name, column_name from information_schema.columns
     where table_schema = 'public' and column_name ~ '(region|jurisdiction|parent)_code$' and collation_name is distinct from 'C'`,
  );
  expect(rows).toEqual([]);
});

test('every table with personal data is behind forced row-level security, and the serving role owns nothing', async () => {
  const { rows } = await owner.query<{ relname: string }>(
    `select relname from pg_class where relrowsecurity and relforcerowsecurity order by relname`,
  );
  expect(rows.map(({ relname }) => relname)).toEqual([
    'exit_household',
    'household',
    'household_income',
    'household_member',
    'referral',
    'referral_note',
    'reveal_request',
  ]);
  const owned = await owner.query(
    `select relname from pg_class join pg_roles on pg_roles.oid = relowner
     where relnamespace = 'public'::regnamespace and (rolname = 'duban_runtime' or rolname like '%\\_node')`,
  );
  expect(owned.rows).toEqual([]);
});
