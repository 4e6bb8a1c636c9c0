import { randomUUID } from 'node:crypto';
import type { Client, House } from '../helpers/house.js';

/** A new account with one role in one region, signed in; of the roles that no demo account holds there. */
export async function signInAs(house: House, role: string, region: string): Promise<Client> {
  const id = randomUUID();
  const username = `${role.toLowerCase()}.${id.slice(0, 8)}`;
  await house.sql(
    `insert into account select (jsonb_populate_record(a,
       jsonb_build_object('id', $1::text, 'username', $2::text, 'name', '市纪委'))).*
     from account a where username = 'auditor'`,
    [id, username],
  );
  await house.sql(
    `insert into role_grant (id, account_id, role, region_code, valid_from) values ($1, $2, $3, $4, '2016-01-04')`,
    [randomUUID(), id, role, region],
  );
  return house.signIn(username);
}
