import type { EntityManager } from '@mikro-orm/postgresql';
import { Rules } from '../alerts/rule.queries.js';
import type { Fact, Named } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import { record } from '../events/record.js';
import { readCases } from '../exits/review.queries.js';
import { readFindings } from '../inspections/review.queries.js';
import { regionSubject } from '../regions/region.rules.js';
import { type Level, readLevels } from '../standards/review.queries.js';

/** What each number is about, as an alert says it. */
const TITLES: Readonly<Record<string, Named>> = {
  LIFTED_UNSAFE_HOUSING: { zh: '住房安全', en: 'Dwellings' },
  LIFTED_UNSAFE_WATER: { zh: '饮水安全', en: 'Safe water' },
  LIFTED_DROPOUT: { zh: '义务教育', en: 'Compulsory schooling' },
  LIFTED_NOT_INSURED: { zh: '基本医疗', en: 'Health insurance' },
  INCOME_BELOW_LINE: { zh: '稳定增收', en: 'Income' },
  INCIDENCE_ABOVE_LIMIT: { zh: '贫困发生率', en: 'Poverty incidence' },
  RATE_NEAR_LIMIT: { zh: '贫困发生率', en: 'Poverty incidence' },
  PUBLICITY_ENDING: { zh: '退出公示', en: 'Public notice' },
  EXIT_STANDARD_NOT_MET: { zh: '贫困村出列', en: 'Leaving the list' },
  VILLAGE_ALL_MET: { zh: '贫困村出列', en: 'Leaving the list' },
  RECTIFICATION_DUE: { zh: '问题整改', en: 'Rectification' },
};

/** Keeps what was found, and answers what is another number than before; 0 for what is found no more. */
const KEEP = `
with found as (select * from jsonb_to_recordset($1::jsonb) as found (rule text, code text, level int)),
kept as (
  insert into reviewed_level as kept (rule, region_code, level) select rule, code, level from found order by rule, code
  on conflict (rule, region_code) do update set level = excluded.level where kept.level <> excluded.level
  returning rule, region_code as code, level),
gone as (
  delete from reviewed_level where not exists (
    select from found where found.rule = reviewed_level.rule and found.code = reviewed_level.region_code)
  returning rule, region_code as code, 0 as level)
select changed.*, region.name from (select * from kept union all select * from gone) as changed
  join region on region.code = changed.code order by rule, code`;

/** States which of the numbers that are looked at once a day are others than the day before. */
export async function reviewRegister(em: EntityManager, now: Date): Promise<number> {
  const { enterAt } = (await Rules.read(em)).get('INCIDENCE_ABOVE_LIMIT');
  const found = [
    ...(await readLevels(em, enterAt)),
    ...(await readCases(em, now)),
    ...(await readFindings(em, now)),
  ];
  const changed = (await queryOf(em)(KEEP, [JSON.stringify(found)])) as (Level & { name: string })[];
  if (changed.length > 0) await record(em, changed.map(factOf), { happenedAt: now, actorId: null });
  return changed.length;
}

const factOf = ({ rule, code, level, name }: Level & { name: string }): Fact => ({
  kind: 'LEVEL_CHANGED',
  region: { code, name },
  subject: { type: 'REGION', id: regionSubject(code) },
  severity: null,
  audience: 'HOUSE',
  params: { rule, title: TITLES[rule] ?? { zh: rule }, level },
});
