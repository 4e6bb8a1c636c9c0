import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { prepareDatabase } from '../../src/db/prepare.js';
import { openLog } from '../../src/log.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';

let database: FreshDatabase;
let owner: pg.Client;

beforeEach(async () => {
  database = await freshDatabase({ template: 'demo' });
  owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await database.drop();
});

/** The demo as the version before had left it, with somebody signed in and an inspector out in two counties. */
const BEFORE = [
  `delete from mikro_orm_migrations where name = 'Migration20261125000400_sessions'`,
  'drop table second_factor, failed_attempt',
  `alter table account drop column kind, drop column home_region_code, drop column must_change_password,
    drop column pairing_hash, drop column pairing_until, drop column changed_at`,
  `alter table session drop column nonce, drop column generation, drop column address, drop column device,
    drop column device_hash, drop column second_factor_until, add column refresh_hash text not null unique`,
  'drop index session_open',
  `insert into session (id, account_id, refresh_hash, created_at, refreshed_at, expires_at)
    select gen_random_uuid(), id, 'old', now(), now(), now() + interval '7 days' from account where username = 'auditor'`,
  `delete from role_grant where account_id = (select id from account where username = 'inspector.one')`,
  `insert into role_grant (id, account_id, role, region_code, valid_from)
    select gen_random_uuid(), account.id, 'INSPECTOR', region.code, now() from account, region
    where username = 'inspector.one' and level = 'VILLAGE'
      and code in (select min(code) from region where level = 'VILLAGE' group by left(code, 6))`,
];

test('accounts of before belong to the region that all their grants lie in, and sign in anew', async () => {
  for (const statement of BEFORE) await owner.query(statement);
  const { ownerUrl, secrets } = database;
  await prepareDatabase({ ownerUrl, secrets, log: openLog('fatal') });
  const { rows } = await owner.query(
    `select username, home_region_code as home from account where kind = 'PERSON' and not must_change_password
       and username in ('city.office', 'funan.office', 'longwang.town', 'hesheng.village', 'inspector.one', 'inspector.two')
     order by username`,
  );
  expect(rows).toEqual([
    { username: 'city.office', home: '341200000000' },
    { username: 'funan.office', home: '341225000000' },
    { username: 'hesheng.village', home: '341225206205' },
    { username: 'inspector.one', home: '341200000000' },
    { username: 'inspector.two', home: '341200000000' },
    { username: 'longwang.town', home: '341225206000' },
  ]);
  const open = await owner.query('select from session where ended_at is null');
  expect(open.rowCount).toBe(0);
});
