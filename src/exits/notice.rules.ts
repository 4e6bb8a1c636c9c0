import { type Course, courseOf } from '../calendars/clock.rules.js';
import type { Calendar } from '../calendars/working-time.rules.js';
import type { Objection, PublicNotice } from './notice.entity.js';

type Posted = Pick<PublicNotice, 'postedAt' | 'amount' | 'unit'>;
type Raised = Pick<Objection, 'at' | 'answeredAt'>;

/**
 * How the time of a notice runs: whole days from the day after it was posted, without those on whose end an objection
 * was unanswered. Two objections at once stop it once.
 */
export const courseOfNotice = (
  calendar: Calendar,
  { postedAt: startedAt, amount, unit }: Posted,
  objections: readonly Raised[],
): Course =>
  courseOf(calendar, {
    startedAt,
    duration: { amount, unit },
    stops: objections
      .map(({ at, answeredAt }) => ({ from: at, to: answeredAt ?? null }))
      .sort((a, b) => a.from.getTime() - b.from.getTime()),
  });

/** Over for good: its time is up, and nothing waits for an answer. */
export const isOver = ({ dueAt }: Course, objections: readonly Raised[], now: Date): boolean =>
  dueAt !== null && dueAt < now && objections.every(({ answeredAt }) => answeredAt);
