import type { EntityManager } from '@mikro-orm/postgresql';
import { queryOf } from '../events/follow.js';
import { enter } from './enter.js';
import { type Finding, verifyLedger } from './verify.js';

/** What a pruning is told. */
export interface Pruning {
  /** Last day to go; null: the last that need not be kept. */
  readonly through: string | null;
  readonly keepYears: number;
  readonly publicKeys: readonly string[];
  /** Campaign time. */
  readonly now: Date;
}

/** What has become of it: nothing is removed that is too young, or that is not as it was sealed. */
export type Pruned =
  | { readonly kind: 'REMOVED'; readonly through: string; readonly entries: number }
  | { readonly kind: 'TOO_YOUNG'; readonly latest: string }
  | { readonly kind: 'WRONG'; readonly findings: readonly Finding[] };

const LATEST = `select to_char(ledger_today() - make_interval(years => $1::int), 'YYYY-MM-DD') as latest`;

/**
 * Removes the entries of whole days that need not be kept any more. Their day seals stay, and are what the chain then
 * hangs on. For the owner of the database; the removal is an entry itself.
 */
export async function pruneLedger(em: EntityManager, pruning: Pruning): Promise<Pruned> {
  const { keepYears, publicKeys, now } = pruning;
  const ask = queryOf(em);
  const [{ latest }] = (await ask(LATEST, [keepYears])) as [{ latest: string }];
  const through = pruning.through ?? latest;
  if (through > latest) return { kind: 'TOO_YOUNG', latest };
  const { ok, findings } = await verifyLedger(ask, { from: null, to: through, publicKeys, keepYears });
  if (!ok) return { kind: 'WRONG', findings };
  return em.transactional(async (tx) => {
    const [{ entries }] = await tx.execute<[{ entries: string }]>('select ledger_prune(?) as entries', [
      through,
    ]);
    const context = { requestId: crypto.randomUUID(), origin: { address: '', device: null }, now };
    const subject = { type: 'LEDGER', id: through } as const;
    const purpose = `${entries} entries, through ${through}`;
    await enter(tx, context, {
      act: 'ledger.prune',
      operation: 'npm run ledger',
      by: null,
      subject,
      purpose,
    });
    return { kind: 'REMOVED', through, entries: Number(entries) };
  });
}
