import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

let house: House;
let auditor: Client;
let village: Client;
let auditorId: string;
let villageId: string;
/** The mark of a task's move with a note. */
let mark: string;
let taskId: string;

const VILLAGE = '341225206205';
const LEDGER = `query ($within: RegionCode, $filter: LedgerFilter, $first: Int!, $after: String) {
  ledger(within: $within, filter: $filter, first: $first, after: $after) {
    totalCount
    edges { cursor node { id at campaignAt act operation roles sessionId fields purpose outcome code address device requestId
      mark account { id name } region { code } subject { type id } seal { seq hash day } } }
    pageInfo { hasNextPage endCursor } } }`;

// biome-ignore lint/suspicious/noExplicitAny: the answer's shape is the query's
type Loose = any;
const entries = async (filter: object = {}, more: object = {}): Promise<Loose[]> => {
  const { ledger } = await auditor.data(LEDGER, { filter, first: 100, ...more });
  return ledger.edges.map(({ node }: Loose) => node);
};

beforeAll(async () => {
  house = await openHouse();
  [auditor, village] = [await house.signIn('auditor'), await house.signIn('hesheng.village')];
  [auditorId, villageId] = await Promise.all(
    [auditor, village].map(async (client) => (await client.data('{ viewer { id } }')).viewer.id),
  );
  const variables = { within: VILLAGE, filter: { status: ['NOT_STARTED'] }, first: 1 };
  const [{ node: task }] = (await village.data(operation('tasks'), variables)).tasks.edges;
  taskId = task.id;
  const input = { taskId, to: 'IN_PROGRESS', expectedVersion: task.version, note: '道路已通' };
  ({ mark } = (await village.data(operation('change-task-status'), { input })).changeTaskStatus);
  await house.client().ask(operation('login'), { username: 'nobody', password: 'wrong-password' });
  await house.settled();
});
afterAll(() => house.close());

describe('the auditor\u2019s list', () => {
  test('tells of an act who did it, as what, what, where, why, from where, and its seal', async () => {
    const [entry] = await entries({ subjectId: taskId });
    expect(entry).toEqual({
      id: expect.any(String),
      at: expect.stringMatching(/Z$/),
      campaignAt: house.clock.now().toISOString(),
      act: 'task.changeStatus',
      operation: 'changeTaskStatus',
      roles: ['VILLAGE_TEAM'],
      sessionId: expect.any(String),
      fields: [],
      purpose: '道路已通',
      outcome: 'DONE',
      code: null,
      address: '127.0.0.1',
      device: expect.any(String),
      requestId: expect.any(String),
      mark,
      account: { id: villageId, name: '合胜村驻村工作队' },
      region: { code: VILLAGE },
      subject: { type: 'TASK', id: taskId },
      seal: {
        seq: expect.stringMatching(/^\d+$/),
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    });
    // Real time: the campaign is in 2016.
    expect(Math.abs(Date.parse(entry.at) - Date.now())).toBeLessThan(60_000);
  });

  test('is newest first and pages by cursor without gap or double', async () => {
    const all = await entries();
    expect(all.length).toBeGreaterThanOrEqual(4);
    const times = all.map(({ at }) => at);
    expect(times).toEqual([...times].sort().reverse());
    const seen = [];
    for (let after: string | null = null; ; ) {
      const { ledger }: Loose = await auditor.data(LEDGER, { first: 2, after });
      expect(ledger.totalCount).toBe(all.length);
      seen.push(...ledger.edges.map(({ node }: Loose) => node.id));
      if (!ledger.pageInfo.hasNextPage) break;
      after = ledger.pageInfo.endCursor;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
  });

  test('is narrowed by every filter', async () => {
    const acts = async (filter: object, more?: object) => (await entries(filter, more)).map(({ act }) => act);
    const moved = ['task.changeStatus'];
    expect(await acts({ act: moved })).toEqual(moved);
    expect(await acts({ operation: ['changeTaskStatus'] })).toEqual(moved);
    expect(await acts({ act: [] })).toEqual([]);
    expect(await acts({ accountId: villageId })).toEqual([...moved, 'session.signIn']);
    expect(await acts({ accountId: 'nobody' })).toEqual([]);
    expect(await acts({ subjectType: 'TASK' })).toEqual(moved);
    expect(await acts({ subjectType: 'HOUSEHOLD' })).toEqual([]);
    expect(await acts({ subjectId: taskId })).toEqual(moved);
    expect(await acts({ hasPurpose: true })).toEqual(moved);
    expect(await acts({ hasPurpose: false })).not.toContain(moved[0]);
    expect(await entries({ outcome: ['REFUSED'] })).toMatchObject([
      { act: 'session.signIn', code: 'UNAUTHENTICATED', account: null, region: null },
    ]);
    const [{ at }] = await entries({ act: moved });
    const before = await acts({ to: at });
    expect(before).toEqual(['session.signIn', 'session.signIn']);
    expect(await acts({ from: at, act: moved })).toEqual(moved);
    expect(await acts({ from: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect(await acts({}, { within: VILLAGE })).toEqual([...moved, 'session.signIn']);
  });

  test('of one entry is that entry', async () => {
    const [{ id }] = await entries({ subjectId: taskId });
    const { ledgerEntry } = await auditor.data(`query ($id: ID!) { ledgerEntry(id: $id) { id mark } }`, {
      id,
    });
    expect(ledgerEntry).toEqual({ id, mark });
  });

  test('an entry that is not sealed yet says so', async () => {
    await house.sql('begin');
    await house.sql('select pg_advisory_xact_lock(7166370002)');
    await house.signIn('admin');
    const [newest] = await entries({ act: ['session.signIn'] });
    await house.sql('rollback');
    expect(newest).toMatchObject({ account: { name: expect.any(String) }, seal: null });
  });
});

describe('verifyLedger', () => {
  const VERIFY = `query ($from: Date, $to: Date) { verifyLedger(from: $from, to: $to) {
    ok entries days publicKey head { seq hash } findings { kind seq entryId day } } }`;

  test('finds nothing in a ledger that nobody touched, and what was done to one', async () => {
    await house.settled();
    const { verifyLedger: whole } = await auditor.data(VERIFY);
    expect(whole).toEqual({
      ok: true,
      entries: expect.any(Number),
      days: 0,
      publicKey: expect.stringMatching(/^[\w-]{43}$/),
      head: { seq: String(whole.entries), hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
      findings: [],
    });
    const [{ id, seal }] = await entries({ subjectId: taskId });
    await house.sql('begin');
    await house.sql('set local session_replication_role = replica');
    await house.sql(`update ledger_entry set account_id = $1 where id = $2`, [auditorId, id]);
    await house.sql('commit');
    const { verifyLedger } = await auditor.data(VERIFY, { from: seal.day, to: seal.day });
    expect(verifyLedger).toMatchObject({
      ok: false,
      findings: [{ kind: 'ENTRY_CHANGED', seq: seal.seq, entryId: id, day: null }],
    });
    await house.sql('begin');
    await house.sql('set local session_replication_role = replica');
    await house.sql(`update ledger_entry set account_id = $1 where id = $2`, [villageId, id]);
    await house.sql('commit');
    expect((await auditor.data(VERIFY)).verifyLedger.ok).toBe(true);
  });

  test('refuses an end before the beginning, and days that are none', async () => {
    const refusal = await auditor.refusal(VERIFY, { from: '2026-02-02', to: '2026-02-01' });
    expect(refusal).toMatchObject({ code: 'INVALID_DATE', field: 'to' });
    expect((await auditor.refusal(VERIFY, { from: '2026-02-30' })).code).toBe('INVALID_DATE');
  });
});

test('operators can watch the sealing', async () => {
  const response = await fetch(`${house.address}/metrics`);
  const text = await response.text();
  for (const name of ['duban_ledger_seal_age_seconds', 'duban_ledger_unsealed', 'duban_ledger_findings'])
    expect(text).toMatch(new RegExp(`^${name} [\\d.]+$`, 'm'));
});
