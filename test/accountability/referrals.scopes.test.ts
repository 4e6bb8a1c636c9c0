import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { noticesOf } from '../inbox/documents.js';
import { signInAs } from './discipline.js';

const VILLAGE = '341225206205';
const COUNTY = '341225000000';
const OTHER_COUNTY = '341222000000';
const CITY = '341200000000';

const FIELDS = `id matter statement status version outcome conclusion region { code } subject { type id }
  referredBy { name } closedBy { name } notes { note at by { name } }`;
const LIST = `query ($within: RegionCode!) { referrals(within: $within, first: 10) { totalCount edges { node { ${FIELDS} } } } }`;
const ONE = `query ($id: ID!) { referral(id: $id) { ${FIELDS} } }`;
const REFER = `mutation ($input: ReferMatterInput!) { referMatter(input: $input) { mark referral { ${FIELDS} } } }`;
const NOTE = `mutation ($input: NoteReferralInput!) { noteReferral(input: $input) { mark referral { ${FIELDS} } } }`;
const CLOSE = `mutation ($input: CloseReferralInput!) { closeReferral(input: $input) { mark referral { ${FIELDS} } } }`;

const statement = '收入台账与银行流水不符，疑为补造';

let house: House;
let office: Client;
let discipline: Client;

beforeEach(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  discipline = await signInAs(house, 'DISCIPLINE_INSPECTOR', CITY);
});
afterEach(() => house.close());

const refer = async (more: object = {}, client = office) =>
  (await client.data(REFER, { input: { regionCode: VILLAGE, matter: 'FALSIFICATION', statement, ...more } }))
    .referMatter.referral;
const listed = async (client: Client, within = COUNTY) =>
  (await client.data(LIST, { within })).referrals.edges.map(({ node }: { node: { id: string } }) => node.id);
const taskIn = async (region: string): Promise<string> =>
  (await house.sql('select id from task where region_code = $1 order by id limit 1', [region]))[0].id;

test('a matter goes to the discipline inspection at once, is looked into and closed with a conclusion', async () => {
  const subject = { type: 'TASK', id: await taskIn(VILLAGE) };
  const referral = await refer({ subject });
  expect(referral).toMatchObject({ status: 'REFERRED', subject, statement, notes: null, outcome: null });
  await house.settled();
  expect(await noticesOf(discipline, { topic: 'REFERRAL' })).toMatchObject([
    { step: 'E5', severity: 'CRITICAL', region: { code: COUNTY } },
  ]);
  const input = { referralId: referral.id, note: '已调取银行流水', expectedVersion: referral.version };
  const { noteReferral } = await discipline.data(NOTE, { input });
  expect(noteReferral.referral).toMatchObject({
    status: 'UNDER_REVIEW',
    notes: [{ note: '已调取银行流水', by: { name: '市纪委' } }],
  });
  expect(await discipline.refusal(NOTE, { input })).toMatchObject({ code: 'VERSION_CONFLICT' });
  const again = await discipline.data(NOTE, {
    input: { ...input, note: '已谈话', expectedVersion: noteReferral.referral.version },
  });
  expect(again.noteReferral.referral.notes).toHaveLength(2);
  const close = {
    referralId: referral.id,
    outcome: 'SUBSTANTIATED',
    conclusion: '问题属实，另案处理',
    expectedVersion: again.noteReferral.referral.version,
  };
  const { closeReferral } = await discipline.data(CLOSE, { input: close });
  expect(closeReferral.referral).toMatchObject({ status: 'CLOSED', outcome: 'SUBSTANTIATED' });
  const { version: expectedVersion } = closeReferral.referral;
  expect(await discipline.refusal(CLOSE, { input: { ...close, expectedVersion } })).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
  });
  expect(await discipline.refusal(NOTE, { input: { ...input, expectedVersion } })).toMatchObject({
    code: 'TRANSITION_NOT_ALLOWED',
  });
  // Whoever referred it reads what came of it, and none of the notes.
  expect((await office.data(ONE, { id: referral.id })).referral).toMatchObject({
    conclusion: '问题属实，另案处理',
    notes: null,
  });
});

test('nobody else knows that there is one: no list, no feed, no inbox, no count, no ledger of the county', async () => {
  const village = await house.signIn('hesheng.village');
  const everybody: [string, Client][] = await Promise.all(
    ['city.leader', 'funan.office', 'hesheng.village', 'auditor', 'admin', 'wall.screen'].map(
      async (username): Promise<[string, Client]> => [username, await house.signIn(username)],
    ),
  );
  const auditor = await signInAs(house, 'AUDITOR', COUNTY);
  const { cursor } = (await village.data(`{ overview(region: "${VILLAGE}") { cursor } }`)).overview;
  const feeds = await Promise.all(
    [village, await house.signIn('city.leader'), discipline].map((client) =>
      client.subscribe(
        'subscription ($after: FeedCursor) { supervisionFeed(within: "341225206205", after: $after) { events { kind } } }',
        {
          after: cursor,
        },
      ),
    ),
  );
  const { id } = await refer();
  // Something that everybody hears of, so that what comes before it has been told.
  const [task] = await house.sql(
    `select id, version from task where region_code = $1 and status = 'NOT_STARTED' order by id limit 1`,
    [VILLAGE],
  );
  await village.data(operation('change-task-status'), {
    input: { taskId: task.id, to: 'IN_PROGRESS', expectedVersion: task.version, note: '已进场' },
  });
  const heard = await Promise.all(
    feeds.map(async (feed) => {
      const kinds: string[] = [];
      while (!kinds.includes('TASK_STATUS_CHANGED'))
        kinds.push(
          // biome-ignore lint/suspicious/noExplicitAny: a batch
          ...((await feed.next()) as any).data.supervisionFeed.events.map(
            ({ kind }: { kind: string }) => kind,
          ),
        );
      return kinds.includes('REFERRAL_CHANGED');
    }),
  );
  expect(heard).toEqual([false, false, true]);
  await house.settled();
  for (const [username, client] of everybody) {
    const mayRefer = username === 'city.leader';
    expect({ username, ...(await client.refusal(ONE, { id })) }).toMatchObject({
      code: mayRefer ? 'NOT_FOUND' : 'FORBIDDEN',
    });
    if (mayRefer) expect(await listed(client)).toEqual([]);
    else expect(await client.refusal(LIST, { within: VILLAGE })).toMatchObject({ code: 'FORBIDDEN' });
    expect((await noticesOf(client)).filter(({ topic }) => topic === 'REFERRAL')).toEqual([]);
  }
  const LEDGER = `query ($within: RegionCode) { ledger(within: $within, first: 50, filter: { subjectType: REFERRAL }) {
    edges { node { act purpose region { code } } } } }`;
  const entries = async (client: Client, within: string) =>
    (await client.data(LEDGER, { within })).ledger.edges.map(({ node }: { node: object }) => node);
  expect(await entries(auditor, COUNTY)).toEqual([]);
  // The city's auditor learns who referred something, and not where nor what.
  const city = everybody.find(([username]) => username === 'auditor')?.[1] as Client;
  expect(await entries(city, CITY)).toEqual([
    { act: 'discipline.refer', purpose: null, region: { code: CITY } },
  ]);
});

test('an inspector refers what he is sent to and sees his own; another county\u2019s inspection sees none of it', async () => {
  const { id } = await refer();
  const elsewhere = await signInAs(house, 'DISCIPLINE_INSPECTOR', OTHER_COUNTY);
  expect(await elsewhere.refusal(ONE, { id })).toMatchObject({ code: 'NOT_FOUND' });
  expect(await listed(elsewhere, OTHER_COUNTY)).toEqual([]);
  expect(await elsewhere.refusal(LIST, { within: CITY })).toMatchObject({ code: 'FORBIDDEN' });
  const inspector = await signInAs(house, 'INSPECTOR', VILLAGE);
  expect(await inspector.refusal(ONE, { id })).toMatchObject({ code: 'NOT_FOUND' });
  const own = await refer({ matter: 'FUNDS' }, inspector);
  expect(await listed(inspector, VILLAGE)).toEqual([own.id]);
  expect(await listed(discipline, CITY)).toEqual([own.id, id]);
  expect(
    await inspector.refusal(REFER, {
      input: { regionCode: '341225206206', matter: 'DUTY', statement },
    }),
  ).toMatchObject({ code: 'NOT_FOUND' });
});

test('what is referred exists, is seen by the referrer and lies in the place; nobody closes his own', async () => {
  const elsewhere = await taskIn('341225120206');
  const refused = async (more: object, client = office) =>
    (await client.refusal(REFER, { input: { regionCode: VILLAGE, matter: 'DUTY', statement, ...more } }))
      .code;
  expect(await refused({ subject: { type: 'TASK', id: elsewhere } })).toBe('NOT_FOUND');
  expect(await refused({ subject: { type: 'TASK', id: 'none' } })).toBe('NOT_FOUND');
  expect(await refused({ subject: { type: 'FINDING', id: await taskIn(VILLAGE) } })).toBe('NOT_FOUND');
  expect(await refused({ statement: '' })).toBe('INVALID_TEXT');
  expect(await refused({ regionCode: '341299999999' })).toBe('NOT_FOUND');
  expect(await refused({}, await house.signIn('funan.office'))).toBe('FORBIDDEN');
  expect(await house.sql('select 1 from referral')).toEqual([]);
  const own = await refer({}, discipline);
  const input = {
    referralId: own.id,
    outcome: 'UNSUBSTANTIATED',
    conclusion: '查无实据',
    expectedVersion: 1,
  };
  expect(await discipline.refusal(CLOSE, { input })).toMatchObject({ code: 'FORBIDDEN' });
  const other = await signInAs(house, 'DISCIPLINE_INSPECTOR', COUNTY);
  expect((await other.data(CLOSE, { input })).closeReferral.referral.status).toBe('CLOSED');
});
