import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import {
  ABSENT,
  accountId,
  CHANGE,
  CLOSE,
  create,
  FINDING_BY_ID,
  findingOf,
  HESHENG,
  INSPECTION_BY_ID,
  type Inspection,
  ISSUE,
  LIULOU,
  moveOf,
  walk,
} from './documents.js';

let house: House;
let office: Client;
let one: Client;
let inspector: string;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  one = await house.signIn('inspector.one');
  inspector = await accountId(house, 'inspector.one');
});
afterAll(() => house.close());

const inField = async (more: object = {}): Promise<Inspection> =>
  walk(office, await create(office, { inspectorIds: [inspector], ...more }), 'ASSIGNED', 'IN_FIELD');

const issue = async (client: Client, inspection: Inspection, more: object = {}) =>
  (await client.data(ISSUE, findingOf(inspection, more))).issueFinding;

const closeOf = (finding: { id: string; version: number }, more: object = {}) => ({
  input: { findingId: finding.id, note: '现场复核，整改到位', expectedVersion: finding.version, ...more },
});

test('a team reports what it found on the version it read once; the office closes it all and the inspection', async () => {
  const inspection = await inField();
  const first = await issue(one, inspection, { dueOn: '2016-12-20', titleEn: 'Damaged road' });
  expect(first.finding).toMatchObject({
    title: '通村道路局部破损',
    severity: 'WARNING',
    status: 'OPEN',
    dueOn: '2016-12-20',
    version: 1,
    issuedBy: { name: '市督查一组' },
    closedBy: null,
    region: { code: HESHENG },
    inspection: { id: inspection.id },
  });
  const second = await issue(one, inspection, { severity: 'CRITICAL' });
  const issued = await walk(office, inspection, 'SUBMITTED', 'REVIEWED', 'FINDINGS_ISSUED');
  for (const { finding } of [first, second]) {
    const { closeFinding } = await office.data(CLOSE, closeOf(finding));
    expect(closeFinding.finding).toMatchObject({
      status: 'CLOSED',
      version: 2,
      closingNote: '现场复核，整改到位',
      closedBy: { name: '阜阳市脱贫攻坚督查办公室' },
    });
  }
  expect(await walk(office, issued, 'CLOSED')).toMatchObject({ status: 'CLOSED' });
  const { inspection: read } = await office.data(INSPECTION_BY_ID, { id: inspection.id });
  expect(read.findings.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(
    [first, second].map(({ finding }) => finding.id),
  );
});

test('the village hears of it as grave as it is, and of its end, under the marks of the answers', async () => {
  const inspection = await inField();
  const village = await house.signIn('hesheng.village');
  const feed = await village.subscribe(operation('supervision-feed'), {
    within: HESHENG,
    kinds: ['FINDING_ISSUED', 'FINDING_CLOSED'],
  });
  await feed.next();
  const { finding, mark } = await issue(one, inspection, { severity: 'CRITICAL' });
  expect((await feed.next()).data.supervisionFeed.events).toMatchObject([
    { kind: 'FINDING_ISSUED', severity: 'CRITICAL', mark, subject: { type: 'FINDING', id: finding.id } },
  ]);
  const { closeFinding } = await office.data(CLOSE, closeOf(finding));
  expect((await feed.next()).data.supervisionFeed.events).toMatchObject([
    { kind: 'FINDING_CLOSED', severity: null, mark: closeFinding.mark, subject: { id: finding.id } },
  ]);
  const facts = await house.sql('select audience, params from event where subject_id = $1 order by id', [
    finding.id,
  ]);
  for (const fact of facts) {
    expect(fact).toEqual({
      audience: 'REGION',
      params: { title: { zh: '通村道路局部破损' }, inspectionId: inspection.id },
    });
  }
});

test('findings are issued from the field to the review, and only in the villages inspected', async () => {
  const planned = await create(office, { inspectorIds: [inspector] });
  const assigned = await walk(office, planned, 'ASSIGNED');
  expect(await office.refusal(ISSUE, findingOf(assigned))).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
  let at = await walk(office, assigned, 'IN_FIELD');
  for (const to of ['SUBMITTED', 'REVIEWED', 'FINDINGS_ISSUED']) {
    await issue(office, at);
    at = await walk(office, at, to);
  }
  expect(await office.refusal(ISSUE, findingOf(at))).toMatchObject({ code: 'TRANSITION_NOT_ALLOWED' });
  const other = await inField();
  for (const regionCode of [LIULOU, '341225206000', '341225999999']) {
    expect(await office.refusal(ISSUE, findingOf(other, { regionCode }))).toMatchObject({
      code: 'NOT_FOUND',
    });
  }
});

test('bad input is refused, and nothing is written', async () => {
  const inspection = await inField();
  for (const [bad, code] of [
    [{ titleZh: '' }, 'INVALID_TEXT'],
    [{ titleEn: '\u202e' }, 'INVALID_TEXT'],
    [{ dueOn: '2016-12-07' }, 'INVALID_DATE'],
    [{ dueOn: '2016-12-99' }, 'INVALID_DATE'],
    [{ regionCode: 'x' }, 'INVALID_REGION_CODE'],
    [{ inspectionId: ABSENT }, 'NOT_FOUND'],
    [{ expectedVersion: inspection.version - 1 }, 'VERSION_CONFLICT'],
  ] as const) {
    expect(await one.refusal(ISSUE, findingOf(inspection, bad))).toMatchObject({ code });
  }
  expect(await house.sql('select from finding where inspection_id = $1', [inspection.id])).toEqual([]);
});

test('one key issues one finding and closes it once', async () => {
  const inspection = await inField();
  const once = findingOf(inspection, { idempotencyKey: 'found' });
  const answers = await Promise.all(Array.from({ length: 10 }, () => one.data(ISSUE, once)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer.issueFinding))).size).toBe(1);
  expect(
    await one.refusal(ISSUE, findingOf(inspection, { idempotencyKey: 'found', titleZh: '别的' })),
  ).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  const { finding } = answers[0].issueFinding;
  const closing = closeOf(finding, { idempotencyKey: 'done' });
  const closed = await Promise.all([1, 2, 3].map(() => office.data(CLOSE, closing)));
  expect(new Set(closed.map((answer) => JSON.stringify(answer.closeFinding))).size).toBe(1);
  expect(await office.refusal(CLOSE, closeOf(finding))).toMatchObject({
    code: 'VERSION_CONFLICT',
    currentVersion: 2,
  });
  expect(await office.refusal(CLOSE, closeOf({ ...finding, version: 2 }))).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
    allowed: [],
  });
});

test('whoever issued a finding does not close it, and a closing says what was seen', async () => {
  const inspection = await inField();
  const { finding: own } = await issue(office, inspection);
  expect(await office.refusal(CLOSE, closeOf(own))).toMatchObject({ code: 'FORBIDDEN' });
  const { finding } = await issue(one, inspection);
  expect(await office.refusal(CLOSE, closeOf(finding, { note: ' ' }))).toMatchObject({
    code: 'INVALID_TEXT',
  });
  for (const username of ['inspector.one', 'funan.office', 'hesheng.village', 'city.leader', 'auditor']) {
    const client = await house.signIn(username);
    expect(await client.refusal(CLOSE, closeOf(finding))).toMatchObject({ code: 'FORBIDDEN' });
  }
  expect((await office.data(FINDING_BY_ID, { id: finding.id })).finding.status).toBe('OPEN');
});

test('a village reads its own findings and not its neighbour\u2019s, alone, in the list and in the count', async () => {
  const inspection = await inField({ villages: [HESHENG, LIULOU] });
  const { finding: ours } = await issue(office, inspection);
  const { finding: theirs } = await issue(office, inspection, { regionCode: LIULOU });
  const village = await house.signIn('hesheng.village');
  const { inspection: read } = await village.data(INSPECTION_BY_ID, { id: inspection.id });
  expect(read.findings).toMatchObject({ totalCount: 1, edges: [{ node: { id: ours.id } }] });
  expect((await village.data(FINDING_BY_ID, { id: ours.id })).finding.id).toBe(ours.id);
  for (const id of [theirs.id, ABSENT, 'x']) {
    expect((await village.ask(FINDING_BY_ID, { id })).errors?.[0]).toMatchObject({
      message: 'No such finding.',
      extensions: { code: 'NOT_FOUND' },
    });
  }
});

test('an office does not close between a finding and its issue: the inspection is held meanwhile', async () => {
  const inspection = await inField();
  const reviewed = await walk(office, inspection, 'SUBMITTED', 'REVIEWED');
  const [closing, issuing] = await Promise.all([
    office.ask(CHANGE, moveOf(reviewed, 'CLOSED')),
    office.ask(ISSUE, findingOf(reviewed)),
  ]);
  const [row] = await house.sql(
    `select status, (select count(*)::int from finding f where f.inspection_id = i.id) as found from inspection i where id = $1`,
    [inspection.id],
  );
  expect([
    { status: 'CLOSED', found: 0 },
    { status: 'REVIEWED', found: 1 },
  ]).toContainEqual(row);
  expect([closing, issuing].filter(({ errors }) => errors)).toHaveLength(1);
});
