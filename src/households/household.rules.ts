import { v7 as newId } from 'uuid';
import { shanghaiDay, shanghaiYear } from '../clock.js';
import { notFound, Refusal } from '../errors.js';
import { personName } from '../text.js';
import { phoneDigits } from './contact.rules.js';
import type {
  Health,
  HouseholdIncome,
  HouseholdMember,
  Labour,
  MemberRelation,
  Schooling,
} from './household.entity.js';
import type { MemberSecrets } from './sealed.rules.js';

const ID_NUMBER = /^\d{17}[\dX]$/;
/** GB 11643: ISO 7064 MOD 11-2. */
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = '10X98765432';

/** True for 18 characters whose birth date exists and is not after `today` (YYYY-MM-DD) and whose checksum holds. */
export function isIdNumber(text: string, today: string): boolean {
  if (!ID_NUMBER.test(text)) return false;
  const born = `${text.slice(6, 10)}-${text.slice(10, 12)}-${text.slice(12, 14)}`;
  const day = new Date(`${born}T00:00:00Z`);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(born) || born > today) return false;
  const sum = WEIGHTS.reduce((total, weight, i) => total + weight * Number(text[i]), 0);
  return text[17] === CHECK_CHARACTERS[sum % 11];
}

/** The five amounts of one year, in fen. */
export type IncomeParts = Pick<
  HouseholdIncome,
  'wageFen' | 'operatingFen' | 'propertyFen' | 'transferFen' | 'operatingCostFen'
>;

/** Ten thousand million yuan: beyond it somebody has mistyped, and five of them still add up exactly. */
const MAX_FEN = 1_000_000_000_000;

/** The five amounts and nothing else of an input. @throws INVALID_AMOUNT */
export function demandAmounts(given: IncomeParts): IncomeParts {
  const { wageFen, operatingFen, propertyFen, transferFen, operatingCostFen } = given;
  const parts = { wageFen, operatingFen, propertyFen, transferFen, operatingCostFen };
  for (const [field, amount] of Object.entries(parts)) {
    if (Number.isInteger(amount) && amount >= 0 && amount <= MAX_FEN) continue;
    const message = `${field} must be whole fen from 0 to ${MAX_FEN}.`;
    throw new Refusal('INVALID_AMOUNT', message, { field, limit: MAX_FEN });
  }
  return parts;
}

/** What is left of all income after the cost of operating; negative in a year of losses. */
export const netIncomeFen = (parts: IncomeParts): number =>
  parts.wageFen + parts.operatingFen + parts.propertyFen + parts.transferFen - parts.operatingCostFen;

/** For people to read: rounded down, so that rounding lifts nobody over a line. Lines are compared with the net. */
export const perCapitaNetIncomeFen = ({
  netIncomeFen,
  members,
}: Pick<HouseholdIncome, 'netIncomeFen' | 'members'>): number => Math.floor(netIncomeFen / members);

const FIRST_YEAR = 2000;

/** @throws INVALID_DATE for a year before the register or after this one */
export function demandIncomeYear(year: number, now: Date): void {
  const thisYear = shanghaiYear(now);
  if (year >= FIRST_YEAR && year <= thisYear) return;
  throw new Refusal('INVALID_DATE', `year must be from ${FIRST_YEAR} to ${thisYear}.`, { field: 'year' });
}

/** One member as people type it; see `HouseholdMemberInput`. */
export interface GivenMember {
  id?: string | null;
  name?: string | null;
  relation: MemberRelation;
  idNumber?: string | null;
  phone?: string | null;
  birthYear?: number | null;
  health: Health;
  labour: Labour;
  insured?: boolean | null;
  schooling?: Schooling | null;
}

/** Who is already in the household, as far as it may be kept without typing it again. */
export interface KnownMember
  extends Pick<HouseholdMember, 'id' | 'name' | 'birthYear'>,
    Partial<Pick<HouseholdMember, 'insured' | 'schooling'>> {
  readonly idNumber: string;
  readonly phone: string | null;
}

/** One member as it will be, before it is sealed. */
export type CheckedMember = Pick<
  HouseholdMember,
  'id' | 'position' | 'name' | 'relation' | 'birthYear' | 'labour' | 'insured' | 'schooling'
> &
  MemberSecrets;

const MAX_MEMBERS = 30;
const NAME_LENGTH = 60;
const OLDEST_BIRTH_YEAR = 1800;

/**
 * The whole household as it will be, in the given order. Who is already in it is named by id, and may keep name, ID
 * number, birth year and telephone without typing them again: a client knows some of them only masked.
 * @throws BAD_USER_INPUT (1 to 30 members, exactly one HEAD) · INVALID_TEXT · INVALID_ID_NUMBER · INVALID_PHONE ·
 * INVALID_DATE · NOT_FOUND
 */
export function checkMembers(
  given: readonly GivenMember[],
  earlier: readonly KnownMember[],
  now: Date,
): CheckedMember[] {
  const heads = given.filter(({ relation }) => relation === 'HEAD').length;
  if (given.length < 1 || given.length > MAX_MEMBERS || heads !== 1) {
    const message = `A household has from 1 to ${MAX_MEMBERS} members, exactly one of them HEAD.`;
    throw new Refusal('BAD_USER_INPUT', message, { field: 'members', limit: MAX_MEMBERS });
  }
  const known = new Map(earlier.map((member) => [member.id, member]));
  return given.map((member, index) => {
    const kept = member.id ? known.get(member.id) : null;
    if (kept === undefined) throw notFound('household member');
    if (kept) known.delete(kept.id);
    const { relation, health, labour } = member;
    const field = `members.${index}`;
    return {
      id: kept?.id ?? newId(),
      position: index + 1,
      name:
        member.name == null && kept ? kept.name : personName(member.name ?? '', `${field}.name`, NAME_LENGTH),
      relation,
      ...checkIdentity(member, kept, { field, now }),
      phone: checkPhone(member.phone, kept, field),
      health,
      labour,
      insured: member.insured ?? kept?.insured ?? null,
      schooling: member.schooling ?? kept?.schooling ?? null,
    };
  });
}

/** Left out it is kept; an empty text removes it. */
function checkPhone(
  given: string | null | undefined,
  kept: KnownMember | null,
  field: string,
): string | null {
  if (given === null || given === undefined) return kept?.phone ?? null;
  return given === '' ? null : phoneDigits(given, `${field}.phone`);
}

function checkIdentity(
  member: GivenMember,
  kept: KnownMember | null,
  { field, now }: { field: string; now: Date },
): Pick<CheckedMember, 'idNumber' | 'birthYear'> {
  const typed = member.idNumber?.toUpperCase();
  const idNumber = typed ?? kept?.idNumber ?? '';
  if (idNumber !== kept?.idNumber && !isIdNumber(idNumber, shanghaiDay(now))) {
    const message = `${field}.idNumber is not a valid ID number: 18 characters, a real birth date, the right last one.`;
    throw new Refusal('INVALID_ID_NUMBER', message, { field: `${field}.idNumber` });
  }
  const recorded = typed === undefined ? kept?.birthYear : undefined;
  const birthYear = member.birthYear ?? recorded ?? Number(idNumber.slice(6, 10));
  if (birthYear < OLDEST_BIRTH_YEAR || birthYear > shanghaiYear(now)) {
    const message = `${field}.birthYear must be from ${OLDEST_BIRTH_YEAR} to ${shanghaiYear(now)}.`;
    throw new Refusal('INVALID_DATE', message, { field: `${field}.birthYear` });
  }
  return { idNumber, birthYear };
}
