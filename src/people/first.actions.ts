import { randomBytes } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import { readableCode } from '../auth/code.js';
import { hashPassword } from '../auth/hasher.js';
import { isPlaceFor } from '../auth/may.js';
import { enter } from '../ledger/enter.js';
import { USERNAME } from './account.actions.js';

/** What the operator asks for. */
export interface FirstAdministrator {
  readonly username: string;
  readonly regionCode: string;
  readonly name: string;
  /** Campaign time. */
  readonly now: Date;
}

/**
 * An administrator of a region, made by the owner of the database, in whose hands everything is anyway: the first way
 * into an installation, and the last. Answers a password that must be changed at once, or what is wrong.
 */
export async function createAdministrator(
  em: EntityManager,
  { username, regionCode, name, now }: FirstAdministrator,
): Promise<{ password: string } | { wrong: string }> {
  if (!USERNAME.test(username))
    return { wrong: `${username} is no user name: 3 to 64 of a-z, 0-9, dot, hyphen and underscore.` };
  const [region] = await em.execute('select from region where code = ?', [regionCode]);
  if (!region) return { wrong: `There is no region ${regionCode}; load the list first (npm run regions).` };
  if (!isPlaceFor('ADMIN', regionCode)) return { wrong: 'An administrator is of a township or above.' };
  const password = readableCode(randomBytes(20), 20);
  const id = newId();
  const made = await em.execute(
    `insert into account (id, username, name, kind, home_region_code, password_hash, must_change_password, created_at)
     values (?, ?, ?, 'PERSON', ?, ?, true, ?) on conflict (username) do nothing returning id`,
    [id, username, name, regionCode, await hashPassword(password), now],
  );
  if (made.length === 0) return { wrong: `The user name ${username} is taken.` };
  await em.execute(
    `insert into role_grant (id, account_id, role, region_code, valid_from) values (?, ?, 'ADMIN', ?, ?)`,
    [newId(), id, regionCode, now],
  );
  const origin = { address: '', device: 'npm run admin' };
  const entry = { act: 'account.write', operation: 'createAdministrator', by: null, regionCode } as const;
  await enter(
    em,
    { requestId: crypto.randomUUID(), origin, now },
    { ...entry, subject: { type: 'ACCOUNT', id } },
  );
  return { password };
}
