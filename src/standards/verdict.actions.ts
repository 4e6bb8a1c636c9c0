import { isInScopes } from '../auth/may.js';
import { scopeOf } from '../auth/scope.js';
import { shanghaiDay } from '../clock.js';
import { takeTurn } from '../db/turn.js';
import { type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { demandVillageStandard, type ExitStandard } from './standard.entity.js';
import { getStandard } from './standard.queries.js';
import { type Given, giveVerdicts } from './verdict.queries.js';

export interface GiveVerdicts {
  within: string;
  standardId: string;
  idempotencyKey?: string | null;
}

/** What a run came to. */
export interface Run {
  readonly villages: number;
  readonly met: number;
  readonly changed: number;
}

/**
 * Holds a standard against every poor village of a region, from what is known now. Only what is another verdict than
 * before is news.
 * @throws FORBIDDEN · NOT_FOUND (region unknown or outside your own; standard) · TRANSITION_NOT_ALLOWED (a draft) ·
 *   BAD_USER_INPUT (a standard that is not for villages)
 */
export const runVerdicts = (context: Context, input: GiveVerdicts) =>
  write(context, { act: 'verdict.give', operation: 'giveVerdicts', input }, async (tx) => {
    const region = await getRegion(tx, input.within);
    if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
    const standard = await getStandard(tx.em, input.standardId);
    demandVillageStandard(standard);
    if (standard.status !== 'ADOPTED')
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'A draft judges nobody: try it, and adopt it.', {
        allowed: [],
      });
    const scope = scopeOf(region.code);
    await takeTurn(tx.em, `verdicts ${standard.id}`);
    const before = await supersede(tx, scope, standard.id);
    const run = { scope, standardId: standard.id, today: shanghaiDay(tx.now) };
    const given = await giveVerdicts(tx.em, run, { at: tx.now, byId: tx.viewer.accountId });
    const changed = given.filter(({ regionCode, met }) => before.get(regionCode) !== met);
    const facts = await standingFacts(tx, standard, changed, before);
    const answer: Run = {
      villages: given.length,
      met: given.filter(({ met }) => met).length,
      changed: changed.length,
    };
    const entry = { subject: { type: 'STANDARD', id: standard.id }, regionCode: region.code } as const;
    return { answer, facts, entry };
  });

/** Ends the verdicts that were the latest. */
async function supersede(tx: Transaction, { from, to }: { from: string; to: string }, standardId: string) {
  const query = queryOf(tx.em);
  const ended = (await query(SUPERSEDE, [standardId, from, to, tx.now.toISOString()])) as {
    regionCode: string;
    met: boolean;
  }[];
  await query('delete from verdict_item where standard_id = $1 and region_code >= $2 and region_code < $3', [
    standardId,
    from,
    to,
  ]);
  return new Map(ended.map(({ regionCode, met }) => [regionCode, met]));
}

const SUPERSEDE = `
update verdict set superseded_at = $4
where standard_id = $1 and region_code >= $2 and region_code < $3 and superseded_at is null
returning region_code as "regionCode", met`;

async function standingFacts(
  tx: Transaction,
  { nameZh, nameEn }: ExitStandard,
  changed: readonly Given[],
  before: ReadonlyMap<string, boolean>,
): Promise<Fact[]> {
  const word = (met: boolean | undefined) => (met === undefined ? null : met ? 'MET' : 'NOT_MET');
  return Promise.all(
    changed.map(async ({ standingId, regionCode, met, unmet }): Promise<Fact> => {
      const { code, name } = await getRegion(tx, regionCode);
      const from = word(before.get(regionCode));
      const isLost = from === 'MET' && !met;
      return {
        kind: 'STANDING_CHANGED',
        region: { code, name },
        subject: { type: 'STANDING', id: standingId },
        severity: isLost ? 'CRITICAL' : null,
        audience: 'REGION',
        params: { title: { zh: nameZh, en: nameEn }, from, to: met ? 'MET' : 'NOT_MET', unmet },
      };
    }),
  );
}
