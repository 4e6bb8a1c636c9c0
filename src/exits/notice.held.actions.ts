import { LockMode } from '@mikro-orm/postgresql';
import { calendarFor } from '../calendars/calendar.queries.js';
import type { Course } from '../calendars/clock.rules.js';
import type { Transaction } from '../db/write.js';
import { Refusal } from '../errors.js';
import type { Exit } from './exit.entity.js';
import { Objection, PublicNotice } from './notice.entity.js';
import { courseOfNotice, isOver } from './notice.rules.js';

export interface HeldNotice {
  readonly notice: PublicNotice;
  readonly objections: Objection[];
  readonly course: Course;
  readonly isOver: boolean;
}

/**
 * A notice with what was said against it, and how its time runs; held, after its case, so that nothing is said against it
 * while a step relies on that nothing was. @throws CALENDAR_MISSING
 */
export async function holdNotice(tx: Transaction, id: string): Promise<HeldNotice> {
  const notice = await tx.em.findOneOrFail(PublicNotice, { id }, { lockMode: LockMode.PESSIMISTIC_WRITE });
  const objections = await tx.em.find(Objection, { noticeId: id }, { orderBy: { at: 'asc', id: 'asc' } });
  const course = courseOfNotice(await calendarFor(tx.em, notice.regionCode), notice, objections);
  return { notice, objections, course, isOver: isOver(course, objections, tx.now) };
}

/** @throws TRANSITION_NOT_ALLOWED with `gate`, `endsAt`, `openObjections` and `upheld` */
export async function demandNoticeOver(tx: Transaction, exit: Exit): Promise<void> {
  const refuse = (why: string, more: object) => {
    throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: ['RETURNED'], gate: 'NOTICE', ...more });
  };
  if (!exit.noticeId) return refuse('It was never made public.', {});
  const { objections, course, isOver: isDone } = await holdNotice(tx, exit.noticeId);
  const openObjections = objections.filter(({ answeredAt }) => !answeredAt).length;
  const endsAt = course.dueAt?.toISOString() ?? null;
  if (!isDone) refuse('Its public notice is not over.', { endsAt, openObjections });
  const upheld = objections.filter((each) => each.exitId === exit.id && each.upheld).length;
  if (upheld > 0) refuse('An objection against it was upheld.', { upheld });
}
