import { type EntityManager, type EntitySchema, type InferKyselyDB, MikroORM } from '@mikro-orm/postgresql';
import type { Kysely } from 'kysely';
import type pg from 'pg';
import type { Scope } from '../auth/scope.js';
import { DEFAULT_LIMITS, type Limits } from '../limits.js';
import { stopWithWork } from './work.js';

type Bounds = Pick<Limits, 'statementMs' | 'lockMs' | 'idleInTransactionMs' | 'transactionMs' | 'poolWaitMs'>;

/** Bounds on every statement, so that one bad plan or forgotten lock cannot stall the house. */
const sessionOptions = (bounds: Bounds): string =>
  [
    `-c statement_timeout=${bounds.statementMs}`,
    `-c lock_timeout=${bounds.lockMs}`,
    `-c idle_in_transaction_session_timeout=${bounds.idleInTransactionMs}`,
    `-c transaction_timeout=${bounds.transactionMs}`,
    '-c timezone=UTC',
  ].join(' ');

/** Connects as the runtime role. The tables are handed in, so that this floor knows no room. */
export function openOrm(
  runtimeUrl: string,
  entities: readonly EntitySchema[],
  bounds: Bounds = DEFAULT_LIMITS,
): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: runtimeUrl,
    entities: [...entities],
    pool: { min: 2, max: 20 },
    // clientUrl alone would lose the address's TLS settings.
    driverOptions: {
      connectionString: runtimeUrl,
      options: sessionOptions(bounds),
      connectionTimeoutMillis: bounds.poolWaitMs,
      onPoolCreated: (pool: pg.Pool) => {
        giveBackDead(pool);
        stopWithWork(pool);
      },
    },
    ensureDatabase: false,
    // Rows leave as plain facts or GraphQL answers; an identity map shared between requests would leak them.
    allowGlobalContext: false,
  });
}

/** How long the ordinary way of giving a cut connection back may take. */
const GIVE_BACK_MS = 1000;

/**
 * Kysely gives a transaction's connection back only after a commit or rollback that succeeded: one that the server cuts
 * (a timeout, a restart) would keep its place in the pool for ever, and twenty of them would stop the node.
 */
export function giveBackDead(pool: pg.Pool): void {
  pool.on('connect', (client) => {
    client.once('end', () => {
      const giveBack = () => {
        try {
          (client as pg.PoolClient).release(true);
        } catch {
          // It was given back the ordinary way.
        }
      };
      setTimeout(giveBack, GIVE_BACK_MS).unref();
    });
  });
}

/**
 * Connects as the owner, for what the serving role may not do (loading lists and the demo): plain SQL, one connection,
 * no bounds on how long a statement may take.
 */
export function openOwner(ownerUrl: string): Promise<MikroORM> {
  return MikroORM.init({
    clientUrl: ownerUrl,
    driverOptions: { connectionString: ownerUrl, max: 1 },
    entities: [],
    discovery: { warnWhenNoEntities: false },
    ensureDatabase: false,
  });
}

const NAMING = { columnNamingStrategy: 'property', convertValues: true } as const;
type Naming = typeof NAMING;

/** Typed SQL over the given tables, with property names and converted values; inside a transaction it takes part. */
export const tables = <Schema extends { name: string }>(em: EntityManager) =>
  // The cast says what getKysely's own conditional type cannot conclude for a generic schema.
  em.getKysely<InferKyselyDB<Schema, Naming>, Naming>(NAMING) as unknown as Kysely<
    InferKyselyDB<Schema, Naming>
  >;

/**
 * A transaction in which row-level security shows exactly these ranges. The setting ends with the transaction, so a
 * pooled connection never carries one viewer's scope to the next.
 */
export function scoped<T>(
  em: EntityManager,
  scopes: readonly Scope[],
  work: (em: EntityManager) => Promise<T>,
): Promise<T> {
  return em.transactional(async (tx) => {
    await enterScope(tx, scopes);
    return work(tx);
  });
}

/** Sets the scope of the running transaction; see {@link scoped}. */
export async function enterScope(tx: EntityManager, scopes: readonly Scope[]): Promise<void> {
  const ranges = scopes.map((scope) => `[${scope.from},${scope.to})`).join(',');
  await tx.execute(`select set_config('duban.scope', ?, true)`, [`{${ranges}}`]);
}
