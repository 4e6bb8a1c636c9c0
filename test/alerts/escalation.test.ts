import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { quietTask, stated } from '../deadlines/stated.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { change } from '../tasks/documents.js';

const CITY = '341200000000';
const VILLAGE = '341225206205';

const ESCALATION = `query { escalation { version reason steps { code name roles toResponsible }
  rungs { code trigger days severity step } quietHours { severity waits } } }`;
const CHANGE = `mutation ($input: ChangeEscalationInput!) {
  changeEscalation(input: $input) { mark escalation { version rungs { code days } quietHours { severity waits } } } }`;
const RULES = `query { alertRules { rule severity step againStep isActive enterAt leaveAt holdMinutes lapseHours
  rollUpEnter rollUpLeave version } }`;
const CHANGE_RULE = `mutation ($input: ChangeAlertRuleInput!) {
  changeAlertRule(input: $input) { mark rule { rule version holdMinutes isActive rollUpEnter } } }`;
const ALERT = `query ($id: ID!) { alert(id: $id) { id rule status version episode relapses members dismissed lapses lapsesAt
  resolvesAt resolvedAt acknowledgedAt headline subject { type id } region { code }
  parts(first: 100) { totalCount edges { node { id region { code } } } } } }`;

let house: House;
let office: Client;

beforeEach(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterEach(() => house.close());

const standAt = async (instant: string) => {
  house.moveClock(instant);
  await house.settled();
};

// biome-ignore lint/suspicious/noExplicitAny: fields of several documents
type Loose = any;

const escalation = async (): Promise<Loose> => (await office.data(ESCALATION)).escalation;
const ruleOf = async (rule: string): Promise<Loose> =>
  (await office.data(RULES)).alertRules.find((each: Loose) => each.rule === rule);

async function changeRule(rule: string, more: object, client = office) {
  const { version, ...settings } = await ruleOf(rule);
  const input = { ...settings, ...more, expectedVersion: version, reason: '试行一季度后调整' };
  return client.ask(CHANGE_RULE, { input });
}

/** The newest alert of a rule about a subject. */
async function alertOf(rule: string, subjectId: string): Promise<Loose> {
  const [row] = await house.sql(
    'select id from alert where rule = $1 and subject_id = $2 order by episode desc limit 1',
    [rule, subjectId],
  );
  return row ? (await office.data(ALERT, { id: row.id })).alert : null;
}

const acknowledge = async (alert: Loose) =>
  (
    await office.data(operation('acknowledge-alert'), {
      input: { alertId: alert.id, expectedVersion: alert.version },
    })
  ).acknowledgeAlert;

/** A task of the village that was sent back, with its alert. */
async function returned() {
  const [task] = await house.sql(
    `select id, version from task where region_code = $1 and status = 'SELF_DECLARED_MET' order by id limit 1`,
    [VILLAGE],
  );
  const town = await house.signIn('longwang.town');
  await change(house, town, 'changeTaskStatus', { taskId: task.id, to: 'RETURNED', note: '材料不全' });
  await house.settled();
  return task.id as string;
}

test('what is taken up and not brought to an end lapses in working time, and somebody further up is told', async () => {
  const taskId = await returned();
  const alert = await alertOf('TASK_RETURNED', taskId);
  await acknowledge(alert);
  // 24 working hours from Thursday 09:00, seven a day, over the weekend: until Tuesday noon.
  const taken = await alertOf('TASK_RETURNED', taskId);
  expect(taken).toMatchObject({ status: 'ACKNOWLEDGED', lapsesAt: '2016-12-13T04:00:00.000Z', lapses: 0 });
  await standAt('2016-12-13T11:59:59+08:00');
  expect(await alertOf('TASK_RETURNED', taskId)).toMatchObject({ status: 'ACKNOWLEDGED' });
  await standAt('2016-12-13T12:00:00+08:00');
  const open = await alertOf('TASK_RETURNED', taskId);
  expect(open).toMatchObject({
    status: 'OPEN',
    lapses: 1,
    lapsesAt: null,
    acknowledgedAt: null,
    version: taken.version + 1,
  });
  expect(await stated(house, alert.id, 'ALERT_RAISED', 'ALERT_ACKNOWLEDGED', 'ALERT_LAPSED')).toMatchObject([
    { kind: 'ALERT_RAISED' },
    { kind: 'ALERT_ACKNOWLEDGED' },
    { kind: 'ALERT_LAPSED', at: new Date('2016-12-13T04:00:00Z') },
  ]);
  const [{ told }] = await house.sql(
    `select count(*)::int as told from inbox_notice join account on account.id = account_id
     where username = 'city.office' and topic = 'TASK_RETURNED'`,
  );
  expect(told).toBe(1);
  // Once: another look finds nothing.
  await standAt('2016-12-14T09:00:00+08:00');
  expect(await alertOf('TASK_RETURNED', taskId)).toMatchObject({ lapses: 1 });
});

test('an acknowledgement whose cause has ended lapses no more', async () => {
  const taskId = await returned();
  await acknowledge(await alertOf('TASK_RETURNED', taskId));
  await change(house, office, 'changeTaskStatus', { taskId, to: 'CANCELLED' });
  await house.settled();
  await standAt('2017-02-01T09:00:00+08:00');
  expect(await alertOf('TASK_RETURNED', taskId)).toMatchObject({ status: 'RESOLVED', lapses: 0 });
});

test('where the year has no calendar an acknowledgement lapses by the clock, never later than it might', async () => {
  await house.sql(`delete from calendar where year = 2016`);
  const taskId = await returned();
  await acknowledge(await alertOf('TASK_RETURNED', taskId));
  expect(await alertOf('TASK_RETURNED', taskId)).toMatchObject({ lapsesAt: '2016-12-09T01:00:00.000Z' });
});

test('what asks for nothing is dismissed with a reason, and the rule is judged by it', async () => {
  const DISMISS = `mutation ($input: DismissAlertInput!) {
    dismissAlert(input: $input) { mark alert { id status dismissed acknowledgeNote version } } }`;
  const quality = async () =>
    (
      await office.data(
        `query { alertQuality(within: "${CITY}", from: "2016-01-01T00:00:00+08:00", to: "2018-01-01T00:00:00+08:00") {
          rule raised acted dismissed late silent waiting } }`,
      )
    ).alertQuality as Record<string, number | string>[];
  const of = (all: Record<string, number | string>[], rule: string) =>
    all.find((each) => each.rule === rule) as Loose;
  const taskId = await returned();
  const before = of(await quality(), 'TASK_RETURNED');
  const alert = await alertOf('TASK_RETURNED', taskId);
  const input = { alertId: alert.id, expectedVersion: alert.version };
  expect(await office.refusal(DISMISS, { input: { ...input, reason: ' ' } })).toMatchObject({
    code: 'INVALID_TEXT',
  });
  const { dismissAlert } = await office.data(DISMISS, { input: { ...input, reason: '重复登记' } });
  expect(dismissAlert.alert).toMatchObject({
    status: 'ACKNOWLEDGED',
    dismissed: true,
    acknowledgeNote: '重复登记',
  });
  await standAt('2017-02-01T09:00:00+08:00');
  expect(await alertOf('TASK_RETURNED', taskId)).toMatchObject({ status: 'ACKNOWLEDGED', lapses: 0 });
  const after = of(await quality(), 'TASK_RETURNED');
  expect(after.dismissed).toBe(before.dismissed + 1);
  for (const each of await quality()) {
    const { raised, acted, dismissed, late, silent, waiting } = each as Loose;
    expect(acted + dismissed + late + silent + waiting).toBe(raised);
  }
  const nobody = await office.refusal(
    `query { alertQuality(within: "${CITY}", from: "2018-01-01T00:00:00+08:00", to: "2016-01-01T00:00:00+08:00") { rule } }`,
  );
  expect(nobody).toMatchObject({ code: 'INVALID_DATE' });
});

test('many parts of a region with one rule are one alert of the region, as many as there are, up to the city', async () => {
  await changeRule('TASK_OVERDUE', { rollUpEnter: 2, rollUpLeave: 2 });
  await standAt('2017-01-02T09:00:00+08:00');
  const COUNTS = `
    select above.region_code as code, above.members, (select count(distinct part.region_code)::int from alert as part
        join region on region.code = part.region_code
      where part.rule = above.rule and part.status <> 'RESOLVED' and region.parent_code = above.region_code) as really
    from alert as above where subject_type = 'REGION' and status <> 'RESOLVED' and rule = 'TASK_OVERDUE'`;
  const above = await house.sql(COUNTS);
  expect(above.length).toBeGreaterThan(10);
  for (const { members, really } of above) {
    expect(members).toBe(really);
    expect(members).toBeGreaterThanOrEqual(2);
  }
  // Every region with two parts or more has one.
  const [{ without }] = await house.sql(`
    select count(*)::int as without from (
      select region.parent_code, count(distinct alert.region_code) as parts from alert
        join region on region.code = alert.region_code
      where rule = 'TASK_OVERDUE' and status <> 'RESOLVED' group by 1) as counted
    where parts >= 2 and not exists (select from alert where rule = 'TASK_OVERDUE' and subject_type = 'REGION'
      and status <> 'RESOLVED' and region_code = counted.parent_code)`);
  expect(without).toBe(0);
  const [city] = await house.sql(
    `select id, members from alert where subject_type = 'REGION' and region_code = $1 and rule = 'TASK_OVERDUE'`,
    [CITY],
  );
  const { alert } = await office.data(ALERT, { id: city.id });
  expect(alert.parts.totalCount).toBe(city.members);
  expect(alert).toMatchObject({ members: city.members, subject: { type: 'REGION' }, region: { code: CITY } });
  expect(alert.headline).toContain(`${city.members}处`);
}, 60_000);

test('the alert of a region ends when fewer parts than the lower number are left', async () => {
  await standAt('2017-01-02T09:00:00+08:00');
  const [above] = await house.sql(
    `select alert.id, region_code as code, members from alert join region on region.code = region_code
     where subject_type = 'REGION' and level = 'TOWNSHIP' and rule = 'TASK_OVERDUE' order by members, code limit 1`,
  );
  const late = await house.sql(
    `select task.id, task.region_code as code from task join region on region.code = task.region_code
     where region.parent_code = $1 and status not in ('COUNTY_CONFIRMED', 'PROVINCE_PASSED', 'CANCELLED')
       and due_at < '2017-01-02T09:00:00+08:00' order by 2, 1`,
    [above.code],
  );
  const villages = [...new Set(late.map(({ code }) => code))];
  expect(villages).toHaveLength(above.members);
  const close = async (village: string) => {
    for (const { id } of late.filter(({ code }) => code === village))
      await change(house, office, 'changeTaskStatus', { taskId: id, to: 'CANCELLED' });
    await house.settled();
  };
  const now = async () => (await office.data(ALERT, { id: above.id })).alert;
  const [first, second, ...others] = villages as [string, string, ...string[]];
  for (const village of others) await close(village);
  // Two are left: below the three at which it began, and not below the two at which it ends.
  expect(others.length).toBeGreaterThan(0);
  expect(await now()).toMatchObject({ status: 'OPEN', members: 2 });
  await close(first);
  const over = await now();
  expect(over.status).toBe('RESOLVED');
  expect(new Set(over.parts.edges.map(({ node }: Loose) => node.region.code))).toEqual(new Set([second]));
  await close(second);
  expect(await now()).toMatchObject({ status: 'RESOLVED', parts: { totalCount: 0 } });
}, 60_000);

test('new numbers of a rule hold for what is open already: it is rolled up anew, and no more when that is off', async () => {
  await changeRule('TASK_OVERDUE', { rollUpEnter: null, rollUpLeave: null });
  await house.settled();
  await standAt('2017-01-02T09:00:00+08:00');
  const above = async () =>
    (
      await house.sql(
        `select count(*)::int as n from alert where subject_type = 'REGION' and rule = 'TASK_OVERDUE' and status <> 'RESOLVED'`,
      )
    )[0].n;
  expect(await above()).toBe(0);
  await changeRule('TASK_OVERDUE', { rollUpEnter: 2, rollUpLeave: 2 });
  await house.settled();
  const two = await above();
  expect(two).toBeGreaterThan(10);
  const [{ city }] = await house.sql(
    `select count(*)::int as city from alert where region_code = $1 and rule = 'TASK_OVERDUE' and status <> 'RESOLVED'`,
    [CITY],
  );
  expect(city).toBe(1);
  await changeRule('TASK_OVERDUE', { rollUpEnter: 4, rollUpLeave: 4 });
  await house.settled();
  expect(await above()).toBeLessThan(two);
  await changeRule('TASK_OVERDUE', { rollUpEnter: null, rollUpLeave: null });
  await house.settled();
  expect(await above()).toBe(0);
}, 60_000);

test('a rule with a least time holds its alert open, and what begins again in it is the same episode', async () => {
  expect((await changeRule('TASK_OVERDUE', { holdMinutes: 120 })).data.changeAlertRule.rule).toMatchObject({
    holdMinutes: 120,
  });
  const task = await quietTask(house);
  await standAt('2017-01-02T09:00:00+08:00');
  const moveTo = (dueAt: string) =>
    change(house, office, 'changeTaskDeadline', { taskId: task.id, dueAt, reason: '雨季' });
  await moveTo('2017-01-02T09:30:00+08:00');
  await house.settled();
  expect(await alertOf('TASK_OVERDUE', task.id)).toMatchObject({
    status: 'OPEN',
    resolvesAt: '2017-01-02T03:00:00.000Z',
  });
  await standAt('2017-01-02T09:31:00+08:00');
  expect(await alertOf('TASK_OVERDUE', task.id)).toMatchObject({ episode: 1, relapses: 1, resolvesAt: null });
  await moveTo('2017-01-05T09:30:00+08:00');
  await house.settled();
  await standAt('2017-01-02T11:00:00+08:00');
  expect(await alertOf('TASK_OVERDUE', task.id)).toMatchObject({
    status: 'RESOLVED',
    resolvedAt: '2017-01-02T03:00:00.000Z',
  });
  const told = await stated(
    house,
    (await alertOf('TASK_OVERDUE', task.id)).id,
    'ALERT_RAISED',
    'ALERT_RESOLVED',
  );
  expect(told.map(({ kind }) => kind)).toEqual(['ALERT_RAISED', 'ALERT_RESOLVED']);
  await standAt('2017-01-05T10:00:00+08:00');
  expect(await alertOf('TASK_OVERDUE', task.id)).toMatchObject({ status: 'OPEN', episode: 2 });
});

test('a rule that is off raises nothing, and impossible numbers are refused with their field', async () => {
  await changeRule('TASK_RETURNED', { isActive: false });
  expect(await alertOf('TASK_RETURNED', await returned())).toBeNull();
  const refused = async (more: object) =>
    (await changeRule('TASK_RETURNED', more)).errors?.[0]?.extensions as Loose;
  expect(await refused({ leaveAt: 2 })).toMatchObject({ code: 'INVALID_ESCALATION', field: 'leaveAt' });
  expect(await refused({ lapseHours: 0 })).toMatchObject({ code: 'INVALID_ESCALATION', field: 'lapseHours' });
  expect(await refused({ step: 'E9' })).toMatchObject({ code: 'INVALID_ESCALATION', field: 'step' });
  expect(await refused({ rollUpEnter: null })).toMatchObject({ field: 'rollUpLeave' });
  expect(await refused({ rollUpEnter: 2, rollUpLeave: 3 })).toMatchObject({ field: 'rollUpEnter' });
  const county = await house.signIn('funan.office');
  const code = (await changeRule('TASK_RETURNED', {}, county)).errors?.[0]?.extensions.code;
  expect(code).toBe('FORBIDDEN');
});

test('a new rung warns from now on, also deadlines that were armed for later ones', async () => {
  const task = await quietTask(house);
  const { version, rungs } = await escalation();
  const rungsNow = rungs.map(({ code, trigger, days, severity, step }: Loose) => ({
    code,
    trigger,
    days,
    severity,
    step,
  }));
  const D20 = { code: 'D20', trigger: 'DAY', days: -20, severity: 'NOTICE', step: 'E0' };
  const D24 = { code: 'D24', trigger: 'DAY', days: -24, severity: 'NOTICE', step: 'E0' };
  const input = { rungs: [...rungsNow, D20, D24], expectedVersion: version, reason: '提前提醒' };
  const { changeEscalation } = await office.data(CHANGE, { input });
  expect(changeEscalation.escalation.version).toBe(version + 1);
  expect(changeEscalation.escalation.rungs.map(({ code }: Loose) => code)).toEqual([
    ...['BEHIND', 'D30', 'D24', 'D20', 'D15', 'D7', 'D3', 'D1', 'DUE', 'O1', 'O3', 'O7'],
  ]);
  await house.settled();
  await standAt('2016-12-11T09:00:00+08:00');
  expect((await stated(house, task.id, 'DEADLINE_WARNING')).map(({ params }) => params.rung)).toEqual([
    'D20',
  ]);
  const again = await office.refusal(CHANGE, { input });
  expect(again).toMatchObject({ code: 'VERSION_CONFLICT' });
});

test('impossible rungs, and critical notices that wait, are refused with their place', async () => {
  const { version } = await escalation();
  const refused = (more: object) =>
    office.refusal(CHANGE, { input: { expectedVersion: version, reason: '调整', ...more } });
  const rung = { code: 'D5', trigger: 'DAY', days: -5, severity: 'NOTICE', step: 'E0' };
  expect(await refused({ rungs: [] })).toMatchObject({ code: 'INVALID_ESCALATION', field: 'rungs' });
  expect(await refused({ rungs: [{ ...rung, code: 'd-5' }] })).toMatchObject({ field: 'rungs.0.code' });
  expect(await refused({ rungs: [{ ...rung, days: 0 }] })).toMatchObject({ field: 'rungs.0.days' });
  expect(await refused({ rungs: [{ ...rung, trigger: 'DUE' }] })).toMatchObject({ field: 'rungs.0.days' });
  expect(await refused({ rungs: [{ ...rung, step: 'E9' }] })).toMatchObject({ field: 'rungs.0.step' });
  expect(await refused({ rungs: [rung, { ...rung, code: 'D05' }] })).toMatchObject({ field: 'rungs.1.code' });
  expect(await refused({ steps: [{ code: 'E9', roles: [], toResponsible: true }] })).toMatchObject({
    field: 'steps.0.code',
  });
  expect(await refused({ quietHours: [{ severity: 'CRITICAL', waits: 'AT_NIGHT' }] })).toMatchObject({
    field: 'quietHours.0.waits',
  });
  expect((await escalation()).version).toBe(version);
});

test('a finding that was not put right by its last day is a critical alert, once, until it is closed', async () => {
  const [finding] = await house.sql(
    `select finding.id, due_on::text as due from finding where status = 'OPEN' and due_on > '2016-12-08' order by due_on, id limit 1`,
  );
  await standAt(`${finding.due}T23:59:59+08:00`);
  expect(await alertOf('RECTIFICATION_OVERDUE', finding.id)).toBeNull();
  const next = new Date(`${finding.due}T23:59:59+08:00`).getTime() + 1000;
  await standAt(new Date(next).toISOString());
  const alert = await alertOf('RECTIFICATION_OVERDUE', finding.id);
  expect(alert).toMatchObject({ status: 'OPEN', episode: 1 });
  await standAt(new Date(next + 5 * 86_400_000).toISOString());
  const [{ told }] = await house.sql(
    `select count(*)::int as told from event where kind = 'FINDING_OVERDUE' and subject_id = $1`,
    [finding.id],
  );
  expect(told).toBe(1);
});
