// Everything that happened to a task, one list in order: what an official reads first.
import type { Context } from '../http/context.js';
import {
  assistingOf,
  deadlineHistoryOf,
  extensionsOf,
  historyOf,
  progressOf,
  receiptsOf,
  suspensionsOf,
} from './record.queries.js';
import type { Task, TaskStatus } from './task.entity.js';

export const TIMELINE_KINDS = [
  'CREATED',
  'MOVED',
  'DEADLINE_CHANGED',
  'ASSIGNED',
  'RECEIVED',
  'ASSISTING_NAMED',
  'ASSISTING_ENDED',
  'PROGRESSED',
  'EXTENSION_REQUESTED',
  'EXTENSION_DECIDED',
  'CLOCK_SUSPENDED',
  'CLOCK_RESUMED',
] as const;
export type TimelineKind = (typeof TIMELINE_KINDS)[number];

export interface TimelineEntry {
  readonly kind: TimelineKind;
  readonly at: Date;
  readonly byId: string | null;
  readonly text: string | null;
  readonly status: TaskStatus | null;
  readonly dueAt: Date | null;
  readonly percent: number | null;
  readonly accountId: string | null;
}

type Told = Partial<Omit<TimelineEntry, 'kind' | 'at'>>;

const NOTHING = { byId: null, text: null, status: null, dueAt: null, percent: null, accountId: null };

/** Nothing for what has not happened (yet). */
const told = (kind: TimelineKind, at: Date | null | undefined, more: Told): TimelineEntry[] =>
  at ? [{ ...NOTHING, kind, at, ...more }] : [];

/** Oldest first; what happened at one instant, in the order of the kinds. */
export async function timelineOf(
  context: Context,
  task: { id: string; createdAt: Date; createdById?: Task['createdById'] },
): Promise<TimelineEntry[]> {
  const { id } = task;
  const [moves, deadlines, receipts, assisting, reports, extensions, stops] = await Promise.all([
    historyOf(context, id),
    deadlineHistoryOf(context, id),
    receiptsOf(context, id),
    assistingOf(context, id),
    progressOf(context, id),
    extensionsOf(context, id),
    suspensionsOf(context, id),
  ]);
  const entries = [
    ...told('CREATED', task.createdAt, { byId: task.createdById ?? null }),
    ...moves
      .filter(({ fromStatus }) => fromStatus)
      .flatMap((move) =>
        told('MOVED', move.at, { byId: move.byId, text: move.note ?? null, status: move.toStatus }),
      ),
    ...deadlines.flatMap(({ at, byId, reason, toAt }) =>
      told('DEADLINE_CHANGED', at, { byId, text: reason, dueAt: toAt }),
    ),
    ...receipts.flatMap(({ assignedAt, assignedById, responsibleId, dueAt, signedAt }) => [
      ...told('ASSIGNED', assignedAt, { byId: assignedById, accountId: responsibleId, dueAt }),
      ...told('RECEIVED', signedAt, { byId: responsibleId }),
    ]),
    ...assisting.flatMap(({ assistingId, addedAt, addedById, endedAt, endedById }) => [
      ...told('ASSISTING_NAMED', addedAt, { byId: addedById, accountId: assistingId }),
      ...told('ASSISTING_ENDED', endedAt, { byId: endedById ?? null, accountId: assistingId }),
    ]),
    ...reports.flatMap(({ at, byId, percent, note }) =>
      told('PROGRESSED', at, { byId, percent, text: note ?? null }),
    ),
    ...extensions.flatMap(
      ({ requestedAt, requestedById, reason, newDueAt, decidedAt, decidedById, note }) => [
        ...told('EXTENSION_REQUESTED', requestedAt, { byId: requestedById, text: reason, dueAt: newDueAt }),
        ...told('EXTENSION_DECIDED', decidedAt, { byId: decidedById ?? null, text: note ?? null }),
      ],
    ),
    ...stops.flatMap(({ fromAt, byId, reason, toAt, resumedById, resumeReason }) => [
      ...told('CLOCK_SUSPENDED', fromAt, { byId, text: reason }),
      ...told('CLOCK_RESUMED', toAt, { byId: resumedById ?? null, text: resumeReason ?? null }),
    ]),
  ];
  return entries.sort((a, b) => a.at.getTime() - b.at.getTime());
}
