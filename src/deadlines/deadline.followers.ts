import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Clock } from '../clock.js';
import { tables } from '../db/orm.js';
import { isId } from '../db/write.js';
import { type Follower, follow, queryOf } from '../events/follow.js';
import type { LoggedFact } from '../events/read.js';
import type { Tail } from '../events/tail.js';
import type { Log } from '../log.js';
import {
  CLOSED_STATUSES,
  isClosed,
  type TaskSchedule,
  type TaskSchema,
  type TaskStatus,
} from '../tasks/task.entity.js';
import type { Deadline, DeadlineSchema } from './deadline.entity.js';
import { settle } from './settle.js';

const KINDS = ['TASK_CREATED', 'TASK_STATUS_CHANGED', 'TASK_DEADLINE_CHANGED', 'TASK_CLOCK_CHANGED'] as const;
type TaskFact = Extract<LoggedFact, { kind: (typeof KINDS)[number] }>;

interface Options {
  readonly orm: MikroORM;
  readonly tail: Tail;
  readonly log: Log;
  readonly clock: Clock;
}

/** Keeps the deadline of every task as the log tells it, and states what a move or a new deadline changes at once. */
export const followDeadlines = ({ clock, ...options }: Options): Follower =>
  follow({
    ...options,
    name: 'deadlines',
    concerns: (fact) => changesRungs(fact) || isTaskFact(fact),
    handle: (em, facts) => keepDeadlines(em, facts, clock.now()),
  });

/** One page of the log. */
export async function keepDeadlines(
  em: EntityManager,
  facts: readonly LoggedFact[],
  now: Date,
): Promise<void> {
  if (facts.some(changesRungs)) await rearm(em, now);
  const moves = facts.filter(isTaskFact);
  if (moves.length === 0) return;
  const ids = [...new Set(moves.map(({ subject }) => subject.id))].sort();
  const deadlines = await lockDeadlines(em, ids);
  for (const fact of moves) {
    const deadline = after(deadlines.get(fact.subject.id), fact);
    // A task that the log never introduced is counted nowhere; its deadline is not kept either.
    if (deadline) deadlines.set(fact.subject.id, deadline);
  }
  const tasks = await holdTasks(em, ids);
  const held = [...deadlines].map(([id, deadline]) => ({ deadline, task: tasks.get(id) ?? null }));
  await settle(em, held, now);
}

/**
 * A rung may now come earlier than what a deadline is armed for, or after what was the last: all that run are looked at
 * again. In the order in which every holder of several rows takes them.
 */
const REARM = `
with held as (
  select task_id from deadline
  where (next_at is null or next_at > $1) and not suspended and status <> all ($2) order by task_id for update)
update deadline set next_at = $1 from held where deadline.task_id = held.task_id`;

const rearm = (em: EntityManager, now: Date) => queryOf(em)(REARM, [now.toISOString(), CLOSED_STATUSES]);

const changesRungs = ({ kind }: LoggedFact): boolean => kind === 'ESCALATION_CHANGED';

/** What has no id of ours is no task; a log may hold facts of another version of the house, and must not stop for them. */
const isTaskFact = (fact: LoggedFact): fact is TaskFact =>
  (KINDS as readonly string[]).includes(fact.kind) && isId(fact.subject.id);

/** A deadline after a fact about its task. */
function after(deadline: Deadline | undefined, fact: TaskFact): Deadline | undefined {
  if (fact.kind === 'TASK_CREATED') return deadline ?? created(fact);
  if (!deadline) return undefined;
  if (fact.kind === 'TASK_DEADLINE_CHANGED') {
    const { to, deadlineVersion } = fact.params;
    return { ...deadline, dueAt: new Date(to), deadlineVersion, armedFrom: fact.happenedAt };
  }
  if (fact.kind === 'TASK_CLOCK_CHANGED') {
    const { to, dueAt, deadlineVersion } = fact.params;
    const suspended = to === 'SUSPENDED';
    // Started again: what would have come while it stood warns nobody.
    const armedFrom = suspended ? deadline.armedFrom : fact.happenedAt;
    return { ...deadline, dueAt: new Date(dueAt), deadlineVersion, suspended, armedFrom };
  }
  const status = fact.params.to as TaskStatus;
  // Opened again: what passed while nobody had to work on it is no warning any more.
  const isReopened = isClosed(deadline.status) && !isClosed(status);
  return { ...deadline, status, armedFrom: isReopened ? fact.happenedAt : deadline.armedFrom };
}

function created(fact: Extract<TaskFact, { kind: 'TASK_CREATED' }>): Deadline {
  const { title, status, schedule, dueAt, deadlineVersion } = fact.params;
  return {
    taskId: fact.subject.id,
    regionCode: fact.region?.code ?? '',
    regionName: fact.region?.name ?? '',
    titleZh: title.zh,
    titleEn: title.en ?? null,
    status: status as TaskStatus,
    schedule: schedule as TaskSchedule,
    dueAt: new Date(dueAt),
    deadlineVersion,
    // When the house learned of it: a task loaded with an older date of creation must not warn of its past.
    armedFrom: fact.happenedAt,
    suspended: false,
    nextAt: null,
  };
}

/** For update, in one order: the scan of any node waits for nobody, so two owners of rows cannot wait in a ring. */
async function lockDeadlines(em: EntityManager, ids: readonly string[]): Promise<Map<string, Deadline>> {
  const rows = await tables<typeof DeadlineSchema>(em)
    .selectFrom('deadline')
    .selectAll()
    .where('taskId', 'in', ids)
    .orderBy('taskId')
    .forUpdate()
    .execute();
  return new Map((rows as Deadline[]).map((row) => [row.taskId, row]));
}

async function holdTasks(em: EntityManager, ids: readonly string[]) {
  const rows = await tables<typeof TaskSchema>(em)
    .selectFrom('task')
    .select(['id', 'status', 'deadlineVersion', 'standardItemId', 'suspendedAt'])
    .where('id', 'in', ids)
    .orderBy('id')
    .forShare()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
