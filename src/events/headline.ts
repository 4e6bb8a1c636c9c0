import { shanghaiDay } from '../clock.js';
import type { Fact, FactKind, FactOf, Named } from './facts.js';
import {
  ALERT_RULE_WORDS,
  EXIT_STATUS_WORDS,
  EXIT_TARGET_WORDS,
  HOUSEHOLD_STATUS_WORDS,
  INSPECTION_KIND_WORDS,
  INSPECTION_STATUS_WORDS,
  INTERVIEW_STATUS_WORDS,
  type Locale,
  MEASURE_WORDS,
  PROJECT_KIND_WORDS,
  PROJECT_STAGE_WORDS,
  REFERRAL_MATTER_WORDS,
  REFERRAL_STATUS_WORDS,
  say,
  TARGET_CHANGE_WORDS,
  TASK_EXTENSION_WORDS,
  TASK_KIND_WORDS,
  TASK_SCHEDULE_WORDS,
  TASK_STATUS_WORDS,
} from './words.js';

/** What a template needs of a fact; its place is put in front by {@link headline}. */
type Templates = { readonly [K in FactKind]: (params: FactOf<K>['params']) => string };

/**
 * The sentence a screen shows for a fact: the place first, then what happened. How grave it is, is not in the text.
 * @param place how people name the region of the fact; its official name alone may be ambiguous
 */
export function headline(fact: Fact, locale: Locale, place: string | null): string {
  const template = TEMPLATES[locale][fact.kind] as (params: Fact['params']) => string;
  const sentence = template(fact.params);
  if (place === null) return sentence;
  return locale === 'ZH' ? `${place}${sentence}` : `${place}: ${sentence}`;
}

const zh = (words: Parameters<typeof say>[0], value: string) => say(words, value, 'ZH');
const en = (words: Parameters<typeof say>[0], value: string) => say(words, value, 'EN');

const zhDay = (instant: string): string => {
  const [year, month, day] = shanghaiDay(new Date(instant)).split('-').map(Number);
  return `${year}年${month}月${day}日`;
};
const enDay = (instant: string): string =>
  new Date(`${shanghaiDay(new Date(instant))}T00:00:00Z`).toLocaleDateString('en-GB', {
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });

const enName = (name: Named) => `“${name.en ?? name.zh}”`;
const enDays = (count: number) => (count === 1 ? '1 day' : `${count} days`);

/** What the move means, said as the offices say it. */
const ZH_TASK_MOVES: Readonly<Record<string, string>> = {
  NOT_STARTED: '恢复为未开始',
  IN_PROGRESS: '已启动推进',
  BLOCKED: '推进受阻',
  SELF_DECLARED_MET: '村级已自评达标',
  TOWNSHIP_CONFIRMED: '已经乡镇确认达标',
  COUNTY_CONFIRMED: '已经县级确认达标',
  PROVINCE_PASSED: '已通过省级核查验收',
  RETURNED: '被退回整改',
  REOPENED: '被重新开启',
  CANCELLED: '已取消',
};

const ZH_TASK_SCHEDULES: Readonly<Record<string, string>> = {
  CLOSED: '已办结',
  OVERDUE: '已逾期',
  DUE_SOON: '即将到期',
  BEHIND: '进度滞后',
  ON_TRACK: '恢复正常进度',
};

function zhMove(from: string, to: string): string {
  if (to === 'IN_PROGRESS' && from === 'BLOCKED') return '已恢复推进';
  if (to === 'IN_PROGRESS' && from !== 'NOT_STARTED') return '已重新推进';
  return ZH_TASK_MOVES[to] ?? `转为“${to}”`;
}

function zhWarning(daysLeft: number): string {
  if (daysLeft === 0) return '今日到期';
  return daysLeft > 0 ? `还有${daysLeft}天到期` : `已逾期${-daysLeft}天`;
}

function enWarning(daysLeft: number): string {
  if (daysLeft === 0) return 'is due today';
  return daysLeft > 0 ? `is due in ${enDays(daysLeft)}` : `is ${enDays(-daysLeft)} overdue`;
}

type AlertParams = Pick<FactOf<'ALERT_RESOLVED'>['params'], 'rule' | 'title'>;
const zhAlert = ({ rule, title }: AlertParams) => `“${title.zh}”${zh(ALERT_RULE_WORDS, rule)}`;
const enAlert = ({ rule, title }: AlertParams) => `${en(ALERT_RULE_WORDS, rule)}, ${enName(title)}`;

function zhHousehold({ change, from, to }: FactOf<'HOUSEHOLD_CHANGED'>['params']): string {
  const status = zh(HOUSEHOLD_STATUS_WORDS, to);
  if (change === 'REGISTERED') return `新增1户建档立卡户（${status}）`;
  if (change === 'INCOME_RECORDED') return '1户建档立卡户登记了年度收入';
  if (from === null || from === to) return '1户建档立卡户更新了信息';
  return `1户建档立卡户由“${zh(HOUSEHOLD_STATUS_WORDS, from)}”转为“${status}”`;
}

function enHousehold({ change, from, to }: FactOf<'HOUSEHOLD_CHANGED'>['params']): string {
  const status = en(HOUSEHOLD_STATUS_WORDS, to);
  if (change === 'REGISTERED') return `one household registered (${status})`;
  if (change === 'INCOME_RECORDED') return 'the income of one registered household recorded';
  if (from === null || from === to) return 'one registered household updated';
  return `one registered household moved from “${en(HOUSEHOLD_STATUS_WORDS, from)}” to “${status}”`;
}

const ZH: Templates = {
  TASK_CREATED: ({ kind, title, dueAt }) =>
    `新增${zh(TASK_KIND_WORDS, kind)}“${title.zh}”，${zhDay(dueAt)}到期`,
  TASK_STATUS_CHANGED: ({ title, from, to }) => `“${title.zh}”任务${zhMove(from, to)}`,
  TASK_SCHEDULE_CHANGED: ({ title, to }) => `“${title.zh}”任务${ZH_TASK_SCHEDULES[to] ?? to}`,
  TASK_DEADLINE_CHANGED: ({ title, from, to }) => `“${title.zh}”任务期限由${zhDay(from)}调整为${zhDay(to)}`,
  TASK_CLOCK_CHANGED: ({ title, to, dueAt }) =>
    to === 'SUSPENDED' ? `“${title.zh}”任务计时中止` : `“${title.zh}”任务恢复计时，${zhDay(dueAt)}到期`,
  TASK_ASSIGNED: ({ title, responsibleId }) =>
    `“${title.zh}”任务${responsibleId === null ? '暂无责任人' : '已明确责任人'}`,
  TASK_ASSISTING_CHANGED: ({ title, assistingIds }) =>
    `“${title.zh}”任务${assistingIds.length === 0 ? '已无协办单位' : `协办单位调整为${assistingIds.length}个`}`,
  RECEIPT_MISSED: ({ title }) => `“${title.zh}”任务未按时签收`,
  TASK_RECEIVED: ({ title, late }) => `“${title.zh}”任务已${late ? '逾期' : ''}签收`,
  TASK_PROGRESSED: ({ title, from, percent }) =>
    `“${title.zh}”任务进度${from !== null && percent < from ? '回落至' : '达到'}${percent}%`,
  TASK_BROKEN_DOWN: ({ title, parts }) => `“${title.zh}”任务已分解为${parts}项子任务`,
  TASK_EXTENSION_CHANGED: ({ title, to, dueAt }) =>
    `“${title.zh}”任务延期至${zhDay(dueAt)}${zh(TASK_EXTENSION_WORDS, to)}`,
  DEADLINE_WARNING: ({ title, daysLeft }) => `“${title.zh}”任务${zhWarning(daysLeft)}`,
  ALERT_RAISED: (alert) => `出现预警：${zhAlert(alert)}`,
  ALERT_ACKNOWLEDGED: (alert) => `预警已${alert.dismissed ? '核销' : '签收'}：${zhAlert(alert)}`,
  ALERT_LAPSED: (alert) => `预警签收后逾时未解除，重新开启：${zhAlert(alert)}`,
  ALERT_RESOLVED: (alert) => `预警已解除：${zhAlert(alert)}`,
  INSPECTION_CHANGED: ({ kind, title, from, to }) =>
    `${zh(INSPECTION_KIND_WORDS, kind)}“${title.zh}”${from === to ? '安排有调整' : zh(INSPECTION_STATUS_WORDS, to)}`,
  FINDING_ISSUED: ({ title }) => `新增待整改问题“${title.zh}”`,
  FINDING_OVERDUE: ({ title, dueOn }) => `问题“${title.zh}”未在${zhDay(`${dueOn}T00:00:00+08:00`)}前完成整改`,
  FINDING_CLOSED: ({ title }) => `问题“${title.zh}”已整改销号`,
  PROJECT_CHANGED: ({ kind, title, from, to }) => {
    const stage = zh(PROJECT_STAGE_WORDS, to);
    const project = `${zh(PROJECT_KIND_WORDS, kind)}“${title.zh}”`;
    if (from === null) return `新增${project}（${stage}）`;
    if (from === to) return `${project}更新了进展（${stage}）`;
    return `${project}由“${zh(PROJECT_STAGE_WORDS, from)}”转为“${stage}”`;
  },
  HOUSEHOLD_CHANGED: zhHousehold,
  CALENDAR_CHANGED: ({ year, isNew }) => (isNew ? `已发布${year}年工作日历` : `${year}年工作日历有调整`),
  CALENDAR_AWAITED: ({ year }) => `${year}年工作日历尚未发布`,
  STANDARD_ADOPTED: ({ title, edition }) => `《${title.zh}》第${edition}版已启用`,
  MEASUREMENT_CHANGED: ({ measure, change }) =>
    `“${zh(MEASURE_WORDS, measure)}”数据${change === 'CONFIRMED' ? '已确认' : '已登记'}`,
  STANDING_CHANGED: ({ title, from, to, unmet }) => {
    if (to === 'MET') return `已达到《${title.zh}》全部要求`;
    return from === 'MET'
      ? `不再达到《${title.zh}》，${unmet}项不达标`
      : `对照《${title.zh}》有${unmet}项不达标`;
  },
  EXIT_CHANGED: ({ target, from, to }) =>
    from === to
      ? `${zh(EXIT_TARGET_WORDS, target)}的评估数据已登记`
      : `${zh(EXIT_TARGET_WORDS, target)}：${zh(EXIT_STATUS_WORDS, to)}`,
  NOTICE_POSTED: ({ target, cases, amount, unit }) =>
    `${zh(EXIT_TARGET_WORDS, target)}名单（${cases}）开始公示，为期${amount}${unit === 'WORKING_DAYS' ? '个工作日' : '天'}`,
  OBJECTION_RAISED: ({ target }) => `${zh(EXIT_TARGET_WORDS, target)}公示收到异议，公示计时中止`,
  OBJECTION_ANSWERED: ({ target, upheld }) =>
    `${zh(EXIT_TARGET_WORDS, target)}公示异议已答复（${upheld ? '成立' : '不成立'}）`,
  TARGETS_CHANGED: ({ year, change, villages, persons }) =>
    `${year}年${zh(TARGET_CHANGE_WORDS, change)}：${villages}个村、${persons}人`,
  INTERVIEW_CHANGED: ({ to, appointedFor }) =>
    to === 'APPOINTED' && appointedFor ? `定于${zhDay(appointedFor)}约谈` : zh(INTERVIEW_STATUS_WORDS, to),
  REFERRAL_CHANGED: ({ matter, to }) =>
    `“${zh(REFERRAL_MATTER_WORDS, matter)}”问题线索${zh(REFERRAL_STATUS_WORDS, to)}`,
  ACCOUNT_CHANGED: () => '一个账号有变动',
  GRANT_CHANGED: ({ change }) => (change === 'GRANTED' ? '新增一项授权' : '收回一项授权'),
  SESSION_ENDED: () => '一个登录会话已结束',
  REGIONS_LOADED: ({ count }) => `已载入${count}个行政区划`,
  CLOCK_CHANGED: () => '战役时钟已调整',
  KEYS_CHANGED: () => '数据密钥已更换',
  ESCALATION_CHANGED: () => '提醒升级规则已调整',
  INBOX_CHANGED: () => '收件箱有变化',
  LEVEL_CHANGED: ({ rule }) => `每日核对结果有变化：${zh(ALERT_RULE_WORDS, rule)}`,
};

const EN: Templates = {
  TASK_CREATED: ({ kind, title, dueAt }) =>
    `new ${en(TASK_KIND_WORDS, kind)} ${enName(title)}, due ${enDay(dueAt)}`,
  TASK_STATUS_CHANGED: ({ title, to }) => `task ${enName(title)} is now ${en(TASK_STATUS_WORDS, to)}`,
  TASK_SCHEDULE_CHANGED: ({ title, to }) => `task ${enName(title)} is now ${en(TASK_SCHEDULE_WORDS, to)}`,
  TASK_DEADLINE_CHANGED: ({ title, from, to }) =>
    `deadline of task ${enName(title)} moved from ${enDay(from)} to ${enDay(to)}`,
  TASK_CLOCK_CHANGED: ({ title, to, dueAt }) =>
    to === 'SUSPENDED'
      ? `the clock of task ${enName(title)} is suspended`
      : `the clock of task ${enName(title)} runs again, due ${enDay(dueAt)}`,
  TASK_ASSIGNED: ({ title, responsibleId }) =>
    `task ${enName(title)} ${responsibleId === null ? 'has nobody responsible' : 'has a person responsible'}`,
  TASK_ASSISTING_CHANGED: ({ title, assistingIds: { length } }) =>
    `task ${enName(title)} now has ${length} assisting ${length === 1 ? 'unit' : 'units'}`,
  RECEIPT_MISSED: ({ title }) => `task ${enName(title)} was not signed for in time`,
  TASK_RECEIVED: ({ title, late }) => `task ${enName(title)} was signed for${late ? ' late' : ''}`,
  TASK_PROGRESSED: ({ title, from, percent }) =>
    `task ${enName(title)} ${from !== null && percent < from ? 'fell back to' : 'has reached'} ${percent} per cent`,
  TASK_BROKEN_DOWN: ({ title, parts }) =>
    `task ${enName(title)} was broken down into ${parts} ${parts === 1 ? 'part' : 'parts'}`,
  TASK_EXTENSION_CHANGED: ({ title, to, dueAt }) =>
    `extension of task ${enName(title)} to ${enDay(dueAt)} ${en(TASK_EXTENSION_WORDS, to)}`,
  DEADLINE_WARNING: ({ title, daysLeft }) => `task ${enName(title)} ${enWarning(daysLeft)}`,
  ALERT_RAISED: (alert) => `alert raised: ${enAlert(alert)}`,
  ALERT_ACKNOWLEDGED: (alert) => `alert ${alert.dismissed ? 'dismissed' : 'acknowledged'}: ${enAlert(alert)}`,
  ALERT_LAPSED: (alert) => `alert acknowledged but not ended in time, open again: ${enAlert(alert)}`,
  ALERT_RESOLVED: (alert) => `alert resolved: ${enAlert(alert)}`,
  INSPECTION_CHANGED: ({ kind, title, from, to }) =>
    `${en(INSPECTION_KIND_WORDS, kind)} ${enName(title)}, ${from === to ? 'rearranged' : en(INSPECTION_STATUS_WORDS, to)}`,
  FINDING_ISSUED: ({ title }) => `new finding to rectify, ${enName(title)}`,
  FINDING_OVERDUE: ({ title, dueOn }) =>
    `finding ${enName(title)} was not put right by ${enDay(`${dueOn}T00:00:00+08:00`)}`,
  FINDING_CLOSED: ({ title }) => `finding ${enName(title)} rectified and closed out`,
  PROJECT_CHANGED: ({ kind, title, from, to }) => {
    const stage = en(PROJECT_STAGE_WORDS, to);
    const project = `${en(PROJECT_KIND_WORDS, kind)} ${enName(title)}`;
    if (from === null) return `new ${project} (${stage})`;
    if (from === to) return `${project} updated (${stage})`;
    return `${project} moved from “${en(PROJECT_STAGE_WORDS, from)}” to “${stage}”`;
  },
  HOUSEHOLD_CHANGED: enHousehold,
  CALENDAR_CHANGED: ({ year, isNew }) =>
    isNew ? `working calendar of ${year} published` : `working calendar of ${year} changed`,
  CALENDAR_AWAITED: ({ year }) => `the working calendar of ${year} is not published yet`,
  STANDARD_ADOPTED: ({ title, edition }) => `edition ${edition} of ${enName(title)} is in force`,
  MEASUREMENT_CHANGED: ({ measure, change }) => `${en(MEASURE_WORDS, measure)} ${change.toLowerCase()}`,
  STANDING_CHANGED: ({ title, from, to, unmet }) => {
    if (to === 'MET') return `passes ${enName(title)}`;
    return `${from === 'MET' ? 'no longer passes' : 'does not pass'} ${enName(title)}: ${unmet} unmet`;
  },
  EXIT_CHANGED: ({ target, from, to }) =>
    from === to
      ? `the evaluation for the ${en(EXIT_TARGET_WORDS, target)} was recorded`
      : `${en(EXIT_TARGET_WORDS, target)}: ${en(EXIT_STATUS_WORDS, to)}`,
  NOTICE_POSTED: ({ target, cases, amount, unit }) =>
    `public notice of ${en(EXIT_TARGET_WORDS, target)} (${cases}) for ${amount} ${unit === 'WORKING_DAYS' ? 'working days' : 'days'}`,
  OBJECTION_RAISED: ({ target }) =>
    `objection to a public notice of ${en(EXIT_TARGET_WORDS, target)}, its time stands still`,
  OBJECTION_ANSWERED: ({ target, upheld }) =>
    `objection to a public notice of ${en(EXIT_TARGET_WORDS, target)} ${upheld ? 'upheld' : 'not upheld'}`,
  TARGETS_CHANGED: ({ year, change, villages, persons }) =>
    `${year}: ${en(TARGET_CHANGE_WORDS, change)} (${villages} villages, ${persons} persons)`,
  INTERVIEW_CHANGED: ({ to, appointedFor }) =>
    to === 'APPOINTED' && appointedFor
      ? `interview on ${enDay(appointedFor)}`
      : `interview ${en(INTERVIEW_STATUS_WORDS, to)}`,
  REFERRAL_CHANGED: ({ matter, to }) =>
    `${en(REFERRAL_MATTER_WORDS, matter)} ${en(REFERRAL_STATUS_WORDS, to)}`,
  ACCOUNT_CHANGED: () => 'an account was changed',
  GRANT_CHANGED: ({ change }) => (change === 'GRANTED' ? 'a grant was given' : 'a grant was revoked'),
  SESSION_ENDED: () => 'a session has ended',
  REGIONS_LOADED: ({ count }) => `${count} regions loaded`,
  CLOCK_CHANGED: () => 'the campaign clock was changed',
  KEYS_CHANGED: () => 'the data keys were changed',
  ESCALATION_CHANGED: () => 'who is told of what was changed',
  INBOX_CHANGED: () => 'an inbox has changed',
  LEVEL_CHANGED: ({ rule }) => `the daily look found another number: ${en(ALERT_RULE_WORDS, rule)}`,
};

const TEMPLATES: Readonly<Record<Locale, Templates>> = { ZH, EN };
