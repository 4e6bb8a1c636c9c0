import type { EntityManager } from '@mikro-orm/postgresql';
import { demandScopes, isInScopes, signedIn } from '../auth/may.js';
import { shanghaiDay } from '../clock.js';
import { scoped, tables } from '../db/orm.js';
import { notFound, Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { enter } from '../ledger/enter.js';
import type { HouseholdMemberSchema } from './household.entity.js';
import { getHousehold, type HouseholdRow } from './household.queries.js';
import { isIdNumber } from './household.rules.js';
import { idNumberIndex } from './sealed.rules.js';

/**
 * The household of the person with an ID number, found without opening one. Every search is entered in the ledger,
 * whatever it finds.
 * @throws FORBIDDEN · INVALID_ID_NUMBER · NOT_FOUND, the same whether absent or out of scope · AUDIT_UNAVAILABLE
 */
export async function householdOfPerson(context: Context, given: string): Promise<HouseholdRow> {
  const scopes = demandScopes(context.asker, 'household.read', context.now);
  const idNumber = given.toUpperCase();
  if (!isIdNumber(idNumber, shanghaiDay(context.now))) {
    const message =
      'idNumber is not a valid ID number: 18 characters, a real birth date, the right last one.';
    throw new Refusal('INVALID_ID_NUMBER', message, { field: 'idNumber' });
  }
  const found = await scoped(context.em, scopes, async (em) => {
    const member = await findMember(em, idNumberIndex(context.vault, idNumber));
    const mine = member && isInScopes(member.regionCode, scopes) ? member : null;
    await enterSearch(em, context, mine);
    return mine;
  });
  context.kick();
  if (!found) throw notFound('household');
  return getHousehold(context, found.householdId);
}

type Found = { householdId: string; regionCode: string };

const findMember = (em: EntityManager, index: Buffer): Promise<Found | undefined> =>
  tables<typeof HouseholdMemberSchema>(em)
    .selectFrom('household_member')
    .select(['householdId', 'regionCode'])
    .where('idNumberIndex', '=', index)
    .executeTakeFirst();

const enterSearch = (em: EntityManager, context: Context, found: Found | null): Promise<string> =>
  enter(em, context, {
    act: 'household.search',
    operation: 'householdOfPerson',
    by: signedIn(context.asker),
    subject: found ? { type: 'HOUSEHOLD', id: found.householdId } : null,
    regionCode: found?.regionCode ?? null,
    fields: ['ID_NUMBER'],
  });
