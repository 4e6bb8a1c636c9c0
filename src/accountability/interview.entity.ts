// An interview with the head of a unit whose work was not done in time: called for by the ladder, appointed, and held or
// waived. One is open for a unit at a time; what comes meanwhile becomes part of it.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Audience, FactOf, SubjectType } from '../events/facts.js';

export const INTERVIEW_STATUSES = ['CALLED', 'APPOINTED', 'HELD', 'WAIVED'] as const;
export type InterviewStatus = (typeof INTERVIEW_STATUSES)[number];
export const OPEN_INTERVIEWS: readonly InterviewStatus[] = ['CALLED', 'APPOINTED'];

export const InterviewSchema = defineEntity({
  name: 'Interview',
  tableName: 'interview',
  properties: {
    id: p.uuid().primary(),
    /** The unit: a township, or a county. */
    regionCode: p.text(),
    /** Who may know of its causes, and so of it. */
    audience: p.text().$type<Audience>(),
    status: p.text().$type<InterviewStatus>(),
    calledAt: p.datetime(),
    appointedFor: p.datetime().nullable(),
    appointedById: p.uuid().nullable(),
    heldAt: p.datetime().nullable(),
    /** What was said and demanded; of a waived one, why. */
    record: p.text().nullable(),
    closedAt: p.datetime().nullable(),
    closedById: p.uuid().nullable(),
    version: p.integer().version(),
  },
});
export class Interview extends InterviewSchema.class {}
InterviewSchema.setClass(Interview);

export const InterviewCauseSchema = defineEntity({
  name: 'InterviewCause',
  tableName: 'interview_cause',
  properties: {
    interviewId: p.uuid().primary(),
    subjectType: p.text().$type<SubjectType>(),
    subjectId: p.uuid().primary(),
    /** Code of the rung or rule by which it came. */
    topic: p.text().primary(),
    regionCode: p.text(),
    titleZh: p.text(),
    titleEn: p.text().nullable(),
    at: p.datetime(),
  },
});
export class InterviewCause extends InterviewCauseSchema.class {}
InterviewCauseSchema.setClass(InterviewCause);

/** What has become of an interview of a unit. */
export const interviewFact = (
  { id, audience, status, appointedFor }: Pick<Interview, 'id' | 'audience' | 'status' | 'appointedFor'>,
  region: { code: string; name: string },
  from: InterviewStatus | null,
): FactOf<'INTERVIEW_CHANGED'> => ({
  kind: 'INTERVIEW_CHANGED',
  region,
  subject: { type: 'INTERVIEW', id },
  severity: OPEN_INTERVIEWS.includes(status) ? 'WARNING' : null,
  audience,
  params: { from, to: status, appointedFor: appointedFor?.toISOString() ?? null },
});
