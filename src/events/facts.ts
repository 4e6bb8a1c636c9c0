/**
 * Every sentence the house can say. A fact is written in the transaction it describes and is the only way one
 * room learns from another. It holds kinds, codes, ids and parameters, never personal data: it goes to screens.
 */
export const FEED_EVENT_KINDS = [
  'TASK_CREATED',
  'TASK_STATUS_CHANGED',
  'TASK_SCHEDULE_CHANGED',
  'TASK_DEADLINE_CHANGED',
  'TASK_ASSIGNED',
  'TASK_ASSISTING_CHANGED',
  'TASK_RECEIVED',
  'RECEIPT_MISSED',
  'TASK_PROGRESSED',
  'TASK_BROKEN_DOWN',
  'TASK_EXTENSION_CHANGED',
  'DEADLINE_WARNING',
  'ALERT_RAISED',
  'ALERT_ACKNOWLEDGED',
  'ALERT_LAPSED',
  'ALERT_RESOLVED',
  'INSPECTION_CHANGED',
  'FINDING_ISSUED',
  'FINDING_OVERDUE',
  'FINDING_CLOSED',
  'PROJECT_CHANGED',
  'HOUSEHOLD_CHANGED',
  'TASK_CLOCK_CHANGED',
  'CALENDAR_CHANGED',
  'CALENDAR_AWAITED',
  'STANDARD_ADOPTED',
  'MEASUREMENT_CHANGED',
  'STANDING_CHANGED',
  'EXIT_CHANGED',
  'NOTICE_POSTED',
  'OBJECTION_RAISED',
  'OBJECTION_ANSWERED',
  'TARGETS_CHANGED',
  'INTERVIEW_CHANGED',
  'REFERRAL_CHANGED',
] as const;

/** Facts for the machines of the house only (open sockets, caches); no feed ever shows them. */
export const HOUSE_KINDS = [
  'ACCOUNT_CHANGED',
  'GRANT_CHANGED',
  'SESSION_ENDED',
  'REGIONS_LOADED',
  'CLOCK_CHANGED',
  'KEYS_CHANGED',
  'ESCALATION_CHANGED',
  'INBOX_CHANGED',
  'LEVEL_CHANGED',
] as const;

export type FeedEventKind = (typeof FEED_EVENT_KINDS)[number];
export type HouseKind = (typeof HOUSE_KINDS)[number];
export type FactKind = FeedEventKind | HouseKind;

export const SEVERITIES = ['NOTICE', 'WARNING', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const SUBJECT_TYPES = [
  'TASK',
  'ALERT',
  'INSPECTION',
  'FINDING',
  'PROJECT',
  'HOUSEHOLD',
  'ACCOUNT',
  'GRANT',
  'SESSION',
  'REGION',
  'CALENDAR',
  'STANDARD',
  'MEASUREMENT',
  'STANDING',
  'EXIT',
  'NOTICE',
  'OBJECTION',
  'TARGET',
  'INTERVIEW',
  'REFERRAL',
  'ESCALATION',
  'CLOCK',
  'DATA_KEY',
] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

/**
 * Who may be told. REGION: whoever may read the region. UNANNOUNCED: of those, only who may know of an
 * unannounced visit. HOUSEHOLDS: only who may read households. DISCIPLINE: only discipline inspectors. HOUSE: nobody
 * outside the processes of this installation.
 */
export const AUDIENCES = ['REGION', 'UNANNOUNCED', 'HOUSEHOLDS', 'DISCIPLINE', 'HOUSE'] as const;
export type Audience = (typeof AUDIENCES)[number];

/** The name of a thing in both languages of the house; `en` falls back to `zh`. */
export interface Named {
  zh: string;
  en?: string;
}

/** The parameters of each kind: what its headline and the followers need, and nothing more. */
export interface FactParams {
  TASK_CREATED: {
    title: Named;
    kind: string;
    /** The item of a standard that it comes from. */
    itemId: string | null;
    status: string;
    schedule: string;
    createdAt: string;
    dueAt: string;
    deadlineVersion: number;
  };
  TASK_STATUS_CHANGED: {
    title: Named;
    itemId: string | null;
    from: string;
    to: string;
    dueAt: string;
    deadlineVersion: number;
  };
  TASK_SCHEDULE_CHANGED: { title: Named; itemId: string | null; from: string; to: string };
  TASK_DEADLINE_CHANGED: { title: Named; from: string; to: string; status: string; deadlineVersion: number };
  /** A clock that is stopped warns of nothing and is never late; started again, it has a new deadline. */
  TASK_CLOCK_CHANGED: {
    title: Named;
    from: 'RUNNING' | 'SUSPENDED';
    to: 'RUNNING' | 'SUSPENDED';
    dueAt: string;
    deadlineVersion: number;
    status: string;
  };
  /** `receiptDueAt`: until when whoever is named must sign for it; null in facts from before there were receipts. */
  TASK_ASSIGNED: { title: Named; responsibleId: string | null; receiptDueAt: string | null };
  /** Every unit that assists from now on. */
  TASK_ASSISTING_CHANGED: { title: Named; assistingIds: readonly string[] };
  TASK_RECEIVED: { title: Named; late: boolean };
  /** `dueAt`: until when it should have been signed for. */
  RECEIPT_MISSED: { title: Named; dueAt: string };
  TASK_PROGRESSED: { title: Named; from: number | null; percent: number };
  /** `parts`: how many tasks it was broken down into by this change; each has a TASK_CREATED of its own. */
  TASK_BROKEN_DOWN: { title: Named; parts: number };
  /** `dueAt`: the deadline that was asked for. */
  TASK_EXTENSION_CHANGED: { title: Named; from: string | null; to: string; dueAt: string };
  DEADLINE_WARNING: { title: Named; rung: string; dueAt: string; daysLeft: number; deadlineVersion: number };
  /** `episode`: the how manieth of its rule and subject; absent in facts from before they were counted. */
  ALERT_RAISED: {
    rule: string;
    title: Named;
    severity: Severity;
    about: { type: SubjectType; id: string };
    episode?: number;
  };
  ALERT_ACKNOWLEDGED: { rule: string; title: Named; severity: Severity; dismissed?: boolean };
  /** Whoever took it up let the time pass; it is open again, for the `lapses`-th time. */
  ALERT_LAPSED: {
    rule: string;
    title: Named;
    severity: Severity;
    about: { type: SubjectType; id: string };
    lapses: number;
  };
  ALERT_RESOLVED: { rule: string; title: Named; severity: Severity };
  /** `villages`: where it goes. The fact's own region is what they have in common, which may be a whole county. */
  INSPECTION_CHANGED: {
    title: Named;
    kind: string;
    from: string | null;
    to: string;
    villages: readonly string[];
    /** Who carries it out: they know of it before the inspected do. */
    inspectorIds: readonly string[];
  };
  FINDING_ISSUED: { title: Named; inspectionId: string };
  /** `dueOn`: the last day, YYYY-MM-DD, on which it should have been put right. */
  FINDING_OVERDUE: { title: Named; inspectionId: string; dueOn: string };
  FINDING_CLOSED: { title: Named; inspectionId: string };
  PROJECT_CHANGED: { title: Named; kind: string; from: string | null; to: string };
  HOUSEHOLD_CHANGED: {
    change: 'REGISTERED' | 'UPDATED' | 'INCOME_RECORDED';
    from: string | null;
    to: string;
    plannedExitYear: number | null;
  };
  CALENDAR_CHANGED: { year: number; isNew: boolean; days: number };
  /** Nobody has published the year for a city, and it draws near. */
  CALENDAR_AWAITED: { title: Named; year: number };
  STANDARD_ADOPTED: { title: Named; code: string; edition: number };
  MEASUREMENT_CHANGED: { measure: string; change: 'RECORDED' | 'CONFIRMED' };
  /** A village passes a standard (`title`) now, or no longer; the subject is the same for every verdict of the two. */
  STANDING_CHANGED: { title: Named; from: string | null; to: string; unmet: number };
  /** `target`: whether a household, a village or a county leaves the list. */
  EXIT_CHANGED: { target: string; from: string | null; to: string };
  NOTICE_POSTED: { target: string; cases: number; amount: number; unit: string };
  OBJECTION_RAISED: { title: Named; target: string };
  OBJECTION_ANSWERED: { target: string; upheld: boolean };
  /** Of a city's plan for a year, or of a county's part of it: `villages` and `persons` are those that it has now. */
  TARGETS_CHANGED: {
    year: number;
    change: 'DRAFTED' | 'LOCKED' | 'ADJUSTMENT_REQUESTED' | 'ADJUSTED' | 'ADJUSTMENT_REFUSED';
    villages: number;
    persons: number;
  };
  /** Of the unit that is its region: called for, appointed for an instant, held, or waived. */
  INTERVIEW_CHANGED: { from: string | null; to: string; appointedFor: string | null };
  REFERRAL_CHANGED: { matter: string; from: string | null; to: string };
  ACCOUNT_CHANGED: {
    change: 'CREATED' | 'DISABLED' | 'ENABLED' | 'PASSWORD_RESET' | 'SECOND_FACTOR_RESET' | 'PAIRING_OPENED';
  };
  GRANT_CHANGED: { accountId: string; change: 'GRANTED' | 'REVOKED' };
  SESSION_ENDED: { accountId: string };
  REGIONS_LOADED: { count: number };
  CLOCK_CHANGED: Record<string, never>;
  KEYS_CHANGED: Record<string, never>;
  /** Who is told of what and when; every armed deadline is looked at again. */
  ESCALATION_CHANGED: Record<string, never>;
  /** Of the account that is its subject. */
  INBOX_CHANGED: Record<string, never>;
  /** Something that is looked at once a day has another level than the day before, in the unit of the rule. */
  LEVEL_CHANGED: { rule: string; title: Named; level: number };
}

/** One fact, before it is written. */
export interface FactOf<K extends FactKind> {
  kind: K;
  /** Where it happened; null only for facts of the house itself. */
  region: { code: string; name: string } | null;
  subject: { type: SubjectType; id: string };
  severity: Severity | null;
  audience: Audience;
  params: FactParams[K];
}
export type Fact = { [K in FactKind]: FactOf<K> }[FactKind];

/** What is news in other places than its own. */
export const NEWS_ELSEWHERE: readonly FactKind[] = ['INSPECTION_CHANGED'];

/** Every place where a fact is news: its own region, and for an inspection the villages it goes to. */
export function placesOf(fact: Fact): readonly string[] {
  const own = fact.region ? [fact.region.code] : [];
  return fact.kind === 'INSPECTION_CHANGED' ? [...own, ...fact.params.villages] : own;
}
