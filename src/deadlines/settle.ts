import type { EntityManager } from '@mikro-orm/postgresql';
import { readRungs } from '../alerts/escalation.queries.js';
import { shanghaiDaysBetween } from '../clock.js';
import type { Fact, Severity } from '../events/facts.js';
import { queryOf } from '../events/follow.js';
import { record } from '../events/record.js';
import { isSuspended, scheduleOf, type Task, type TaskSchedule } from '../tasks/task.entity.js';
import type { Deadline } from './deadline.entity.js';
import { freshRungs, nextInstant, passedRungs, type Rung, rungAt, timed } from './rungs.js';

/** A deadline whose row is held, and what its task is at this moment (null: not to be found). */
export interface Held {
  readonly deadline: Deadline;
  readonly task: Pick<Task, 'status' | 'deadlineVersion' | 'standardItemId' | 'suspendedAt'> | null;
}

/**
 * Brings deadlines up to `now` in the running transaction: claims the rungs that have come, states the latest of
 * them and the change of schedule, arms the next instant. The caller holds the rows of the deadlines for update and
 * those of the tasks for share. The share lock is what keeps a warning from following the closing of its task in the
 * log: a move of the task comes either before (and is seen here) or after all this is committed.
 *
 * Where the task has moved on and the deadline's row does not know yet, the fact that says so is committed and on
 * its way to the follower. Nothing is stated then, and nothing armed until it arrives: what would be said is already
 * untrue.
 */
export async function settle(em: EntityManager, held: readonly Held[], now: Date): Promise<void> {
  const current = held.filter(isCurrent);
  const behind = held.filter((each) => !isCurrent(each));
  const rungs = timed(await readRungs(em));
  const raised = await claim(em, rungs, deadlinesOf(current), now);
  const facts = current.flatMap((each) => factsOf(each, raised.get(each.deadline.taskId) ?? [], now));
  await keep(em, [
    ...deadlinesOf(behind).map((deadline) => ({ ...deadline, nextAt: null })),
    ...deadlinesOf(current).map((deadline) => ({
      ...deadline,
      schedule: scheduleOf(deadline.status, deadline.dueAt, now, deadline.suspended),
      nextAt: nextInstant(rungs, deadline, now),
    })),
  ]);
  if (facts.length > 0) await record(em, facts, { happenedAt: now, actorId: null });
}

const deadlinesOf = (held: readonly Held[]): Deadline[] => held.map(({ deadline }) => deadline);

const isCurrent = ({ deadline, task }: Held): boolean =>
  task !== null &&
  task.status === deadline.status &&
  task.deadlineVersion === deadline.deadlineVersion &&
  isSuspended(task) === deadline.suspended;

const CLAIM = `
insert into deadline_warning (task_id, deadline_version, rung, raised_at)
select task_id, deadline_version, rung, $2::timestamptz
from jsonb_to_recordset($1::jsonb) as passed (task_id uuid, deadline_version int, rung text)
on conflict do nothing returning task_id::text, rung`;

/** Takes every rung that has come, and answers for each task those that were still free and are to be said. */
async function claim(
  em: EntityManager,
  rungs: readonly Rung[],
  deadlines: readonly Deadline[],
  now: Date,
): Promise<Map<string, Rung[]>> {
  const passed = deadlines.flatMap((deadline) =>
    passedRungs(rungs, deadline, now).map(({ code }) => ({
      task_id: deadline.taskId,
      deadline_version: deadline.deadlineVersion,
      rung: code,
    })),
  );
  if (passed.length === 0) return new Map();
  const taken = (await queryOf(em)(CLAIM, [JSON.stringify(passed), now.toISOString()])) as {
    task_id: string;
    rung: string;
  }[];
  const free = new Set(taken.map(({ task_id, rung }) => `${task_id} ${rung}`));
  const isFree =
    (deadline: Deadline) =>
    ({ code }: Rung) =>
      free.has(`${deadline.taskId} ${code}`);
  return new Map(
    deadlines.map((deadline) => [deadline.taskId, freshRungs(rungs, deadline, now).filter(isFree(deadline))]),
  );
}

/** As loud as the rung at which such a change comes. */
const SCHEDULE_SEVERITY: Partial<Record<TaskSchedule, Severity>> = {
  BEHIND: 'NOTICE',
  DUE_SOON: 'WARNING',
  OVERDUE: 'CRITICAL',
};

function factsOf({ deadline, task }: Held, rungs: readonly Rung[], now: Date): Fact[] {
  const { taskId, regionCode, regionName, titleZh, titleEn, dueAt, deadlineVersion } = deadline;
  const title = { zh: titleZh, ...(titleEn ? { en: titleEn } : {}) };
  const about = {
    region: { code: regionCode, name: regionName },
    subject: { type: 'TASK', id: taskId },
    audience: 'REGION',
  } as const;
  const facts: Fact[] = [];
  const to = scheduleOf(deadline.status, dueAt, now, deadline.suspended);
  if (to !== deadline.schedule) {
    const itemId = task?.standardItemId ?? null;
    facts.push({
      ...about,
      kind: 'TASK_SCHEDULE_CHANGED',
      severity: SCHEDULE_SEVERITY[to] ?? null,
      params: { title, itemId, from: deadline.schedule, to },
    });
  }
  for (const rung of rungs) {
    // The latest tells how it stands now, which after downtime is later than its rung.
    const at = rung === rungs.at(-1) ? now : rungAt(rung, dueAt);
    const daysLeft = shanghaiDaysBetween(at, dueAt);
    facts.push({
      ...about,
      kind: 'DEADLINE_WARNING',
      severity: rung.severity,
      params: { title, rung: rung.code, dueAt: dueAt.toISOString(), daysLeft, deadlineVersion },
    });
  }
  return facts;
}

const KEEP = `
insert into deadline (task_id, region_code, region_name, title_zh, title_en, status, schedule, due_at,
  deadline_version, armed_from, suspended, next_at)
select "taskId", "regionCode", "regionName", "titleZh", "titleEn", status, schedule, "dueAt", "deadlineVersion",
  "armedFrom", suspended, "nextAt"
from jsonb_to_recordset($1::jsonb) as kept ("taskId" uuid, "regionCode" text, "regionName" text, "titleZh" text,
  "titleEn" text, status text, schedule text, "dueAt" timestamptz, "deadlineVersion" int, "armedFrom" timestamptz,
  suspended boolean, "nextAt" timestamptz)
on conflict (task_id) do update set status = excluded.status, schedule = excluded.schedule,
  due_at = excluded.due_at, deadline_version = excluded.deadline_version, armed_from = excluded.armed_from,
  suspended = excluded.suspended, next_at = excluded.next_at`;

const keep = (em: EntityManager, deadlines: readonly Deadline[]) =>
  queryOf(em)(KEEP, [JSON.stringify(deadlines)]);
