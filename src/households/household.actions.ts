import { LockMode, UniqueConstraintViolationException } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import { isInScopes } from '../auth/may.js';
import { lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact, FactParams } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import type { Vault } from '../vault/vault.js';
import { accountDigits } from './contact.rules.js';
import {
  allowedStatuses,
  Household,
  type HouseholdCategory,
  HouseholdIncome,
  HouseholdMember,
  type HouseholdStatus,
  type HousingGrade,
  movesOf,
  type PovertyCause,
} from './household.entity.js';
import { nextRegisterNumber } from './household.queries.js';
import {
  type CheckedMember,
  checkMembers,
  demandAmounts,
  demandIncomeYear,
  type GivenMember,
  type IncomeParts,
  type KnownMember,
  netIncomeFen,
} from './household.rules.js';
import { openIdNumber, openPhone, sealBankAccount, sealMember } from './sealed.rules.js';

// Every action answers the id alone: answers of keyed writes are kept, and nothing personal may be kept there.

export interface RegisterHousehold {
  regionCode: string;
  category: HouseholdCategory;
  mainCause: PovertyCause;
  housingGrade?: HousingGrade | null;
  safeWater?: boolean | null;
  bankAccount?: string | null;
  members: GivenMember[];
  idempotencyKey?: string | null;
}

/**
 * Puts a household on the register as a candidate, with the next number of its village.
 * @throws FORBIDDEN · NOT_FOUND (unknown region, or outside your own) · INVALID_REGION_CODE (no village) ·
 * BAD_USER_INPUT · INVALID_TEXT · INVALID_ID_NUMBER · INVALID_PHONE · INVALID_BANK_ACCOUNT · INVALID_DATE ·
 * DUPLICATE_PERSON
 */
export const registerHousehold = (context: Context, input: RegisterHousehold) =>
  write(context, { act: 'household.write', operation: 'registerHousehold', input }, async (tx) => {
    const { regionCode, category, mainCause } = input;
    await demandVillage(tx, regionCode);
    const members = checkMembers(input.members, [], tx.now);
    const id = newId();
    const household = tx.em.create(Household, {
      id,
      regionCode,
      registerNumber: await nextRegisterNumber(tx.em, regionCode),
      ...summaryOf(members),
      category,
      status: 'CANDIDATE',
      mainCause,
      plannedExitYear: null,
      housingGrade: input.housingGrade ?? null,
      safeWater: input.safeWater ?? null,
      bankAccountSealed: sealedAccount(context.vault, { id, bankAccountSealed: null }, input.bankAccount),
      createdAt: tx.now,
      updatedAt: tx.now,
      version: 1,
    });
    // Only the database knows that members belong to a household: left to itself the ORM may insert them first.
    await tx.em.flush();
    await addMembers(tx, context.vault, household, members);
    return answerWith(tx, household, { change: 'REGISTERED', from: null });
  });

async function demandVillage(tx: Transaction, regionCode: string): Promise<void> {
  const region = await getRegion(tx, regionCode);
  if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
  if (region.level === 'VILLAGE') return;
  const message = `A household is registered in a village; ${regionCode} is a ${region.level}.`;
  throw new Refusal('INVALID_REGION_CODE', message, { field: 'regionCode' });
}

/** As it lies until a new one is given; an empty text removes it. */
function sealedAccount(
  vault: Vault,
  { id, bankAccountSealed }: Pick<Household, 'id' | 'bankAccountSealed'>,
  given: string | null | undefined,
): Buffer | null {
  if (given === null || given === undefined) return bankAccountSealed ?? null;
  return given === '' ? null : sealBankAccount(vault, id, accountDigits(given, 'bankAccount'));
}

interface Change {
  householdId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

export interface UpdateHousehold extends Change {
  category?: HouseholdCategory | null;
  status?: HouseholdStatus | null;
  mainCause?: PovertyCause | null;
  housingGrade?: HousingGrade | null;
  safeWater?: boolean | null;
  bankAccount?: string | null;
  members?: GivenMember[] | null;
}

/**
 * Changes what is given and leaves the rest; members are replaced as a whole.
 * @throws FORBIDDEN · NOT_FOUND (household or member) · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (with `allowed`) ·
 * BAD_USER_INPUT · INVALID_TEXT · INVALID_ID_NUMBER · INVALID_PHONE · INVALID_BANK_ACCOUNT · INVALID_DATE ·
 * DUPLICATE_PERSON
 */
export const updateHousehold = (context: Context, input: UpdateHousehold) =>
  write(context, { act: 'household.write', operation: 'updateHousehold', input }, async (tx) => {
    const household = await lockHousehold(tx, input);
    const from = household.status;
    household.status = demandMove(from, input.status ?? from, allowedStatuses(from));
    household.category = input.category ?? household.category;
    household.mainCause = input.mainCause ?? household.mainCause;
    household.housingGrade = input.housingGrade ?? household.housingGrade;
    household.safeWater = input.safeWater ?? household.safeWater;
    household.bankAccountSealed = sealedAccount(context.vault, household, input.bankAccount);
    if (input.members) await replaceMembers(tx, context.vault, household, input.members);
    household.touch(tx.now);
    return answerWith(tx, household, { change: 'UPDATED', from });
  });

function demandMove(
  from: HouseholdStatus,
  to: HouseholdStatus,
  allowed: readonly HouseholdStatus[],
): HouseholdStatus {
  if (to === from || allowed.includes(to)) return to;
  const choice = allowed.length > 0 ? `It may become ${allowed.join(', ')}.` : 'It stays so.';
  throw new Refusal(
    'TRANSITION_NOT_ALLOWED',
    `This household is ${from} and cannot become ${to}. ${choice}`,
    { allowed },
  );
}

export interface RecordIncome extends Change, IncomeParts {
  year: number;
}

/**
 * Records the income of a year, or replaces what was recorded for it.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · INVALID_AMOUNT · INVALID_DATE
 */
export const recordIncome = (context: Context, input: RecordIncome) =>
  write(context, { act: 'household.write', operation: 'recordIncome', input }, async (tx) => {
    const amounts = demandAmounts(input);
    demandIncomeYear(input.year, tx.now);
    const household = await lockHousehold(tx, input);
    const key = { householdId: household.id, year: input.year };
    const income = {
      ...amounts,
      netIncomeFen: netIncomeFen(amounts),
      members: household.memberCount,
      recordedAt: tx.now,
    };
    const earlier = await tx.em.findOne(HouseholdIncome, key);
    if (earlier) tx.em.assign(earlier, income);
    else tx.em.create(HouseholdIncome, { id: newId(), regionCode: household.regionCode, ...key, ...income });
    household.touch(tx.now);
    return answerWith(tx, household, { change: 'INCOME_RECORDED', from: household.status });
  });

/** @throws NOT_FOUND · VERSION_CONFLICT, unless it is changed by something that was read itself (null) */
export async function lockHousehold(
  tx: Transaction,
  { householdId: id, expectedVersion }: { householdId: string; expectedVersion: number | null },
): Promise<Household> {
  if (expectedVersion !== null) return lockRow(tx, Household, 'household', { id, expectedVersion });
  return tx.em.findOneOrFail(Household, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
}

/** Moves a household that is held, as its exit does. @throws TRANSITION_NOT_ALLOWED */
export async function moveHousehold(
  tx: Transaction,
  household: Household,
  to: HouseholdStatus,
): Promise<Fact> {
  const from = household.status;
  household.status = demandMove(from, to, movesOf(from));
  household.touch(tx.now);
  const { facts } = await answerWith(tx, household, { change: 'UPDATED', from });
  return facts[0] as Fact;
}

/** What the household's own row repeats of its members. */
const summaryOf = (members: readonly CheckedMember[]) => ({
  headName: members.find(({ relation }) => relation === 'HEAD')?.name ?? '',
  memberCount: members.length,
});

async function replaceMembers(
  tx: Transaction,
  vault: Vault,
  household: Household,
  given: readonly GivenMember[],
): Promise<void> {
  const earlier = await tx.em.find(HouseholdMember, { householdId: household.id });
  const members = checkMembers(given, await Promise.all(earlier.map(known(vault))), tx.now);
  Object.assign(household, summaryOf(members));
  // Gone before the others come: positions and ID numbers are unique at every moment, not only at the end.
  for (const member of earlier) tx.em.remove(member);
  await tx.em.flush();
  await addMembers(tx, vault, household, members);
}

const known =
  (vault: Vault) =>
  async (row: HouseholdMember): Promise<KnownMember> => ({
    id: row.id,
    name: row.name,
    birthYear: row.birthYear,
    insured: row.insured,
    schooling: row.schooling,
    idNumber: await openIdNumber(vault, row),
    phone: await openPhone(vault, row),
  });

/** The unique index sees every household of the installation; the refusal must not say where the person is. */
async function addMembers(
  tx: Transaction,
  vault: Vault,
  household: Household,
  members: readonly CheckedMember[],
): Promise<void> {
  const whose = { householdId: household.id, regionCode: household.regionCode };
  for (const { idNumber, health, phone, ...open } of members) {
    const sealed = sealMember(vault, open.id, { idNumber, health, phone });
    tx.em.create(HouseholdMember, { ...whose, ...open, ...sealed });
  }
  try {
    await tx.em.flush();
  } catch (error) {
    if (!(error instanceof UniqueConstraintViolationException)) throw error;
    throw new Refusal('DUPLICATE_PERSON', 'A person with one of these ID numbers is already registered.');
  }
}

/** What is kept of an answer, to be given again to a retry: nothing personal. Names and incomes are read anew. */
export type Kept = Pick<Household, 'id' | 'version' | 'status' | 'category' | 'mainCause' | 'memberCount'>;

/** Every change of a household as the log and its caller hear of it: ids and statuses, nothing personal. */
async function answerWith(
  tx: Transaction,
  household: Household,
  what: Pick<FactParams['HOUSEHOLD_CHANGED'], 'change' | 'from'>,
): Promise<{ answer: Kept; facts: Fact[] }> {
  const { code, name } = await getRegion(tx, household.regionCode);
  const hasRelapsed = household.status === 'RELAPSED' && what.from !== 'RELAPSED';
  const fact: Fact = {
    kind: 'HOUSEHOLD_CHANGED',
    region: { code, name },
    subject: { type: 'HOUSEHOLD', id: household.id },
    severity: hasRelapsed ? 'WARNING' : null,
    audience: 'REGION',
    params: { ...what, to: household.status, plannedExitYear: household.plannedExitYear ?? null },
  };
  const { id, version, status, category, mainCause, memberCount } = household;
  return { answer: { id, version, status, category, mainCause, memberCount }, facts: [fact] };
}
