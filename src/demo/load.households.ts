import type { EntityManager } from '@mikro-orm/postgresql';
import type { Fact } from '../events/facts.js';
import { record } from '../events/record.js';
import { sealBankAccount, sealMember } from '../households/sealed.rules.js';
import type { Vault } from '../vault/vault.js';
import type { City } from './draw/city.js';
import { declaredIn, drawGuarantees, type Guarantees } from './draw/guarantees.js';
import { drawHouseholds, type HouseholdRow } from './draw/households.js';
import { Random } from './draw/random.js';
import { insertRows } from './insert.js';

/** Households per transaction. */
const CHUNK = 2000;

/** The households in chunks that are always the same for one count, each under its own stage name. */
export function* householdChunks(
  city: City,
  count: number,
  seed: string,
): Generator<{ name: string; rows: HouseholdRow[] }> {
  const drawn = drawHouseholds({ poor: city.villages, other: city.otherVillages }, count, seed);
  let rows: HouseholdRow[] = [];
  let from = 0;
  for (const row of drawn) {
    if (rows.push(row) < CHUNK) continue;
    yield { name: `households ${from}`, rows };
    from += rows.length;
    rows = [];
  }
  if (rows.length > 0) yield { name: `households ${from}`, rows };
}

/** One chunk with members, incomes and facts. */
export async function insertHouseholds(
  em: EntityManager,
  vault: Vault,
  city: City,
  rows: readonly HouseholdRow[],
  start: Date,
): Promise<void> {
  const isDeclared = declaredIn(city.tasks);
  const guaranteed = rows.map((row) => ({ row, given: drawGuarantees(row, isDeclared) }));
  await insertRows(
    em,
    'household',
    guaranteed.map(({ row, given }) => householdRow(row, given, vault)),
  );
  await insertRows(
    em,
    'household_member',
    guaranteed.flatMap(({ row, given }) => memberRows(row, given, vault)),
  );
  await insertRows(em, 'household_income', rows.flatMap(incomeRows));
  const facts = rows.map(
    ({ id, regionCode, status, plannedExitYear }): Fact => ({
      kind: 'HOUSEHOLD_CHANGED',
      region: { code: regionCode, name: city.names.get(regionCode) ?? regionCode },
      subject: { type: 'HOUSEHOLD', id },
      severity: null,
      audience: 'REGION',
      params: { change: 'REGISTERED', from: null, to: status, plannedExitYear },
    }),
  );
  await record(em, facts, { happenedAt: start, actorId: null });
}

/** Bytes as `insertRows` hands them over. */
const bytes = (blob: Buffer | null): string | null => blob && `\\x${blob.toString('hex')}`;

const householdRow = (row: HouseholdRow, given: Guarantees, vault: Vault) => ({
  id: row.id,
  region_code: row.regionCode,
  register_number: row.registerNumber,
  head_name: row.headName,
  category: row.category,
  status: row.status,
  main_cause: row.mainCause,
  member_count: row.members.length,
  planned_exit_year: row.plannedExitYear,
  housing_grade: given.housingGrade,
  safe_water: given.safeWater,
  bank_account_sealed: bytes(sealBankAccount(vault, row.id, row.bankAccount)),
  created_at: row.registeredAt,
  updated_at: row.registeredAt,
  version: 1,
});

const memberRows = ({ id, regionCode, members }: HouseholdRow, given: Guarantees, vault: Vault) =>
  members.map((member, index) => {
    const sealed = sealMember(vault, member.id, member);
    return {
      id: member.id,
      household_id: id,
      region_code: regionCode,
      position: index + 1,
      name: member.name,
      relation: member.relation,
      id_number_sealed: bytes(sealed.idNumberSealed),
      id_number_index: bytes(sealed.idNumberIndex),
      birth_year: member.birthYear,
      health_sealed: bytes(sealed.healthSealed),
      phone_sealed: bytes(sealed.phoneSealed),
      labour: member.labour,
      ...given.members[index],
    };
  });

const incomeRows = ({ id, regionCode, registeredAt, incomes }: HouseholdRow) =>
  incomes.map((income) => ({
    id: new Random('incomes').stream(`${id} ${income.year}`).uuid(registeredAt),
    household_id: id,
    region_code: regionCode,
    year: income.year,
    wage_fen: income.wageFen,
    operating_fen: income.operatingFen,
    property_fen: income.propertyFen,
    transfer_fen: income.transferFen,
    operating_cost_fen: income.operatingCostFen,
    net_income_fen: income.netIncomeFen,
    members: income.members,
    recorded_at: registeredAt,
  }));
