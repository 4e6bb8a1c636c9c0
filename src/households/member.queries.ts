import { shanghaiDay } from '../clock.js';
import type { Context } from '../http/context.js';
import { isMinor, maskBankAccount, maskIdNumber, maskName, maskPhone } from '../vault/mask.js';
import type { HouseholdMember } from './household.entity.js';
import { type HouseholdRow, type MemberRow, membersOf } from './household.queries.js';
import { openBankAccount, openIdNumber, openPhone } from './sealed.rules.js';

// What is shown of a person by default: everything personal leaves this room through here, or through a reveal.

/** A member as far as the masks look at it. */
type Masked = Pick<HouseholdMember, 'id' | 'name' | 'birthYear' | 'idNumberSealed' | 'phoneSealed'>;

/** Whether somebody is under 14 today, by the campaign clock. @throws DATA_INTEGRITY_ERROR, as do all here */
export async function isMinorNow({ vault, now }: Context, member: Masked): Promise<boolean> {
  const idNumber = await openIdNumber(vault, member);
  return isMinor({ idNumber, birthYear: member.birthYear }, shanghaiDay(now));
}

export const shownName = async (context: Context, member: Masked): Promise<string> =>
  maskName(member.name, await isMinorNow(context, member));

export const shownIdNumber = async (context: Context, member: Masked): Promise<string> =>
  maskIdNumber(await openIdNumber(context.vault, member), await isMinorNow(context, member));

/** null for somebody without a telephone. */
export async function shownPhone({ vault }: Context, member: Masked): Promise<string | null> {
  const phone = await openPhone(vault, member);
  return phone === null ? null : maskPhone(phone);
}

/** null where none is known. */
export async function shownBankAccount(
  { vault }: Context,
  household: Pick<HouseholdRow, 'id' | 'bankAccountSealed'>,
): Promise<string | null> {
  const account = await openBankAccount(vault, household);
  return account === null ? null : maskBankAccount(account);
}

/** The head of a household: whose name and ID number stand for it. */
export async function headOf(context: Context, householdId: string): Promise<MemberRow> {
  const head = (await membersOf(context, householdId)).find(({ relation }) => relation === 'HEAD');
  if (!head) throw new Error(`household ${householdId} has no head`);
  return head;
}
