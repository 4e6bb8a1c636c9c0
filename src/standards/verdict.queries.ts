// How a standard is held against many villages at once. `verdict.rules.ts` says the same for one value; a test holds the
// two against each other.
import type { EntityManager } from '@mikro-orm/postgresql';
import type { Scope } from '../auth/scope.js';
import { queryOf } from '../events/follow.js';
import { INPUTS, inputsOf } from './inputs.queries.js';

const ASKED = `case when threshold ? 'numerator' then (threshold->>'numerator')::numeric
  when threshold ? 'count' then (threshold->>'count')::numeric else 1 end`;
const ASKED_OF = `coalesce((threshold->>'denominator')::numeric, 1)`;

const HOLDS = `case comparator when 'LT' then numerator * asked_of < asked * denominator
  when 'LE' then numerator * asked_of <= asked * denominator
  when 'GT' then numerator * asked_of > asked * denominator
  else numerator * asked_of >= asked * denominator end`;

const BELOW = 'div(asked * denominator, asked_of)';
const ABOVE = `(${BELOW} + case when mod(asked * denominator, asked_of) = 0 then 0 else 1 end)`;

/** The nearest numerator that passes: div() cuts towards zero, and nothing here is negative. */
const NEAREST = `case comparator when 'LE' then ${BELOW} when 'LT' then ${ABOVE} - 1
  when 'GT' then ${BELOW} + 1 else ${ABOVE} end`;

/**
 * The table `verdicts`, from a table `inputs`: for each village whether it passes, and all of it as texts whose bytes
 * depend on nothing but the standard and the inputs (jsonb orders its keys; numbers are whole).
 */
const OUTCOMES = `
book as (select code as book, edition, file_hash, pass_points from exit_standard where id = $3),
clauses as (
  select id as item_id, position, code, kind, where_applicable, comparator, coalesce(points, 0) as points, measure,
    ${ASKED} as asked, ${ASKED_OF} as asked_of
  from standard_item where standard_id = $3),
held as (
  select *, case when numerator is null then null else ${HOLDS} end as holds, ${NEAREST} as nearest
  from inputs join clauses using (item_id, measure)),
judged as (
  select *, case
      when where_applicable and not applicable then case when confirmed then 'NOT_APPLICABLE' else 'UNCONFIRMED' end
      when holds is null then 'UNKNOWN' when not holds then 'NOT_MET' when missing > 0 then 'UNKNOWN'
      when confirmed then 'MET' else 'UNCONFIRMED' end as state,
    case when holds then 0 when not holds then abs(nearest - numerator) end as shortfall
  from held),
passing as (
  select *, passes_it as passes, not passes_it and (kind <> 'REFERENCE' or (pass_points is not null and points > 0)) as gap
  from judged cross join book cross join lateral (select state in ('MET', 'NOT_APPLICABLE') as passes_it) as passed),
verdicts as (
  select region_code,
    coalesce(bool_and(passes) filter (where kind in ('VETO', 'REQUIRED')), true)
      and (pass_points is null or coalesce(sum(points) filter (where passes), 0) >= pass_points) as met,
    case when pass_points is not null then coalesce(sum(points) filter (where passes), 0)::int end as points,
    count(*) filter (where gap)::int as unmet,
    coalesce(jsonb_agg(code order by position) filter (where gap), '[]') as gaps,
    jsonb_agg(jsonb_build_object('item', code, 'id', item_id, 'measure', measure, 'numerator', numerator,
      'denominator', denominator, 'missing', missing, 'applicable', applicable, 'confirmed', confirmed,
      'source', source, 'stamp', stamp) order by position)::text as inputs,
    jsonb_build_object('standard', book, 'edition', edition, 'file', file_hash, 'region', region_code,
      'items', jsonb_agg(jsonb_build_object('item', code, 'id', item_id, 'position', position, 'state', state, 'gap', gap,
        'numerator', numerator, 'denominator', denominator, 'shortfall', shortfall) order by position))::text as judgement
  from passing group by region_code, book, edition, file_hash, pass_points)`;

/** With `met` in it, so that the hash covers the verdict itself. */
const OUTCOME = `(judgement::jsonb || jsonb_build_object('met', met, 'points', points, 'unmet', unmet))::text`;
const hashOf = (text: string) => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;

const GIVE = `
with ${INPUTS}, ${OUTCOMES},
given as (
  insert into verdict (id, standard_id, region_code, met, points, unmet, at, by_id, inputs, outcome, inputs_hash, outcome_hash)
  select uuidv7(), $3, region_code, met, points, unmet, $6, $7, inputs, ${OUTCOME}, ${hashOf('inputs')}, ${hashOf(OUTCOME)}
  from verdicts returning *),
itemised as (
  insert into verdict_item
    (verdict_id, item_id, standard_id, region_code, position, state, is_gap, numerator, denominator, shortfall)
  select given.id, item.id, standard_id, region_code, position, state, gap, numerator, denominator, shortfall
  from given cross join lateral jsonb_to_recordset(outcome::jsonb->'items') as item
    (id uuid, position int, state text, gap boolean, numerator bigint, denominator bigint, shortfall bigint))
select id, standing_id as "standingId", region_code as "regionCode", met, unmet from given`;

export interface Given {
  readonly id: string;
  readonly standingId: string;
  readonly regionCode: string;
  readonly met: boolean;
  readonly unmet: number;
}

/** Verdicts for every poor village in the range, written as the latest; the earlier ones must be superseded before. */
export async function giveVerdicts(
  em: EntityManager,
  { scope, standardId, today }: { scope: Scope; standardId: string; today: string },
  { at, byId }: { at: Date; byId: string },
): Promise<Given[]> {
  const given = inputsOf(scope, standardId, today);
  return (await queryOf(em)(GIVE, [...given, at.toISOString(), byId])) as Given[];
}

const TRY = `
with ${INPUTS}, ${OUTCOMES}
select region_code as "regionCode", met, points, unmet, gaps from verdicts order by region_code`;

export interface Tried extends Omit<Given, 'id' | 'standingId'> {
  readonly points: number | null;
  /** The codes of what keeps it from passing, in the order of the standard. */
  readonly gaps: readonly string[];
}

/** What the verdicts would be; writes nothing. */
export const tryVerdicts = async (
  em: EntityManager,
  { scope, standardId, today }: { scope: Scope; standardId: string; today: string },
): Promise<Tried[]> => (await queryOf(em)(TRY, inputsOf(scope, standardId, today))) as Tried[];

/** From the kept inputs of a verdict ($1) instead of the tables. */
const KEPT = `
inputs as (
  select $2::text as region_code, id as item_id, measure, numerator, denominator, missing, applicable, confirmed, source, stamp
  from jsonb_to_recordset($1::jsonb) as kept (id uuid, measure text, numerator bigint, denominator bigint,
    missing bigint, applicable boolean, confirmed boolean, source text, stamp bigint))`;

const AGAIN = `with ${KEPT}, ${OUTCOMES} select inputs, ${OUTCOME} as outcome, ${hashOf('inputs')} as "inputsHash",
  ${hashOf(OUTCOME)} as "outcomeHash" from verdicts`;

export interface Reckoned {
  readonly inputs: string;
  readonly outcome: string;
  readonly inputsHash: string;
  readonly outcomeHash: string;
}

/** Reckons a verdict again from the inputs that it kept. */
export async function reckonAgain(
  em: EntityManager,
  { inputs, regionCode, standardId }: { inputs: string; regionCode: string; standardId: string },
): Promise<Reckoned | null> {
  const [row] = (await queryOf(em)(AGAIN, [inputs, regionCode, standardId])) as Reckoned[];
  return row ?? null;
}
