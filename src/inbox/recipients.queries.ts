import type { EntityManager } from '@mikro-orm/postgresql';
import { ACTS, actOfAudience } from '../auth/may.js';
import { pathOf } from '../auth/scope.js';
import type { Role } from '../auth/viewer.js';
import { tables } from '../db/orm.js';
import { queryOf } from '../events/follow.js';
import type { TaskAssistingSchema } from '../tasks/assisting.entity.js';
import { CLOSED_STATUSES, type TaskSchema } from '../tasks/task.entity.js';
import { districtOf, type Matter } from './inbox.rules.js';

type Tables = typeof TaskSchema | typeof TaskAssistingSchema;
const db = (em: EntityManager) => tables<Tables>(em);

/** Somebody who is told, and where that counts. */
export interface Recipient {
  readonly accountId: string;
  readonly districtCode: string;
  /** Where the receiver works, whose working time is waited for. */
  readonly workplace: string;
}

interface Grant {
  readonly accountId: string;
  readonly role: Role;
  readonly regionCode: string;
}

/** Who is told of the matters that are still to be told, in the order of the matters. */
export class Recipients {
  private constructor(
    private readonly grants: ReadonlyMap<string, readonly Grant[]>,
    private readonly responsible: ReadonlyMap<string, readonly string[]>,
    private readonly closed: ReadonlySet<string>,
    /** Those of the named that are, and are not disabled. */
    private readonly accounts: ReadonlySet<string>,
  ) {}

  /** Looks up, once for all of them, whoever may be meant. */
  static async of(em: EntityManager, matters: readonly Matter[], now: Date): Promise<Recipients> {
    const tasks = await tasksOf(em, matters);
    const responsible = new Map(tasks.map(({ id, accountIds }) => [id, accountIds]));
    const named = [
      ...tasks.flatMap(({ accountIds }) => accountIds),
      ...matters.flatMap((each) => each.toAccounts),
    ];
    const grants = await grantsOn(em, matters, named, now);
    const closed = tasks.filter(({ status }) => CLOSED_STATUSES.includes(status)).map(({ id }) => id);
    return new Recipients(
      Map.groupBy(grants, ({ regionCode }) => regionCode),
      responsible,
      new Set(closed),
      await accountsAmong(em, named),
    );
  }

  /** Nobody when the task is closed: nothing goes up the ladder any more. */
  for(matter: Matter): Recipient[] {
    const { regionCode, step, subject, about } = matter;
    const task = [subject, about].find((each) => each?.type === 'TASK')?.id ?? '';
    if (this.closed.has(task)) return [];
    // Whoever is sent somewhere is told before the grants for it begin.
    if (matter.topic === 'INSPECTION')
      return matter.toAccounts
        .filter((id) => this.accounts.has(id))
        .map((accountId) => ({
          accountId,
          districtCode: regionCode,
          workplace: regionCode,
        }));
    const responsible = step?.toResponsible ? (this.responsible.get(task) ?? []) : [];
    const named = new Set([...matter.toAccounts, ...responsible]);
    const found = new Map<string, Recipient>();
    // From the highest region down: who oversees a county is told by township, also where a village is his as well.
    for (const grant of pathOf(regionCode).flatMap((code) => this.grants.get(code) ?? [])) {
      const { accountId } = grant;
      if (found.has(accountId) || !mayKnow(grant.role, matter)) continue;
      const isTold = named.has(accountId) || (step?.roles.includes(grant.role) ?? false);
      if (!isTold) continue;
      const districtCode = districtOf(regionCode, grant.regionCode);
      found.set(accountId, { accountId, districtCode, workplace: grant.regionCode });
    }
    return [...found.values()];
  }
}

/** Of what is concealed only those learn who may know of it. */
function mayKnow(role: Role, { audience }: Matter): boolean {
  const act = actOfAudience(audience);
  return act === null || (ACTS[act] as readonly Role[]).includes(role);
}

async function tasksOf(em: EntityManager, matters: readonly Matter[]) {
  const ids = matters
    .flatMap(({ subject, about }) => [subject, about])
    .flatMap((each) => (each?.type === 'TASK' ? [each.id] : []));
  if (ids.length === 0) return [];
  const rows = await db(em)
    .selectFrom('task')
    .select(['id', 'status', 'responsibleId'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  const assisting = await db(em)
    .selectFrom('task_assisting')
    .select(['taskId', 'assistingId'])
    .where('taskId', 'in', [...new Set(ids)])
    .where('endedAt', 'is', null)
    .execute();
  const byTask = Map.groupBy(assisting, ({ taskId }) => taskId);
  return rows.map(({ id, status, responsibleId }) => ({
    id,
    status,
    accountIds: [
      ...(responsibleId ? [responsibleId] : []),
      ...(byTask.get(id) ?? []).map(({ assistingId }) => assistingId),
    ],
  }));
}

const GRANTS = `
select role_grant.account_id::text as "accountId", role, region_code as "regionCode"
from role_grant join account on account.id = role_grant.account_id and account.disabled_at is null
where region_code = any ($1) and (role = any ($2) or account_id = any ($3::uuid[]))
  and revoked_at is null and valid_from <= $4 and (valid_to is null or valid_to > $4)
order by 1, 2, 3`;

/** The grants in force, of accounts that are, by which somebody may be told: by role, or because he is named. */
async function grantsOn(
  em: EntityManager,
  matters: readonly Matter[],
  named: readonly string[],
  now: Date,
): Promise<Grant[]> {
  const places = [...new Set(matters.flatMap(({ regionCode }) => pathOf(regionCode)))];
  const roles = [...new Set(matters.flatMap(({ step }) => step?.roles ?? []))];
  const values = [places, roles, [...new Set(named)], now.toISOString()];
  return (await queryOf(em)(GRANTS, values)) as Grant[];
}

async function accountsAmong(em: EntityManager, ids: readonly string[]): Promise<Set<string>> {
  const rows = (await queryOf(em)(
    'select id::text from account where id = any ($1::uuid[]) and disabled_at is null',
    [[...new Set(ids)]],
  )) as { id: string }[];
  return new Set(rows.map(({ id }) => id));
}
