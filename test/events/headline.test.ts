import { expect, test } from '@jest/globals';
import {
  type Fact,
  type FactKind,
  type FactOf,
  type FactParams,
  FEED_EVENT_KINDS,
  HOUSE_KINDS,
} from '../../src/events/facts.js';
import { headline } from '../../src/events/headline.js';

const PLACE = '龙王乡合胜村';
const title = { zh: '通硬化路', en: 'Hard-surfaced road' };
const dueAt = '2016-12-31T15:59:59.000Z';

const PARAMS: { [K in FactKind]: FactParams[K] } = {
  TASK_CREATED: {
    title,
    kind: 'BENCHMARK',
    itemId: null,
    status: 'NOT_STARTED',
    schedule: 'ON_TRACK',
    createdAt: dueAt,
    dueAt,
    deadlineVersion: 1,
  },
  TASK_STATUS_CHANGED: {
    title,
    itemId: null,
    from: 'TOWNSHIP_CONFIRMED',
    to: 'RETURNED',
    dueAt,
    deadlineVersion: 1,
  },
  TASK_SCHEDULE_CHANGED: { title, itemId: null, from: 'ON_TRACK', to: 'DUE_SOON' },
  TASK_DEADLINE_CHANGED: {
    title,
    from: '2016-12-08T15:59:59.000Z',
    to: dueAt,
    status: 'IN_PROGRESS',
    deadlineVersion: 2,
  },
  TASK_ASSIGNED: { title, responsibleId: null, receiptDueAt: null },
  TASK_ASSISTING_CHANGED: { title, assistingIds: ['1'] },
  TASK_RECEIVED: { title, late: true },
  RECEIPT_MISSED: { title, dueAt },
  TASK_PROGRESSED: { title, from: 50, percent: 40 },
  TASK_BROKEN_DOWN: { title, parts: 2 },
  TASK_EXTENSION_CHANGED: { title, from: 'REQUESTED', to: 'LAPSED', dueAt },
  DEADLINE_WARNING: { title, rung: 'OVERDUE_1', dueAt, daysLeft: -1, deadlineVersion: 1 },
  ALERT_RAISED: {
    rule: 'TASK_OVERDUE',
    title,
    severity: 'CRITICAL',
    about: { type: 'TASK', id: '1' },
  },
  ALERT_ACKNOWLEDGED: { rule: 'TASK_OVERDUE', title, severity: 'CRITICAL' },
  ALERT_LAPSED: {
    rule: 'TASK_OVERDUE',
    title,
    severity: 'CRITICAL',
    about: { type: 'TASK', id: '1' },
    lapses: 1,
  },
  ALERT_RESOLVED: { rule: 'TASK_OVERDUE', title, severity: 'CRITICAL' },
  INSPECTION_CHANGED: {
    title,
    kind: 'UNANNOUNCED_VISIT',
    from: 'ASSIGNED',
    to: 'IN_FIELD',
    villages: [],
    inspectorIds: [],
  },
  FINDING_ISSUED: { title, inspectionId: '1' },
  FINDING_OVERDUE: { title, inspectionId: '1', dueOn: '2016-12-31' },
  FINDING_CLOSED: { title, inspectionId: '1' },
  PROJECT_CHANGED: { title, kind: 'ROAD_NETWORK', from: 'APPROVED', to: 'UNDER_CONSTRUCTION' },
  TASK_CLOCK_CHANGED: {
    title,
    from: 'RUNNING',
    to: 'SUSPENDED',
    dueAt,
    deadlineVersion: 1,
    status: 'IN_PROGRESS',
  },
  CALENDAR_CHANGED: { year: 2018, isNew: true, days: 31 },
  EXIT_CHANGED: { target: 'VILLAGE', from: 'PLANNED', to: 'SELF_CHECK_PASSED' },
  NOTICE_POSTED: { target: 'HOUSEHOLD', cases: 12, amount: 7, unit: 'CALENDAR_DAYS' },
  OBJECTION_RAISED: { title: { zh: '公示异议' }, target: 'HOUSEHOLD' },
  OBJECTION_ANSWERED: { target: 'HOUSEHOLD', upheld: false },
  STANDARD_ADOPTED: { title: { zh: '出列标准' }, code: 'AH-VILLAGE-2016', edition: 2 },
  MEASUREMENT_CHANGED: { measure: 'CLINICS', change: 'RECORDED' },
  STANDING_CHANGED: { title: { zh: '出列标准' }, from: 'MET', to: 'NOT_MET', unmet: 3 },
  CALENDAR_AWAITED: { title: { zh: '2018年工作日历' }, year: 2018 },
  HOUSEHOLD_CHANGED: { change: 'UPDATED', from: 'NOT_LIFTED', to: 'PRE_EXIT', plannedExitYear: 2016 },
  GRANT_CHANGED: { accountId: '1', change: 'GRANTED' },
  ACCOUNT_CHANGED: { change: 'DISABLED' },
  SESSION_ENDED: { accountId: '1' },
  REGIONS_LOADED: { count: 3 },
  CLOCK_CHANGED: {},
  KEYS_CHANGED: {},
  TARGETS_CHANGED: { year: 2017, change: 'LOCKED', villages: 3, persons: 1000 },
  INTERVIEW_CHANGED: { from: 'CALLED', to: 'APPOINTED', appointedFor: dueAt },
  REFERRAL_CHANGED: { matter: 'FALSIFICATION', from: null, to: 'REFERRED' },
  ESCALATION_CHANGED: {},
  INBOX_CHANGED: {},
  LEVEL_CHANGED: { rule: 'LIFTED_DROPOUT', title, level: 1 },
};

const factOf = <K extends FactKind>(kind: K, params: FactParams[K]) =>
  ({
    kind,
    params,
    region: { code: '341225206205', name: '龙王乡合胜村' },
    subject: { type: 'TASK', id: '1' },
    severity: 'WARNING',
    audience: 'REGION',
  }) as FactOf<K> as Fact;

test.each([...FEED_EVENT_KINDS, ...HOUSE_KINDS])('%s is a whole sentence in both languages', (kind) => {
  const fact = factOf(kind, PARAMS[kind]);
  const [zh, en] = [headline(fact, 'ZH', PLACE), headline(fact, 'EN', PLACE)];
  expect(zh).toMatch(/^龙王乡合胜村.*\p{Script=Han}/u);
  expect(en).toMatch(/^龙王乡合胜村: [\w“].*[\w”)]$/u);
  for (const text of [zh, en]) expect(text).not.toMatch(/undefined|null|NaN|[A-Z]+_[A-Z]+|WARNING/);
  expect(headline(fact, 'ZH', null)).not.toContain('null');
});

test.each([
  [
    'DEADLINE_WARNING',
    {},
    '龙王乡合胜村“通硬化路”任务已逾期1天',
    'task “Hard-surfaced road” is 1 day overdue',
  ],
  [
    'DEADLINE_WARNING',
    { daysLeft: 0 },
    '龙王乡合胜村“通硬化路”任务今日到期',
    'task “Hard-surfaced road” is due today',
  ],
  [
    'DEADLINE_WARNING',
    { daysLeft: 7 },
    '龙王乡合胜村“通硬化路”任务还有7天到期',
    'task “Hard-surfaced road” is due in 7 days',
  ],
  [
    'TASK_DEADLINE_CHANGED',
    {},
    '龙王乡合胜村“通硬化路”任务期限由2016年12月8日调整为2016年12月31日',
    'deadline of task “Hard-surfaced road” moved from 8 December 2016 to 31 December 2016',
  ],
  [
    'TASK_STATUS_CHANGED',
    { from: 'BLOCKED', to: 'IN_PROGRESS' },
    '龙王乡合胜村“通硬化路”任务已恢复推进',
    'task “Hard-surfaced road” is now in progress',
  ],
  [
    'INSPECTION_CHANGED',
    {},
    '龙王乡合胜村暗访“通硬化路”已进驻',
    'unannounced visit “Hard-surfaced road”, in the field',
  ],
  [
    'PROJECT_CHANGED',
    { from: null },
    '龙王乡合胜村新增路网项目“通硬化路”（施工中）',
    'new road network project “Hard-surfaced road” (under construction)',
  ],
] as const)('%s %j', (kind, change, zh, en) => {
  const fact = factOf(kind as FactKind, { ...PARAMS[kind], ...change } as never);
  expect(headline(fact, 'ZH', PLACE)).toBe(zh);
  expect(headline(fact, 'EN', PLACE)).toBe(`龙王乡合胜村: ${en}`);
});
