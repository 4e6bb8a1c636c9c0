import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { GraphQLSchema } from 'graphql';
import { ACTS } from '../../src/auth/may.js';
import { isInside } from '../../src/auth/scope.js';
import { openSchema } from '../../src/schema.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { buildMember, buildRegistration, freshIdNumber, REGISTER } from '../households/family.js';
import { give, standardId } from '../standards/books.js';
import { type Known, namesIn, type Thing, typesWithout } from './documents.js';
import { collect, digest, leaksIn, type Owned, publicTexts, type Secrets, secretsOf } from './foreign.js';
import { openRichAccountability, refer } from './rich-accountability.js';
import { openRichExit } from './rich-exit.js';
import { openRichInbox } from './rich-inbox.js';
import { openRichTargets } from './rich-targets.js';
import { openRichTask } from './rich-task.js';
import {
  CITY,
  FUNAN,
  OTHER_COUNTY,
  openRightful,
  openStrangers,
  openWrongRoles,
  SIBLING,
  VILLAGE,
  type Visitor,
} from './strangers.js';
import { type Answered, comparable, type Trail, Visits, Walker } from './walker.js';

/** The walk asks more at once than people do: what bounds a request is tested elsewhere (test/http). */
const LIMITS = {
  LIMIT_COST: '1000000',
  LIMIT_TOKENS: '20000',
  LIMIT_SELECTIONS: '100000',
  LIMIT_ERRORS: '1000',
  LIMIT_SUBSCRIPTIONS: '10000',
  LIMIT_MESSAGES_PER_SECOND: '100000',
  LIMIT_MESSAGE_BURST: '100000',
};

/** Mutations that the walk does not send, each with the reason. */
const NOT_SENT: Record<string, string> = {
  login: 'needs no token and takes no id; test/people',
  refreshSession: 'needs no token and takes no id; test/people',
  signInDevice: 'needs no token and takes no id; test/people',
  logout: 'ends the walk itself, and takes no id; test/people',
  endAllSessions: 'ends the walk itself, and takes no id; test/people',
  changePassword: 'of the own account, and takes no id; test/people',
  enrolSecondFactor: 'of the own account, and takes no id; test/people',
  confirmSecondFactor: 'of the own account, and takes no id; test/people',
};

/** Mutations that the rightful do not send on the walk, each with where they are shown at work. */
const NOT_DONE: Record<string, string> = {
  registerHousehold: 'before the walk begins, for the family that strangers look for',
  changeInspectionStatus: 'before the walk begins, for the visit that nobody must know of',
  issueFinding: 'by the office, among what changes elsewhere',
  closeFinding: 'test/inspections',
  createAccount: 'test/people',
  disableAccount: 'test/people',
  enableAccount: 'test/people',
  endSession: 'test/people',
  pairDevice: 'test/people',
  resetPassword: 'test/people',
  resetSecondFactor: 'test/people',
  confirmNotices: 'of an account\u2019s own; test/inbox',
  draftTargets: 'before the walk begins, for the plan that strangers look for',
  requestAdjustment: 'the same',
  changeEscalation: 'changes who is told in the whole city; test/alerts',
  changeAlertRule: 'the same',
  revealPersonalData: 'test/households',
  requestExtension: 'before the walk begins, of the task that has everything',
  changeTaskStatuses: 'as changeTaskStatus, many at once; test/tasks',
  signReceipt: 'by who answers for the task; test/tasks',
  setAssistingUnits: 'names whoever may work on it; test/tasks',
  breakDownTask: 'into places below that of the task; test/tasks',
  suspendTaskClock: 'of a task whose duration runs; test/tasks',
  resumeTaskClock: 'of a task whose clock stands; test/tasks',
  openHouseholdExit: 'before the walk begins, for the case that hangs',
  openRegionExit: 'where no case is open; test/exits',
  moveExit: 'step by step; test/exits',
  recordEvaluation: 'of a county; test/exits',
  postNotice: 'of what is ready for it; test/exits',
  answerObjection: 'of another office; test/exits',
  adoptStandard: 'of a draft; test/standards',
  confirmMeasurement: 'of another office; test/standards',
  openTasksFromGaps: 'of gaps that nobody has a task for; test/tasks',
  noteReferral: 'by the discipline inspection, before the walk begins and in test/accountability',
  closeReferral: 'by the discipline inspection; test/accountability',
  changeCalendar: 'of a version that no thing has; test/calendars',
};

/** Object types that no answer of the walk holds, each with the reason. */
const NOT_ANSWERED: Record<string, string> = {
  LedgerFinding: 'what is wrong with a ledger that somebody has tampered with; test/ledger',
  TaskRollUp: 'of a whole, and the walk looks at a part; test/tasks',
  PartNumbers: 'the same',
  DeadlineShift: 'what a newly ordered day moves; test/calendars',
};

/** Answers that differ from one request to the next, each with the reason; what they hold is looked through all the same. */
const GROWING: Record<string, string> = {
  region: 'the tree is everybody\u2019s, so places are not alike there',
  ledger: 'grows with every refused act of the walk itself',
  verifyLedger: 'counts the same',
};

/** Words that stand in everything the test writes into the foreign village. */
const MARK = '外人勿见';
/** A village of the list in which nothing is, of neither county. */
let VOID: string;
/** A code that no list has. */
const UNKNOWN = '341299999999';

let house: House;
let schema: GraphQLSchema;
let visits: Visits;
let office: Client;
let strangers: Visitor[];
let wrongRoles: Visitor[];
let rightful: Visitor[];
let everything: Owned[];
let known: Set<string>;
let cursors: string[];
let feedCursor: string;
let receiver: string;
let standard: string;
const person = freshIdNumber();
/** What each visitor was answered on the first walk. */
const trails = new Map<Visitor, Trail>();

beforeAll(async () => {
  house = await openHouse({ env: LIMITS });
  schema = await openSchema();
  visits = new Visits(schema);
  office = await house.signIn('city.office');
  feedCursor = (await office.data(`{ overview(region: "${CITY}") { cursor } }`)).overview.cursor;
  [{ code: VOID }] = await house.sql(
    `select code from region where level = 'VILLAGE' and left(code, 6) not in ('341225', '341226')
     and not exists (select from household where region_code = code) and not exists (select from task where region_code = code)
     order by code limit 1`,
  );
  await planVisit();
  await registerFamily();
  await openRichTask(house, VILLAGE);
  await openRichExit(house);
  await openRichTargets(house, VILLAGE);
  standard = await standardId(house);
  await give(office, CITY, standard);
  [strangers, wrongRoles, rightful] = [
    await openStrangers(house),
    await openWrongRoles(house),
    await openRightful(house),
  ];
  await openRichAccountability(house, VILLAGE, rightful.at(-1) as Visitor);
  await openRichInbox(house, String(rightful[0]?.accountId), VILLAGE);
  cursors = [...(await cursorsIn(VILLAGE)), 'eyJmb3JnZWQiOjF9.AAAAAAAAAAAAAAAAAAAAAA'];
  [{ id: receiver }] = await house.sql(`select id from account where username = 'inspector.two'`);
  await look();
}, 600_000);
afterAll(() => house.close());

async function look(): Promise<void> {
  await house.settled();
  everything = await collect(house);
  // Names of the API and of its acts stand in the ledger, and in every error's path.
  known = new Set([...(await publicTexts(house)), ...namesIn(schema), ...Object.keys(ACTS)]);
}

/** A family in the village whose number the walk knows, and a request to see one of its values. */
async function registerFamily(): Promise<void> {
  const team = await house.signIn('hesheng.village', { secondFactor: true });
  const { registerHousehold } = await team.data(REGISTER, {
    input: buildRegistration({ members: [buildMember({ idNumber: person })] }),
  });
  const { id: householdId, members } = registerHousehold.household;
  const input = {
    householdId,
    memberId: members[0].id,
    field: 'ID_NUMBER',
    purpose: '核对户主的身份证号码是否正确',
  };
  await team.data('mutation ($input: RequestRevealInput!) { requestReveal(input: $input) { mark } }', {
    input,
  });
}

/** An unannounced visit to the village, with its inspectors. */
async function planVisit(): Promise<string> {
  const [{ id }] = await house.sql(`select id from account where username = 'inspector.three'`);
  const days = { startsOn: '2016-12-08', endsOn: '2016-12-20' };
  const input = {
    kind: 'UNANNOUNCED_VISIT',
    titleZh: `${MARK}暗访`,
    villages: [VILLAGE],
    inspectorIds: [id],
    ...days,
  };
  const { createInspection } = await office.data(
    'mutation ($input: CreateInspectionInput!) { createInspection(input: $input) { inspection { id version } } }',
    { input },
  );
  const { id: inspectionId, version: expectedVersion } = createInspection.inspection;
  await move(inspectionId, expectedVersion, 'ASSIGNED');
  return inspectionId;
}

const move = async (inspectionId: string, expectedVersion: number, to: string) =>
  (
    await office.data(
      'mutation ($input: ChangeInspectionStatusInput!) { changeInspectionStatus(input: $input) { inspection { version } } }',
      { input: { inspectionId, expectedVersion, to, note: MARK } },
    )
  ).changeInspectionStatus.inspection.version as number;

async function cursorsIn(within: string): Promise<string[]> {
  const lists = ['households', 'tasks', 'projects', 'inspections', 'alerts'];
  const pages = await Promise.all(lists.map((list) => office.data(operation(list), { within, first: 2 })));
  return pages.flatMap((page, at) => page[lists[at] ?? ''].pageInfo.endCursor ?? []);
}

const isConcealed = ({ table, row }: Owned, visitsInSecret: ReadonlySet<unknown>): boolean =>
  row.audience === 'UNANNOUNCED' || visitsInSecret.has(table === 'inspection' ? row.id : row.inspection_id);

/** Behind the wall, and for other eyes than personal data. */
const REFERRED = ['referral', 'referral_note'];

/** Whether a row is the visitor's to see, by the rules and not by the code. */
async function ownership(visitor: Visitor): Promise<(thing: Owned) => boolean> {
  const inside = (region: string) => visitor.regions.some((own) => isInside(region, own));
  const secret = new Set(everything.filter(({ row }) => row.concealed === true).map(({ id }) => id));
  const rows = await house.sql('select inspection_id, region_code from inspection_village');
  const visiting = new Set(rows.filter((row) => inside(row.region_code)).map((row) => row.inspection_id));
  return (thing) => {
    if (thing.accountId !== null && thing.accountId === visitor.accountId) return true;
    if (thing.region === '') return false;
    if (thing.isPersonal && !visitor.readsPersonal && !REFERRED.includes(thing.table)) return false;
    if (!visitor.isConfided && isConcealed(thing, secret)) return false;
    if (REFERRED.includes(thing.table)) return visitor.handlesReferrals && inside(thing.region);
    const inspection = thing.table === 'inspection' ? thing.id : thing.row.inspection_id;
    const isOfVisit = ['inspection', 'inspection_move'].includes(thing.table) && visiting.has(inspection);
    return inside(thing.region) || isOfVisit;
  };
}

async function secretsFor(visitor: Visitor): Promise<Secrets> {
  const isOwn = await ownership(visitor);
  const { ids, texts } = secretsOf(
    everything.filter((thing) => !isOwn(thing)),
    everything.filter(isOwn),
    known,
  );
  if (visitor.readsPersonal) return { ids, texts };
  // That something changed about a household is told to every screen: by its id, and no more.
  const households = new Set(everything.filter(({ table }) => table === 'household').map(({ id }) => id));
  return { texts, ids: new Set([...ids].filter((id) => !households.has(id))) };
}

/** One row of every table, of the village if it has one, and parts of the same thing where there are such. */
function oneOfEach(things: readonly Owned[]): Thing[] {
  const isHere = ({ region }: Owned) => region === VILLAGE;
  const households = things.filter((thing) => thing.table === 'household' && isHere(thing));
  const [household] = [...households].sort((a, b) => (a.id < b.id ? 1 : -1));
  const isOfIt = ({ row }: Owned) => household !== undefined && row.household_id === household.id;
  // Those first that have more behind them.
  const past = ({ row }: Owned) => (row.duration_unit ? 10 : 0) + Number(row.deadline_version ?? 1);
  const byHistory = [...things].sort((a, b) => past(b) - past(a));
  const tables = [...Map.groupBy(byHistory, ({ table }) => table).values()];
  return tables.flatMap((rows) =>
    rows[0]?.table === 'household' && household
      ? household
      : (rows.find(isOfIt) ?? rows.find(isHere) ?? rows[0] ?? []),
  );
}

const ABSENT: Thing = { table: 'nothing', id: randomUUID(), version: 1 };

async function foreignTo(visitor: Visitor): Promise<Known> {
  const isOwn = await ownership(visitor);
  const foreign = everything.filter((thing) => !isOwn(thing));
  const { texts: telling } = await secretsFor(visitor);
  const texts = foreign
    .filter(({ region, isPersonal }) => isPersonal && region === VILLAGE)
    .flatMap((each) => each.texts);
  const regions = [
    VILLAGE,
    SIBLING,
    '341225206000',
    FUNAN,
    OTHER_COUNTY,
    CITY,
    '340000000000',
    VOID,
    UNKNOWN,
  ];
  // Whoever holds nothing in force is refused before anything is looked at: a few of each are enough.
  const isIdle = visitor.regions.length === 0;
  const things = oneOfEach(foreign);
  return {
    regions: isIdle
      ? [VILLAGE, VOID]
      : regions.filter((code) => !visitor.regions.some((own) => isInside(code, own))),
    things: isIdle
      ? things.filter(({ table }) => ['household', 'inspection', 'task'].includes(table))
      : things,
    absent: ABSENT,
    isBrief: isIdle,
    cursors: isIdle ? cursors.slice(0, 1) : cursors,
    feedCursors: [feedCursor],
    texts: texts.filter((text) => telling.has(text)).slice(0, 2),
    // Every account of the city is the administrator's to administer.
    accountId: visitor.name === 'an administrator' ? ABSENT.id : receiver,
    standardId: standard,
    person,
  };
}

const isThorough = (visitor: Visitor): boolean => visitor === strangers[0];

async function ownOf(visitor: Visitor): Promise<Known> {
  const isOwn = await ownership(visitor);
  const regions = visitor.regions.includes(CITY) ? [VILLAGE, CITY] : [...new Set(visitor.regions)];
  const things = oneOfEach(everything.filter(isOwn));
  return {
    regions,
    things,
    absent: ABSENT,
    // Every word of every filter is tried by one of the strangers and one of the rightful: the code is the same for all.
    isBrief: !isThorough(visitor) && visitor !== rightful[0],
    cursors,
    feedCursors: [feedCursor],
    texts: [],
    accountId: receiver,
    standardId: standard,
    person,
  };
}

const codesOf = (answer: unknown): unknown[] =>
  ((answer as { errors?: { extensions?: { code: unknown } }[] }).errors ?? []).map(
    (error) => error.extensions?.code,
  );

/** Faults that make an answer no answer: the walk asks nothing that is malformed, and the house must not stumble. */
const FAULTS = [
  'INTERNAL_SERVER_ERROR',
  'GRAPHQL_VALIDATION_FAILED',
  'GRAPHQL_PARSE_FAILED',
  'BAD_REQUEST',
  'SERVICE_UNAVAILABLE',
  'QUERY_TOO_DEEP',
  'QUERY_TOO_COMPLEX',
  'TIMEOUT',
  'RATE_LIMITED',
];

/** What was found that should not have been; each test looks at its own. */
let problems: unknown[] = [];
const demandNone = (): void => {
  const found = problems;
  problems = [];
  expect(found.slice(0, 3)).toEqual([]);
};

function demandNothing(visitor: Visitor, trail: Trail, secrets: Secrets): void {
  const told = [...trail.values()].flatMap(({ probe, document, answer }) => {
    const leaks = leaksIn(answer, secrets);
    const faults = codesOf(answer).filter((code) => FAULTS.includes(String(code)));
    const isMarked = visitor.isConfided ? false : JSON.stringify(answer).includes(MARK);
    return leaks.length > 0 || faults.length > 0 || isMarked
      ? [{ visitor: visitor.name, leaks, faults, isMarked, variables: probe.variables, document, answer }]
      : [];
  });
  problems.push(...told);
}

/** The text, with nothing in it that says about which thing and place it is. */
function anonymous({ probe }: Answered, text: string): string {
  const { thing, region } = probe.named;
  const without = thing ? text.replaceAll(thing.id, '#') : text;
  return region ? without.replaceAll(region, '#') : without;
}

const questionOf = (answered: Answered): string =>
  anonymous(answered, `${answered.document} ${JSON.stringify(answered.probe.variables)}`).replaceAll(
    /"expectedVersion":\d+/g,
    '',
  );
const answerOf = (answered: Answered): string => anonymous(answered, comparable(answered.answer));

/** Foreign and absent things, and foreign and empty places, are answered alike to the byte. */
async function demandAlike(walker: Walker, trail: Trail, foreign: Known): Promise<number> {
  const asked = [...trail.values()].filter(({ probe }) => !(probe.field in GROWING));
  const isOfNothing = ({ probe: { named } }: Answered) =>
    named.thing === ABSENT || (!named.thing && named.region === VOID);
  const twins = new Map(asked.filter(isOfNothing).map((answered) => [questionOf(answered), answered]));
  const differing: unknown[] = [];
  const alike = new Set<string>();
  let compared = 0;
  for (const answered of asked) {
    const { thing, region } = answered.probe.named;
    if (isOfNothing(answered) || region === UNKNOWN || !(thing || foreign.regions.includes(VOID))) continue;
    if (!thing && !region) continue;
    // Once a field's answer was shown to be that of nothing, it need not be for every word that is given with it.
    const told = `${answered.probe.field} ${thing ? 'thing' : 'place'} ${answerOf(answered)}`;
    if (alike.has(told) && !twins.has(questionOf(answered))) continue;
    const nothing = thing ? { region, thing: ABSENT } : { region: VOID };
    const twin = twins.get(questionOf(answered)) ?? (await walker.instead(answered, nothing as never));
    compared += 1;
    if (answerOf(twin) === answerOf(answered)) alike.add(told);
    else differing.push([answered, twin.answer]);
  }
  problems.push(...differing);
  return compared;
}

const everybody = (): Visitor[] => [...strangers, ...wrongRoles];
const isSent = (field: string) => !(field in NOT_SENT);
const walkerOf = (visitor: Visitor) => new Walker(schema, visits, visitor.client, isThorough(visitor));
let twins = 0;

test('asking: nobody finds anything foreign, and foreign is as absent', async () => {
  for (const visitor of everybody()) {
    const walker = walkerOf(visitor);
    const foreign = await foreignTo(visitor);
    const outer = await walker.walk('query', foreign, isSent);
    const inner =
      visitor.regions.length > 0 ? await walker.walk('query', await ownOf(visitor), isSent) : new Map();
    const trail: Trail = new Map([...outer, ...inner]);
    demandNothing(visitor, trail, await secretsFor(visitor));
    twins += await demandAlike(walker, outer, foreign);
    trails.set(visitor, trail);
  }
  demandNone();
}, 900_000);

test('changing: nobody changes anything foreign, and foreign is as absent', async () => {
  for (const visitor of everybody()) {
    const walker = walkerOf(visitor);
    const foreign = await foreignTo(visitor);
    await house.settled();
    const before = await digest(house, visitor.accountId);
    const trail = await walker.walk('mutation', foreign, isSent);
    twins += await demandAlike(walker, trail, foreign);
    await house.settled();
    demandNothing(visitor, trail, await secretsFor(visitor));
    expect({ visitor: visitor.name, database: await digest(house, visitor.accountId) }).toEqual({
      visitor: visitor.name,
      database: before,
    });
  }
  demandNone();
}, 900_000);

test('hearing: nobody hears of anything foreign', async () => {
  for (const visitor of everybody()) {
    const walker = walkerOf(visitor);
    demandNothing(visitor, await walker.listen(await foreignTo(visitor)), await secretsFor(visitor));
    if (visitor.regions.length > 0)
      demandNothing(visitor, await walker.listen(await ownOf(visitor)), await secretsFor(visitor));
  }
  demandNone();
}, 600_000);

test('without proof there is no answer at all', () => {
  for (const name of ['no token', 'a session that has ended']) {
    const visitor = strangers.find((each) => each.name === name) as Visitor;
    const trail = trails.get(visitor) ?? new Map();
    const code = name === 'no token' ? 'UNAUTHENTICATED' : 'SESSION_REVOKED';
    const answers = [...trail.values()];
    expect(answers.length).toBeGreaterThan(50);
    expect(
      answers.filter(({ answer }) => !codesOf(answer).every((each) => each === code) || dataIn(answer)),
    ).toEqual([]);
  }
});

const dataIn = (answer: unknown): boolean => {
  const { data } = answer as { data?: Record<string, unknown> | null };
  return Object.values(data ?? {}).some((value) => value !== null);
};

/** How many of the same requests are answered otherwise than before. */
async function changed(visitor: Visitor): Promise<string[]> {
  const before = trails.get(visitor) as Trail;
  const after = await walkerOf(visitor).again(before);
  const steady = [...before].filter(([, { probe }]) => probe.field === 'region' || !(probe.field in GROWING));
  return steady.flatMap(([key, { answer }]) =>
    !after.has(key) || comparable(answer) === comparable(after.get(key)?.answer) ? [] : [key],
  );
}

describe('what changes elsewhere changes no answer: no number, no page, no order', () => {
  test('an unannounced visit and a matter of discipline, for those who must not know', async () => {
    await planVisit();
    await refer(office, VILLAGE, MARK);
    await look();
    for (const visitor of wrongRoles)
      demandNothing(visitor, await walkerOf(visitor).listen(await ownOf(visitor)), await secretsFor(visitor));
    demandNone();
    for (const visitor of wrongRoles)
      expect({ visitor: visitor.name, changed: await changed(visitor) }).toEqual({
        visitor: visitor.name,
        changed: [],
      });
  }, 600_000);

  test('everything that can happen in the village, for those who have no right there', async () => {
    const team = await house.signIn('hesheng.village', { secondFactor: true });
    await team.data(REGISTER, { input: buildRegistration() });
    const { tasks } = await team.data(operation('tasks'), {
      within: VILLAGE,
      first: 20,
      filter: { status: ['NOT_STARTED'] },
    });
    const [{ node: task }] = tasks.edges;
    await team.data(operation('change-task-status'), {
      input: { taskId: task.id, to: 'IN_PROGRESS', expectedVersion: task.version, note: MARK },
    });
    await office.data('mutation ($input: CreateProjectInput!) { createProject(input: $input) { mark } }', {
      input: { regionCode: VILLAGE, kind: 'OTHER', nameZh: MARK },
    });
    const [visit] = await house.sql(
      `select id, version from inspection where title_zh like $1 order by id limit 1`,
      [`${MARK}%`],
    );
    const version = await move(visit.id, visit.version, 'IN_FIELD');
    await office.data('mutation ($input: IssueFindingInput!) { issueFinding(input: $input) { mark } }', {
      input: {
        inspectionId: visit.id,
        expectedVersion: version,
        regionCode: VILLAGE,
        severity: 'CRITICAL',
        titleZh: MARK,
      },
    });
    await look();
    for (const visitor of strangers)
      expect({ visitor: visitor.name, changed: await changed(visitor) }).toEqual({
        visitor: visitor.name,
        changed: [],
      });
    for (const visitor of strangers)
      demandNothing(
        visitor,
        await walkerOf(visitor).listen(await foreignTo(visitor)),
        await secretsFor(visitor),
      );
    demandNone();
  }, 600_000);
});

describe('the same walk by those whose it is', () => {
  /** Things that the API shows by their ids; the others are parts that have none outside. */
  const SHOWN = [
    'alert',
    'finding',
    'household',
    'household_member',
    'inspection',
    'project',
    'role_grant',
    'task',
  ];

  test('finds what there is, and is answered otherwise than before', async () => {
    const found = new Set<string>();
    for (const visitor of rightful) {
      const walker = walkerOf(visitor);
      const own = await ownOf(visitor);
      const trail = new Map([...(await walker.walk('query', own, isSent)), ...(await walker.listen(own))]);
      trails.set(visitor, trail);
      const all = secretsOf(everything, [], new Set());
      for (const { answer } of trail.values()) for (const each of leaksIn(answer, all)) found.add(each);
    }
    const tables = new Set(everything.filter(({ id }) => found.has(id)).map(({ table }) => table));
    expect([...tables].sort()).toEqual(expect.arrayContaining(SHOWN));
    expect(found.size).toBeGreaterThan(100);
  }, 600_000);

  test('changes what there is: each mutation does its work for somebody', async () => {
    const done = new Set<string>();
    const workers = [
      'city.office',
      'admin',
      'funan.office',
      'longwang.town',
      'hesheng.village',
      'city.office',
    ];
    // A thing that was changed is another version, so each turn changes it once: as often as it takes.
    for (const [turn, username] of [...workers, ...workers, ...workers].entries()) {
      const client = await house.signIn(username, { secondFactor: true });
      await look();
      const own = { ...(await ownOf(rightful[0] as Visitor)), texts: ['村里的事'] };
      // The city's office could only cancel the task, and nothing more could be done with it.
      // Nor can an interview that is over be appointed.
      const isLater = (field: string) =>
        (field === 'changeTaskStatus' && turn < 2 * workers.length) ||
        (field === 'closeInterview' && !done.has('appointInterview'));
      const isOpen = (field: string) =>
        isSent(field) && !(field in NOT_DONE) && !done.has(field) && !isLater(field);
      const trail = await new Walker(schema, visits, client, false).walk('mutation', own, isOpen);
      for (const { probe, answer } of trail.values()) if (dataIn(answer)) done.add(probe.field);
    }
    const missing = Object.keys(schema.getMutationType()?.getFields() ?? {}).filter(
      (field) => isSent(field) && !(field in NOT_DONE) && !done.has(field),
    );
    expect(missing).toEqual([]);
  }, 600_000);
});

test('the walk came by every root field, argument, edge and type', () => {
  const { places, types } = visits.missed();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const fields = roots.flatMap((root) => Object.keys(root?.getFields() ?? {}));
  const count = (pattern: RegExp) => [...visits.places].filter((place) => pattern.test(place)).length;
  console.log(
    `The stranger walk: ${everybody().length} strangers, ${visits.requests} requests, ${fields.length} root fields ` +
      `(${Object.keys(NOT_SENT).length} not sent), ${count(/\)$/)} arguments, ${count(/^[^(]+$/)} fields, ` +
      `${visits.types.size} types, ${twins} answers held against those about nothing.`,
  );
  // What only a mutation leads to that is not sent cannot be come by.
  const asked = typesWithout(schema, Object.keys(NOT_SENT));
  const isAsked = (place: string) =>
    ['Query', 'Mutation', 'Subscription', ...asked].includes(place.split('.')[0] ?? '') &&
    !((/^Mutation\.(\w+)/.exec(place)?.[1] ?? '') in NOT_SENT);
  expect(places.filter(isAsked)).toEqual([]);
  const answered = typesWithout(schema, [...Object.keys(NOT_SENT), ...Object.keys(NOT_DONE)]);
  expect(types.filter((type) => answered.has(type) && !(type in NOT_ANSWERED))).toEqual([]);
});
