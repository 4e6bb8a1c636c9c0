import { createHash } from 'node:crypto';
import { type EntityManager, LockMode } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import { grantsFor } from '../auth/may.js';
import { isId, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { type Rulebook, readRulebook, refuseRulebook } from './rulebook.file.js';
import { DEFAULT_NOTICE, ExitStandard } from './standard.entity.js';

/**
 * Reads a rulebook and keeps it as a draft, to be tried and then adopted by somebody. By the house's own commands: a file
 * is larger than what a request may bring.
 * @throws INVALID_RULEBOOK (with `path`: the file itself, an edition that is there, a jurisdiction that is not)
 */
export async function loadRulebook(em: EntityManager, file: string): Promise<{ id: string; book: Rulebook }> {
  const book = readRulebook(file);
  const query = queryOf(em);
  const [place] = await query('select from region where code = $1', [book.jurisdiction]);
  if (!place) refuseRulebook('jurisdiction', 'no such region in the tree');
  const [there] = await query('select from exit_standard where code = $1 and edition = $2', [
    book.code,
    book.edition,
  ]);
  if (there) refuseRulebook('edition', `${book.code} has an edition ${book.edition} already`);
  const id = newId();
  const fileHash = createHash('sha256').update(file).digest('hex');
  await query(STANDARD, [
    id,
    fileHash,
    JSON.stringify(book),
    JSON.stringify(book.publicNotice ?? DEFAULT_NOTICE),
  ]);
  await query(ITEMS, [id, JSON.stringify(book.items)]);
  return { id, book };
}

const STANDARD = `
insert into exit_standard (id, code, edition, status, target_level, year, jurisdiction_code, name_zh, name_en, source,
  effective_from, effective_to, pass_points, notice_amount, notice_unit, file_hash)
select $1, code, edition, 'DRAFT', target, year, jurisdiction, name->>'zh', name->>'en', source, "effectiveFrom",
  "effectiveTo", "passPoints", ($4::jsonb->>'amount')::int, $4::jsonb->>'unit', $2
from jsonb_to_record($3::jsonb) as book (code text, edition int, target text, year int, jurisdiction text, name jsonb,
  source text, "effectiveFrom" date, "effectiveTo" date, "passPoints" int)`;

const ITEMS = `
insert into standard_item (id, standard_id, code, position, name_zh, name_en, kind, measure, points, evidence,
  where_applicable, comparator, threshold, unit, basis, to_be_confirmed, bureau_zh, bureau_en)
select uuidv7(), $1, value->>'code', position, value->'name'->>'zh', value->'name'->>'en', value->>'kind',
  value->>'measure', (value->>'points')::int, array(select jsonb_array_elements_text(value->'evidence')),
  (value->>'requiredWhereApplicable')::boolean, value->>'comparator', value->'threshold', value->>'unit', value->>'basis',
  (value->>'toBeConfirmed')::boolean, value->'confirmedBy'->>'zh', value->'confirmedBy'->>'en'
from jsonb_array_elements($2::jsonb) with ordinality as item (value, position)`;

export interface AdoptStandard {
  standardId: string;
  expectedVersion: number;
  idempotencyKey?: string | null;
}

/**
 * Puts a draft into force. The edition before it, if it had no end, ends on the day before; what it judged stays.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (no draft) ·
 *   INVALID_RULEBOOK (its dates overlap those of another edition)
 */
export const adoptStandard = (context: Context, input: AdoptStandard) =>
  write(context, { act: 'standard.adopt', operation: 'adoptStandard', input }, async (tx) => {
    const standard = await lockStandard(tx, input);
    if (standard.status !== 'DRAFT')
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'This standard is adopted already.', { allowed: [] });
    await endEarlier(tx, standard);
    const by = { adoptedById: tx.viewer.accountId, adoptedAt: tx.now };
    Object.assign(standard, { status: 'ADOPTED', ...by });
    return { answer: standard, facts: [await adoptedFact(tx, standard)] };
  });

async function lockStandard(tx: Transaction, { standardId: id, expectedVersion }: AdoptStandard) {
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const standard = isId(id) ? await tx.em.findOne(ExitStandard, { id }, { lockMode }) : null;
  if (!standard) throw notFound('standard');
  if (standard.version === expectedVersion) return standard;
  const why = 'The standard has changed since you read it. Read it again.';
  throw new Refusal('VERSION_CONFLICT', why, { currentVersion: standard.version });
}

const dayBefore = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

async function endEarlier(tx: Transaction, { code, effectiveFrom }: ExitStandard): Promise<void> {
  const lockMode = LockMode.PESSIMISTIC_WRITE;
  const editions = await tx.em.find(ExitStandard, { code, status: 'ADOPTED' }, { lockMode });
  for (const earlier of editions) {
    const isOpen = earlier.effectiveTo === null || earlier.effectiveTo === undefined;
    const isBefore = earlier.effectiveFrom < effectiveFrom;
    if (isOpen && isBefore) earlier.effectiveTo = dayBefore(effectiveFrom);
    else if (!isBefore || (earlier.effectiveTo ?? '') >= effectiveFrom)
      refuseRulebook('effectiveFrom', `edition ${earlier.edition} is in force then`);
  }
}

async function adoptedFact(
  tx: Transaction,
  { id, code, edition, nameZh, nameEn, jurisdictionCode }: ExitStandard,
): Promise<Fact> {
  // Told where it was done: whoever is under a city hears what the city does, and nobody else.
  const [own] = grantsFor(tx.viewer, 'standard.adopt', tx.now);
  const region = await getRegion(tx, own?.regionCode ?? jurisdictionCode);
  return {
    kind: 'STANDARD_ADOPTED',
    region: { code: region.code, name: region.name },
    subject: { type: 'STANDARD', id },
    severity: null,
    audience: 'REGION',
    params: { title: { zh: nameZh, en: nameEn }, code, edition },
  };
}
