import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { noticesOf } from '../inbox/documents.js';

const VILLAGE = '341225206205';
const TOWN = '341225206000';
const COUNTY = '341225000000';

// biome-ignore lint/suspicious/noExplicitAny: answers of several documents
type Loose = any;

const FIELDS = `id status version calledAt appointedFor heldAt record closedAt region { code }
  appointedBy { name } closedBy { name }
  causes(first: 100) { totalCount edges { node { topic title at region { code } subject { type id } } } }`;
const LIST = `query ($within: RegionCode!, $status: [InterviewStatus!]) {
  interviews(within: $within, status: $status, first: 5) { totalCount edges { node { ${FIELDS} } } } }`;
const ONE = `query ($id: ID!) { interview(id: $id) { ${FIELDS} } }`;
const APPOINT = `mutation ($input: AppointInterviewInput!) { appointInterview(input: $input) {
  mark interview { status version appointedFor appointedBy { name } } } }`;
const CLOSE = `mutation ($input: CloseInterviewInput!) { closeInterview(input: $input) {
  mark interview { status version heldAt record closedBy { name } } } }`;

let house: House;
let office: Client;
let town: Client;

beforeEach(async () => {
  house = await openHouse();
  [office, town] = await Promise.all([house.signIn('city.office'), house.signIn('longwang.town')]);
  await house.settled();
});
afterEach(() => house.close());

const standAt = async (instant: string) => {
  house.moveClock(instant);
  await house.settled();
};
const listed = async (client: Client, within: string, status: string[] | null = null): Promise<Loose[]> =>
  (await client.data(LIST, { within, status })).interviews.edges.map(({ node }: Loose) => node);
const ofTown = async (client = office): Promise<Loose> =>
  (await listed(client, TOWN, ['CALLED', 'APPOINTED']))[0];
const kinds = async (id: string) =>
  (await house.sql(`select params from event where subject_id = $1 order by id`, [id])).map(
    ({ params }) => `${params.from} ${params.to}`,
  );

/** Seven days after the end of the year: what was not done by then is a matter for an interview. */
const SEVENTH_DAY = '2017-01-07T00:00:00+08:00';

test('seven days too late calls the township to one interview about everything that is late there', async () => {
  // What was late before the end of the year has called for interviews of its own.
  await standAt('2017-01-06T23:59:00+08:00');
  await house.sql(
    `update interview set status = 'WAIVED', closed_at = called_at, record = '已处理' where status = 'CALLED'`,
  );
  await standAt(SEVENTH_DAY);
  const called = await listed(office, TOWN, ['CALLED']);
  expect(called).toHaveLength(1);
  const [interview] = called;
  expect(interview).toMatchObject({
    region: { code: TOWN },
    calledAt: '2017-01-06T16:00:00.000Z',
    record: null,
  });
  const late = await house.sql(
    `select subject_id from event where kind = 'DEADLINE_WARNING' and params ->> 'rung' = 'O7'
     and happened_at = '2017-01-07T00:00:00+08:00' and region_code >= '341225206' and region_code < '341225206:'`,
  );
  expect(late.length).toBeGreaterThan(1);
  const causes = interview.causes.edges.map(({ node }: Loose) => node);
  expect(causes.map(({ subject }: Loose) => subject.id).sort()).toEqual(
    expect.arrayContaining(late.map((row) => row.subject_id).sort()),
  );
  expect(new Set(causes.map(({ topic }: Loose) => topic))).toContain('O7');
  expect(await kinds(interview.id)).toEqual(['null CALLED']);
  // The township reads of itself; a village's team, and a wall, do not read interviews.
  expect((await ofTown(town)).id).toBe(interview.id);
  const village = await house.signIn('hesheng.village');
  expect(await village.refusal(ONE, { id: interview.id })).toMatchObject({ code: 'FORBIDDEN' });
  const elsewhere = await house.signIn('lucheng.town');
  expect(await elsewhere.refusal(ONE, { id: interview.id })).toMatchObject({ code: 'NOT_FOUND' });
}, 60_000);

test('it is appointed by an office above, the unit is told, and it ends with a record', async () => {
  await standAt(SEVENTH_DAY);
  const { id, version: expectedVersion } = await ofTown();
  const at = '2017-01-10T09:00:00+08:00';
  const input = { interviewId: id, expectedVersion, at };
  for (const username of ['longwang.town', 'funan.office', 'auditor'])
    expect(await (await house.signIn(username)).refusal(APPOINT, { input })).toMatchObject({
      code: 'FORBIDDEN',
    });
  expect(
    await office.refusal(APPOINT, { input: { ...input, at: '2017-01-06T09:00:00+08:00' } }),
  ).toMatchObject({
    code: 'INVALID_DATE',
    field: 'at',
  });
  expect(await office.refusal(APPOINT, { input: { ...input, expectedVersion: 77 } })).toMatchObject({
    code: 'VERSION_CONFLICT',
  });
  const { appointInterview } = await office.data(APPOINT, { input });
  expect(appointInterview.interview).toMatchObject({
    status: 'APPOINTED',
    appointedFor: '2017-01-10T01:00:00.000Z',
  });
  await standAt('2017-01-09T09:00:00+08:00');
  const told = await noticesOf(town, { topic: 'INTERVIEW' });
  expect(told).toMatchObject([{ step: 'E4', severity: 'WARNING', count: 1 }]);
  expect(told[0]?.items.edges[0]?.node.subject).toEqual({ type: 'INTERVIEW', id });

  const close = {
    interviewId: id,
    outcome: 'HELD',
    record: '约谈乡镇主要负责人，要求三日内完成道路验收',
    expectedVersion: appointInterview.interview.version,
  };
  const refused = (more: object) => office.refusal(CLOSE, { input: { ...close, ...more } });
  expect(await refused({ heldAt: '2017-01-01T09:00:00+08:00' })).toMatchObject({ code: 'INVALID_DATE' });
  expect(await refused({ heldAt: '2017-01-09T09:00:01+08:00' })).toMatchObject({ code: 'INVALID_DATE' });
  expect(await refused({ outcome: 'WAIVED', heldAt: '2017-01-09T08:00:00+08:00' })).toMatchObject({
    code: 'INVALID_DATE',
  });
  expect(await refused({ record: ' ' })).toMatchObject({ code: 'INVALID_TEXT', field: 'record' });
  const { closeInterview } = await office.data(CLOSE, {
    input: { ...close, heldAt: '2017-01-09T08:00:00+08:00' },
  });
  expect(closeInterview.interview).toMatchObject({
    status: 'HELD',
    heldAt: '2017-01-09T00:00:00.000Z',
    record: close.record,
  });
  expect(await refused({ expectedVersion: closeInterview.interview.version })).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
  });
  expect((await kinds(id)).at(-1)).toBe('APPOINTED HELD');
  expect(await ofTown()).toBeUndefined();
}, 60_000);

test('while one is open what comes becomes part of it, and makes whoever has read it read it again', async () => {
  await standAt(SEVENTH_DAY);
  const before = await ofTown();
  // Three deadlines missed in a row, of a task that was not late before.
  const [task] = await house.sql(
    `select id from task where region_code = $1 and status = 'IN_PROGRESS' order by id limit 1`,
    [VILLAGE],
  );
  await house.sql(
    `insert into event (kind, severity, audience, region_code, region_name, subject_type, subject_id, happened_at, params)
     values ('ALERT_RAISED', 'CRITICAL', 'REGION', $1, '合胜村', 'ALERT', gen_random_uuid()::text, now(),
       jsonb_build_object('rule', 'TASK_OVERDUE', 'title', jsonb_build_object('zh', '通硬化路'), 'severity', 'CRITICAL',
         'about', jsonb_build_object('type', 'TASK', 'id', $2::text), 'episode', 3))`,
    [VILLAGE, task.id],
  );
  await house.settled();
  const after = await ofTown();
  expect(after.id).toBe(before.id);
  expect(after.version).toBeGreaterThan(before.version);
  expect(after.causes.edges.map(({ node }: Loose) => `${node.topic} ${node.subject.id}`)).toContain(
    `TASK_OVERDUE ${task.id}`,
  );
  expect(await kinds(before.id)).toEqual(['null CALLED']);
}, 60_000);

test('nobody is called for what is closed, nor interviews his own unit', async () => {
  const [{ id: taskId, version }] = await house.sql(
    `select id, version from task where region_code = $1 and status = 'IN_PROGRESS'
     and due_at = '2016-12-31T23:59:59+08:00' order by id limit 1`,
    [VILLAGE],
  );
  const input = { taskId, to: 'CANCELLED', expectedVersion: version, note: '项目调整' };
  await office.data(
    'mutation ($input: ChangeTaskStatusInput!) { changeTaskStatus(input: $input) { mark } }',
    { input },
  );
  await standAt(SEVENTH_DAY);
  const causes = await house.sql('select 1 from interview_cause where subject_id = $1', [taskId]);
  expect(causes).toEqual([]);
  // The county's own supervision office, if it has one, holds those of its townships and not its own.
  await house.sql(
    `update role_grant set role = 'SUPERVISION_OFFICE', region_code = $1 where account_id =
    (select id from account where username = 'funan.office')`,
    [COUNTY],
  );
  const [interview] = await house.sql(
    `insert into interview (id, region_code, audience, status, called_at)
     values (gen_random_uuid(), $1, 'UNANNOUNCED', 'CALLED', '2017-01-06T00:00:00+08:00') returning id, version`,
    [COUNTY],
  );
  const county = await house.signIn('funan.office');
  const own = {
    interviewId: interview.id,
    expectedVersion: interview.version,
    at: '2017-01-10T09:00:00+08:00',
  };
  expect(await county.refusal(APPOINT, { input: own })).toMatchObject({ code: 'FORBIDDEN' });
  const { id, version: expectedVersion } = await ofTown(county);
  await county.data(APPOINT, {
    input: { interviewId: id, expectedVersion, at: '2017-01-10T09:00:00+08:00' },
  });
}, 60_000);

test('what a step leads to is data: without it nobody is called, and the step of referrals is nobody\u2019s to change', async () => {
  const CHANGE = `mutation ($input: ChangeEscalationInput!) { changeEscalation(input: $input) {
    escalation { version steps { code leadsTo } } } }`;
  const { escalation } = await office.data(
    '{ escalation { version steps { code roles toResponsible leadsTo } } }',
  );
  expect(escalation.steps.slice(-2)).toMatchObject([
    { code: 'E4', leadsTo: 'INTERVIEW' },
    { code: 'E5', leadsTo: 'REFERRAL', roles: ['DISCIPLINE_INSPECTOR'] },
  ]);
  const { roles, toResponsible } = escalation.steps[4];
  const change = (steps: object[], more: object = {}) => ({
    input: { steps, reason: '改为只通报', expectedVersion: escalation.version, ...more },
  });
  const e4 = { code: 'E4', roles, toResponsible };
  expect(await office.refusal(CHANGE, change([{ ...e4, leadsTo: 'REFERRAL' }]))).toMatchObject({
    code: 'INVALID_ESCALATION',
    field: 'steps.0.leadsTo',
  });
  expect(await office.refusal(CHANGE, change([{ ...e4, code: 'E5' }]))).toMatchObject({
    code: 'INVALID_ESCALATION',
    field: 'steps.0.code',
  });
  const rung = { code: 'O9', trigger: 'DAY', days: 9, severity: 'CRITICAL', step: 'E5' };
  expect(await office.refusal(CHANGE, change([], { rungs: [rung] }))).toMatchObject({
    code: 'INVALID_ESCALATION',
    field: 'rungs.0.step',
  });
  await office.data(CHANGE, change([{ ...e4, leadsTo: 'NOTICE' }]));
  const [{ before }] = await house.sql('select count(*)::int as before from interview');
  await standAt(SEVENTH_DAY);
  const [{ after }] = await house.sql('select count(*)::int as after from interview');
  expect(after).toBe(before);
}, 60_000);
