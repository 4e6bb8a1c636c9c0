import { type EntityManager, type EntityName, type FilterQuery, LockMode } from '@mikro-orm/postgresql';
import { type Act, type Asker, demandScopes, demandSecondFactor, signedIn } from '../auth/may.js';
import type { Scope } from '../auth/scope.js';
import type { Viewer } from '../auth/viewer.js';
import type { Clock } from '../clock.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact } from '../events/facts.js';
import { record } from '../events/record.js';
import { type Entry, type EntryContext, enter } from '../ledger/enter.js';
import { optionalText } from '../text.js';
import type { Vault } from '../vault/vault.js';
import { committed } from './commit.js';
import { stateOf } from './faults.js';
import { Loaders } from './loaders.js';
import { enterScope } from './orm.js';

const KEY_LENGTH = 200;
const LOCK_NOT_AVAILABLE = '55P03';

/** What a write needs of its request; `now` is the campaign time at which it came in. */
export interface WriteContext extends EntryContext {
  readonly em: EntityManager;
  readonly asker: Asker;
  readonly clock: Pick<Clock, 'real'>;
  readonly loaders: Loaders;
  readonly vault: Pick<Vault, 'index'>;
  /** Tells the log that a transaction has committed. */
  readonly kick: () => void;
}

/** Which act, and the input as it came: the fingerprint of a keyed write. */
export interface Command {
  readonly act: Act;
  /** The mutation's own name: one key means one thing only within it. */
  readonly operation: string;
  readonly input: object & { idempotencyKey?: string | null };
}

/** Inside the transaction: the viewer's scopes are entered, so row-level security holds too. */
export interface Transaction {
  readonly em: EntityManager;
  readonly viewer: Viewer;
  readonly scopes: readonly Scope[];
  readonly now: Date;
  /**
   * Look-ups on the transaction's own connection. A transaction that asked the pool for a second one would wait for it
   * holding the first: as many writes at once as the pool is large, and none would ever go on.
   */
  readonly loaders: Loaders;
}

/** What the work has done. */
interface Work<Answer> {
  readonly answer: Answer;
  readonly facts: readonly Fact[];
  /** What the ledger is to say beyond, or instead of, what the first fact and the input say. */
  readonly entry?: Pick<Entry, 'subject' | 'regionCode' | 'fields' | 'purpose'>;
}

export interface Written<Answer> {
  readonly mark: string;
  readonly answer: Answer;
}

/** A keyed write: whose key it is, and what was asked with it. */
interface Claim {
  readonly accountId: string;
  readonly key: string;
  readonly operation: string;
  readonly fingerprint: string;
}

/**
 * The one way to write: rights, idempotency, rows, facts and the ledger's entry in one transaction. The answer of a keyed
 * write is kept and given again, so it must hold no personal data (answer with ids, and let the resolver load the rest).
 * @throws UNAUTHENTICATED · FORBIDDEN · MFA_REQUIRED · INVALID_TEXT (key) · IDEMPOTENCY_IN_PROGRESS ·
 *   IDEMPOTENCY_KEY_REUSED · AUDIT_UNAVAILABLE · COMMIT_UNKNOWN, and what the work itself refuses
 */
export async function write<Answer extends object>(
  context: WriteContext,
  command: Command,
  work: (tx: Transaction) => Promise<Work<Answer>>,
): Promise<Written<Answer>> {
  const viewer = signedIn(context.asker);
  const scopes = demandScopes(viewer, command.act, context.now);
  demandSecondFactor(viewer, command.act, context.clock.real());
  const claim = claimOf(context, viewer, command);
  const written = await committed(context.em, async (em, prove) => {
    await enterScope(em, scopes);
    const earlier = claim && (await claimKey<Answer>(em, claim));
    if (earlier) return earlier;
    const { now } = context;
    const done = await work({ em, viewer, scopes, now, loaders: new Loaders(true) });
    const mark = await record(em, done.facts, { happenedAt: now, actorId: viewer.accountId });
    prove(mark, await enter(em, context, entryOf(command, viewer, done)));
    const { answer } = done;
    if (claim) await keepAnswer(em, claim, { mark, answer });
    return { mark, answer };
  });
  context.loaders.forget();
  context.kick();
  return written;
}

/** By every write's own words: the first fact says to what and where, and whoever had to give a reason has given it. */
function entryOf(
  { act, operation, input }: Command,
  by: Viewer,
  { facts: [fact], entry }: Work<object>,
): Entry {
  const { note, reason, purpose } = input as { note?: string | null; reason?: string; purpose?: string };
  return {
    act,
    operation,
    by,
    subject: fact?.subject ?? null,
    regionCode: fact?.region?.code ?? null,
    purpose: purpose ?? reason ?? note ?? null,
    ...entry,
  };
}

function claimOf(
  { vault }: WriteContext,
  { accountId }: Viewer,
  { operation, input }: Command,
): Claim | null {
  const key = optionalText(input.idempotencyKey, 'idempotencyKey', KEY_LENGTH);
  if (key === null) return null;
  // Keyed: an ID number could be found from a plain hash of the body by trying.
  const fingerprint = vault.index('idempotency', bodyOf(input)).toString('base64url');
  return { accountId, key, operation, fingerprint };
}

/**
 * Claims the key for this transaction, or finds the first answer. A second request with the same key waits here, on
 * the unique index, until the first has committed: that is what makes twenty parallel retries one effect.
 */
async function claimKey<Answer>(em: EntityManager, claim: Claim): Promise<Written<Answer> | null> {
  if (await insertKey(em, claim)) return null;
  const [kept] = await em.execute<{ operation: string; fingerprint: string; mark: string; answer: Answer }[]>(
    'select operation, fingerprint, mark, answer from idempotency where account_id = ? and key = ?',
    [claim.accountId, claim.key],
  );
  if (kept?.operation !== claim.operation || kept.fingerprint !== claim.fingerprint) {
    throw new Refusal(
      'IDEMPOTENCY_KEY_REUSED',
      'This idempotencyKey was used for another request. Take a new one.',
    );
  }
  return { mark: kept.mark, answer: reviveInstants(kept.answer) };
}

async function insertKey(em: EntityManager, claim: Claim): Promise<boolean> {
  try {
    const claimed = await em.execute(
      `insert into idempotency (account_id, key, operation, fingerprint) values (?, ?, ?, ?)
       on conflict (account_id, key) do nothing returning key`,
      [claim.accountId, claim.key, claim.operation, claim.fingerprint],
    );
    return claimed.length > 0;
  } catch (fault) {
    if (stateOf(fault) !== LOCK_NOT_AVAILABLE) throw fault;
    throw new Refusal(
      'IDEMPOTENCY_IN_PROGRESS',
      'The first request with this idempotencyKey is still under way. Send it again shortly.',
    );
  }
}

async function keepAnswer(em: EntityManager, claim: Claim, written: Written<object>): Promise<void> {
  await em.execute('update idempotency set mark = ?, answer = ?::jsonb where account_id = ? and key = ?', [
    written.mark,
    JSON.stringify(written.answer),
    claim.accountId,
    claim.key,
  ]);
}

/** The body of the request in one spelling, whatever order its fields came in, and whether what is left out is null. */
const bodyOf = (input: object): string =>
  JSON.stringify(input, (_, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, given]) => given !== null)
            .sort(([a], [b]) => (a < b ? -1 : 1)),
        )
      : value,
  );

const INSTANT_NAME = /(At|validFrom|validTo)$/;

/** JSON has no instants; by the naming rule of the house they are the fields that end in `At`, and a grant's window. */
const reviveInstants = <Answer>(answer: Answer): Answer =>
  JSON.parse(JSON.stringify(answer), (name, value: unknown) =>
    typeof value === 'string' && INSTANT_NAME.test(name) ? new Date(value) : value,
  ) as Answer;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** An id that cannot be one of ours is simply absent; the database must not be asked to parse it. */
export const isId = (text: string): boolean => UUID.test(text);

/**
 * The row to change, locked, at the version the client saw. The lock is what gives facts about one subject their
 * order: a fact is written only while its row is held.
 * @throws NOT_FOUND (absent or out of scope) · VERSION_CONFLICT
 */
export async function lockRow<Row extends { id: string; regionCode: string; version: number }>(
  tx: Transaction,
  table: EntityName<Row>,
  what: string,
  wanted: { id: string; expectedVersion: number },
): Promise<Row> {
  const where = { id: wanted.id, $or: inScopes(tx.scopes) } as unknown as FilterQuery<Row>;
  const row = isId(wanted.id)
    ? await tx.em.findOne(table, where, { lockMode: LockMode.PESSIMISTIC_WRITE })
    : null;
  if (!row) throw notFound(what);
  demandVersion(row, what, wanted.expectedVersion);
  return row as Row;
}

/** A row that is held is still as the client saw it. @throws VERSION_CONFLICT */
export function demandVersion({ version }: { version: number }, what: string, expected: number): void {
  if (version === expected) return;
  throw new Refusal('VERSION_CONFLICT', `The ${what} has changed since you read it. Read it again.`, {
    currentVersion: version,
  });
}

/** The predicate's ranges as an ORM filter on `regionCode`. */
export const inScopes = (scopes: readonly Scope[]) =>
  scopes.map((scope) => ({ regionCode: { $gte: scope.from, $lt: scope.to } }));

/** Makes a new version of a held row beside which something was written, and reads it again. */
export async function touchRow(tx: Transaction, table: string, row: { id: string }): Promise<void> {
  await tx.em.flush();
  await tx.em.execute(`update ${table} set version = version + 1 where id = ?`, [row.id]);
  await tx.em.refresh(row);
}
