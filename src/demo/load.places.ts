import type { EntityManager } from '@mikro-orm/postgresql';
import type { Rulebook } from '../standards/rulebook.file.js';
import { DEFAULT_NOTICE, type StandardStatus } from '../standards/standard.entity.js';
import { CITY } from './draw/accounts.js';
import type { City } from './draw/city.js';
import { Random } from './draw/random.js';
import { insertRows } from './insert.js';
import { reference } from './reference.js';

const ids = new Random('standards').stream('ids');

/** Designates the poor counties and villages; what is drawn is marked as synthetic. */
export async function markPlaces(em: EntityManager, city: City): Promise<void> {
  for (const { code, level } of reference().designations.counties) {
    await em.execute('update region set poverty_designation = ? where code = ?', [level, code]);
  }
  const populations = [...city.populations].map(([code, rural_population]) => ({ code, rural_population }));
  await em.execute(
    `update region set synthetic = true, rural_population = given.rural_population
     from jsonb_populate_recordset(null::region, ?::jsonb) given where given.code = region.code`,
    [JSON.stringify(populations)],
  );
  const poor = city.villages.map(({ regionCode, plannedExitYear }) => ({
    code: regionCode,
    planned_exit_year: plannedExitYear,
  }));
  await em.execute(
    `update region set poverty_designation = 'POOR_VILLAGE', planned_exit_year = given.planned_exit_year
     from jsonb_populate_recordset(null::region, ?::jsonb) given where given.code = region.code`,
    [JSON.stringify(poor)],
  );
}

/** The exit standard of the year with its 18 village items, and one by points as a draft. */
export async function insertStandards(em: EntityManager): Promise<void> {
  const { standard, household, county, example } = reference();
  for (const each of [standard, household, county]) await insertStandard(em, each, 'ADOPTED');
  await insertStandard(em, example, 'DRAFT');
}

async function insertStandard(
  em: EntityManager,
  { items, ...standard }: Rulebook & { fileHash: string },
  status: StandardStatus,
): Promise<void> {
  const id = standardId(standard.code);
  await insertRows(em, 'exit_standard', [
    {
      id,
      code: standard.code,
      edition: standard.edition,
      status,
      pass_points: standard.passPoints ?? null,
      notice_amount: (standard.publicNotice ?? DEFAULT_NOTICE).amount,
      notice_unit: (standard.publicNotice ?? DEFAULT_NOTICE).unit,
      file_hash: standard.fileHash,
      target_level: standard.target,
      year: standard.year,
      jurisdiction_code: standard.jurisdiction,
      name_zh: standard.name.zh,
      name_en: standard.name.en,
      source: standard.source,
      effective_from: standard.effectiveFrom,
      effective_to: standard.effectiveTo ?? null,
      version: 1,
    },
  ]);
  const rows = items.map((item, index) => ({
    id: itemId(item.code, standard.code),
    standard_id: id,
    code: item.code,
    position: index + 1,
    name_zh: item.name.zh,
    name_en: item.name.en,
    kind: item.kind,
    measure: item.measure,
    points: item.points ?? null,
    evidence: item.evidence,
    where_applicable: item.requiredWhereApplicable,
    comparator: item.comparator,
    threshold: item.threshold,
    unit: item.unit,
    basis: item.basis,
    to_be_confirmed: item.toBeConfirmed,
    bureau_zh: item.confirmedBy.zh,
    bureau_en: item.confirmedBy.en,
  }));
  await insertRows(em, 'standard_item', rows);
}

const MADE_AT = new Date('2016-09-17T00:00:00+08:00');
const standardId = (code: string) => ids.stream(code).uuid(MADE_AT);
/** The id of an item, of the year's standard unless another is named. */
export const itemId = (code: string, standard = reference().standard.code): string =>
  ids.stream(`${standard} ${code}`).uuid(MADE_AT);

/** Accounts and their grants; an inspector's grants come with the inspection. */
export async function insertPeople(em: EntityManager, city: City, start: Date): Promise<void> {
  const random = new Random('grants').stream('ids');
  const since = new Date(start.getTime() - 365 * 86_400_000);
  const accounts = city.accounts.map(({ id, username, name, regionCode }) => ({
    id,
    username,
    name,
    home_region_code: regionCode ?? CITY,
    created_at: since,
    version: 1,
  }));
  await insertRows(em, 'account', accounts);
  const grants = city.accounts.flatMap(({ id, username, role, regionCode }) =>
    regionCode === null
      ? []
      : [
          {
            id: random.stream(username).uuid(since),
            account_id: id,
            role,
            region_code: regionCode,
            valid_from: since,
            version: 1,
          },
        ],
  );
  await insertRows(em, 'role_grant', grants);
}
