import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { readQuiet } from '../alerts/escalation.queries.js';
import { calendarsFor } from '../calendars/calendar.queries.js';
import type { Clock } from '../clock.js';
import { isId } from '../db/write.js';
import { type Follower, follow } from '../events/follow.js';
import type { LoggedFact } from '../events/read.js';
import { record } from '../events/record.js';
import type { Tail } from '../events/tail.js';
import type { Log } from '../log.js';
import { isClosed, type TaskStatus } from '../tasks/task.entity.js';
import { actedOn, changedFact, keepNotices, type Told, withdraw } from './inbox.actions.js';
import { deliverAt, type Matter, mayMatter } from './inbox.rules.js';
import { mattersOf } from './matter.queries.js';
import { Recipients } from './recipients.queries.js';

interface Options {
  readonly orm: MikroORM;
  readonly tail: Tail;
  readonly log: Log;
  readonly clock: Clock;
}

/** Puts what the log says into the inboxes of those who are to be told of it. */
export const followInbox = ({ clock, ...options }: Options): Follower =>
  follow({ ...options, name: 'inbox', concerns, handle: (em, facts) => tell(em, facts, clock.now()) });

const concerns = (fact: LoggedFact): boolean => mayMatter(fact) || fact.actorId !== null || isOver(fact);

/** One page of the log: who is told, what is done, and what need not be told any more. */
export async function tell(em: EntityManager, facts: readonly LoggedFact[], now: Date): Promise<void> {
  const matters = await mattersOf(em, facts);
  const changed = matters.length > 0 ? await keepNotices(em, await toldOf(em, matters, now)) : [];
  await actedOn(em, facts);
  await withdraw(
    em,
    facts
      .filter(isOver)
      .map(({ subject }) => subject.id)
      .filter(isId),
    now,
  );
  if (changed.length > 0)
    await record(em, [...new Set(changed)].map(changedFact), { happenedAt: now, actorId: null });
}

async function toldOf(em: EntityManager, matters: readonly Matter[], now: Date): Promise<Told[]> {
  const recipients = await Recipients.of(em, matters, now);
  const told = matters.flatMap((matter) => recipients.for(matter).map((to) => ({ matter, to })));
  const calendars = await calendarsFor(
    em,
    told.map(({ to }) => to.workplace),
  );
  const quiet = new Map((await readQuiet(em)).map(({ severity, waits }) => [severity, waits]));
  return told.map((each): Told => {
    const waits = quiet.get(each.matter.severity) ?? 'NEVER';
    return { ...each, deliverAt: deliverAt(waits, calendars(each.to.workplace), now) };
  });
}

/** What was to be told of it has no use any more. */
function isOver(fact: LoggedFact): boolean {
  if (fact.kind === 'TASK_STATUS_CHANGED') return isClosed(fact.params.to as TaskStatus);
  return fact.kind === 'ALERT_RESOLVED';
}
