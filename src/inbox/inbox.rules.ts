import type { EscalationRung, EscalationStep, QuietKind, StepEnd } from '../alerts/escalation.entity.js';
import type { AlertRuleRow } from '../alerts/rule.entity.js';
import { pathOf } from '../auth/scope.js';
import { type Calendar, dayAfter, nextWorkingMoment } from '../calendars/working-time.rules.js';
import { shanghaiDay, startOfShanghaiDay } from '../clock.js';
import { Refusal } from '../errors.js';
import type { Audience, FactKind, Named, Severity, SubjectType } from '../events/facts.js';
import type { LoggedFact } from '../events/read.js';

/** Something that people are to be told. */
export interface Matter {
  /** Code of a rung or of an alert rule, ASSIGNED, INSPECTION, INTERVIEW or REFERRAL. */
  readonly topic: string;
  /** Whom besides `toAccounts`; null: nobody. */
  readonly step: EscalationStep | null;
  readonly toAccounts: readonly string[];
  readonly severity: Severity;
  readonly regionCode: string;
  readonly audience: Audience;
  readonly subject: { readonly type: SubjectType; readonly id: string };
  /** What the alert is about. */
  readonly about: { readonly type: SubjectType; readonly id: string } | null;
  readonly title: Named;
  readonly at: Date;
}

/** Who is told of what, as it is in force. */
export interface Telling {
  readonly steps: ReadonlyMap<string, EscalationStep>;
  readonly rungs: readonly EscalationRung[];
  readonly rule: (code: string) => Pick<AlertRuleRow, 'step' | 'againStep'> | undefined;
}

const MATTERS: ReadonlySet<FactKind> = new Set([
  'DEADLINE_WARNING',
  'TASK_SCHEDULE_CHANGED',
  'ALERT_RAISED',
  'ALERT_LAPSED',
  'TASK_ASSIGNED',
  'INSPECTION_CHANGED',
  'INTERVIEW_CHANGED',
  'REFERRAL_CHANGED',
]);

/** Whether a fact may be a matter for somebody, whoever is told of what. */
export const mayMatter = ({ kind }: LoggedFact): boolean => MATTERS.has(kind);

/** What a fact is to be told for; null when it is no matter for anybody's inbox. */
export function matterOf(fact: LoggedFact, telling: Telling): Matter | null {
  const { steps, rungs } = telling;
  switch (fact.kind) {
    case 'DEADLINE_WARNING':
      return byRung(
        fact,
        fact.params.title,
        rungs.find(({ code }) => code === fact.params.rung),
        steps,
      );
    case 'TASK_SCHEDULE_CHANGED':
      if (fact.params.to !== 'BEHIND') return null;
      return byRung(
        fact,
        fact.params.title,
        rungs.find(({ trigger }) => trigger === 'BEHIND'),
        steps,
      );
    case 'ALERT_RAISED':
    case 'ALERT_LAPSED':
      return byRule(fact, telling);
    case 'TASK_ASSIGNED':
      if (fact.params.responsibleId === null) return null;
      return {
        ...plain(fact, fact.params.title),
        topic: 'ASSIGNED',
        toAccounts: [fact.params.responsibleId],
      };
    case 'INSPECTION_CHANGED':
      if (fact.params.to !== 'ASSIGNED' || fact.params.inspectorIds.length === 0) return null;
      return { ...plain(fact, fact.params.title), topic: 'INSPECTION', toAccounts: fact.params.inspectorIds };
    case 'INTERVIEW_CHANGED':
      return fact.params.to === 'APPOINTED' ? byEnd(fact, 'INTERVIEW', steps) : null;
    case 'REFERRAL_CHANGED':
      return fact.params.from === null ? byEnd(fact, 'REFERRAL', steps) : null;
    default:
      return null;
  }
}

/** What a step leads to is told to whom the step tells; once no step leads there any more, to whom the last one does. */
function byEnd(fact: LoggedFact, topic: StepEnd, steps: Telling['steps']): Matter | null {
  const step = [...steps.values()].find(({ leadsTo }) => leadsTo === topic) ?? climbed(steps).at(-1);
  return step ? { ...plain(fact, END_TITLES[topic]), topic, step } : null;
}

const END_TITLES: Record<StepEnd, Named> = {
  NOTICE: { zh: '提醒', en: 'notice' },
  INTERVIEW: { zh: '约谈', en: 'interview' },
  REFERRAL: { zh: '问题线索移送', en: 'referral to the discipline inspection' },
};

const plain = (fact: LoggedFact, title: Named): Omit<Matter, 'topic'> => ({
  step: null,
  toAccounts: [],
  severity: fact.severity ?? 'NOTICE',
  regionCode: fact.region?.code ?? '',
  audience: fact.audience,
  subject: fact.subject,
  about: null,
  title,
  at: fact.happenedAt,
});

function byRung(
  fact: LoggedFact,
  title: Named,
  rung: EscalationRung | undefined,
  steps: Telling['steps'],
): Matter | null {
  const step = rung && steps.get(rung.step);
  return step ? { ...plain(fact, title), topic: rung.code, step, severity: rung.severity } : null;
}

/**
 * What comes again goes further up: the second episode and the first acknowledgement that lapsed to the step for that, each
 * further one a step above. So the third deadline of a task that is missed is a matter for an interview.
 */
function byRule(
  fact: Extract<LoggedFact, { kind: 'ALERT_RAISED' | 'ALERT_LAPSED' }>,
  { steps, rule }: Telling,
): Matter | null {
  const { rule: code, about, title } = fact.params;
  const { step: first, againStep } = rule(code) ?? {};
  const again = fact.kind === 'ALERT_LAPSED' ? fact.params.lapses : (fact.params.episode ?? 1) - 1;
  const base = steps.get((again > 0 ? (againStep ?? first) : first) ?? '');
  if (!base) return null;
  return { ...plain(fact, title), topic: code, step: above(steps, base, Math.max(0, again - 1)), about };
}

const climbed = (steps: Telling['steps']): EscalationStep[] =>
  [...steps.values()].filter(({ leadsTo }) => leadsTo !== 'REFERRAL');

/** So many steps further up, or the last that is climbed to. */
function above(steps: Telling['steps'], base: EscalationStep, up: number): EscalationStep {
  const all = climbed(steps);
  return all[Math.min(all.indexOf(base) + up, all.length - 1)] ?? base;
}

/**
 * The district in which whoever oversees `grantRegion` is told of a place: the part of that region in which it lies, or
 * the region itself.
 */
export function districtOf(place: string, grantRegion: string): string {
  const path = pathOf(place);
  return path[path.indexOf(grantRegion) + 1] ?? place;
}

const NIGHT_FROM = 22;
const NIGHT_TO = 7;
const HOUR_MS = 3_600_000;

/**
 * When something is delivered. Where nobody has published the year's calendar, at once: rather at a bad hour than, on a
 * guess, too late.
 */
export function deliverAt(waits: QuietKind, calendar: Calendar, now: Date): Date {
  if (waits === 'NEVER') return now;
  if (waits === 'AT_NIGHT') return afterNight(now);
  try {
    return nextWorkingMoment(calendar, now);
  } catch (fault) {
    if (!(fault instanceof Refusal) || fault.code !== 'CALENDAR_MISSING') throw fault;
    return now;
  }
}

function afterNight(now: Date): Date {
  const today = startOfShanghaiDay(shanghaiDay(now));
  const hour = (now.getTime() - today.getTime()) / HOUR_MS;
  if (hour >= NIGHT_TO && hour < NIGHT_FROM) return now;
  const day = hour < NIGHT_TO ? today : startOfShanghaiDay(dayAfter(shanghaiDay(now)));
  return new Date(day.getTime() + NIGHT_TO * HOUR_MS);
}
