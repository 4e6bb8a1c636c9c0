import { Migrator } from '@mikro-orm/migrations';
import { MikroORM } from '@mikro-orm/postgresql';
import pg from 'pg';
import { migrations } from '../../migrations/index.js';

const base = 'postgres://postgres@127.0.0.1:57411/';
let n = 0;
export async function freshDatabase() {
  const admin = new pg.Client({ connectionString: base + 'postgres' });
  await admin.connect();
  await admin
    .query('do $$ begin create role duban_runtime nologin; exception when duplicate_object then null; end $$')
    .catch(() => 0);
  await admin
    .query('do $$ begin create role rt login; exception when duplicate_object then null; end $$')
    .catch(() => 0);
  await admin.query('grant duban_runtime to rt').catch(() => 0);
  const name = `t_${process.pid}_${n++}`;
  await admin.query(`create database ${name}`);
  const orm = await MikroORM.init({
    clientUrl: base + name,
    entities: [],
    extensions: [Migrator],
    discovery: { warnWhenNoEntities: false },
    migrations: { migrationsList: migrations },
  } as never);
  await orm.migrator.up();
  await orm.close();
  const c = new pg.Client({ connectionString: base + name });
  await c.connect();
  await c.query('grant usage on schema public to duban_runtime');
  await c.end();
  return {
    ownerUrl: base + name,
    runtimeUrl: `postgres://rt@127.0.0.1:57411/${name}`,
    secrets: {},
    drop: async () => {
      await admin.query(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}
