import type { EntityManager } from '@mikro-orm/postgresql';
import { signedIn } from '../auth/may.js';
import { tables } from '../db/orm.js';
import { SEVERITIES } from '../events/facts.js';
import type { Context } from '../http/context.js';
import type {
  Escalation,
  EscalationRung,
  EscalationRungSchema,
  EscalationSchema,
  EscalationStep,
  EscalationStepSchema,
  QuietHours,
  QuietHoursSchema,
} from './escalation.entity.js';

type Tables =
  | typeof EscalationSchema
  | typeof EscalationStepSchema
  | typeof EscalationRungSchema
  | typeof QuietHoursSchema;
const db = (em: EntityManager) => tables<Tables>(em);

/** The rungs of a deadline: first what comes by the state of the work, then by time. */
export async function readRungs(em: EntityManager): Promise<EscalationRung[]> {
  const rows = (await db(em).selectFrom('escalation_rung').selectAll().execute()) as EscalationRung[];
  return rows.sort((a, b) => placeOf(a) - placeOf(b));
}

/** At the deadline itself is after every day before it and before every day after it. */
const placeOf = ({ trigger, days }: EscalationRung): number =>
  trigger === 'BEHIND' ? Number.NEGATIVE_INFINITY : (days ?? 0) + 0.5 * Number(trigger === 'DUE');

/** Steps by code, lowest first. */
export async function readSteps(em: EntityManager): Promise<Map<string, EscalationStep>> {
  const rows = await db(em).selectFrom('escalation_step').selectAll().orderBy('position').execute();
  return new Map((rows as EscalationStep[]).map((step) => [step.code, step]));
}

/** What waits when, by severity. */
export async function readQuiet(em: EntityManager): Promise<QuietHours[]> {
  const rows = (await db(em).selectFrom('quiet_hours').selectAll().execute()) as QuietHours[];
  return rows.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity));
}

/** All of it, as one thing with one version. */
export interface EscalationView extends Pick<Escalation, 'version' | 'changedAt' | 'changedById' | 'reason'> {
  readonly steps: readonly EscalationStep[];
  readonly rungs: readonly EscalationRung[];
  readonly quietHours: readonly QuietHours[];
}

/** @throws UNAUTHENTICATED */
export async function readEscalation({ em, asker }: Context): Promise<EscalationView> {
  signedIn(asker);
  return viewOf(em);
}

export async function viewOf(em: EntityManager): Promise<EscalationView> {
  const { version, changedAt, changedById, reason } = await db(em)
    .selectFrom('escalation')
    .selectAll()
    .executeTakeFirstOrThrow();
  const steps = [...(await readSteps(em)).values()];
  return {
    version,
    changedAt,
    changedById,
    reason,
    steps,
    rungs: await readRungs(em),
    quietHours: await readQuiet(em),
  };
}
