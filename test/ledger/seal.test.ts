import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

let house: House;
let admin: Client;
let accountId: string;
let runtime: pg.Client;

beforeAll(async () => {
  house = await openHouse();
  admin = await house.signIn('admin', { secondFactor: true });
  [{ id: accountId }] = await house.sql(`select id from account where username = 'liulou.village'`);
  runtime = new pg.Client({ connectionString: house.database.runtimeUrl });
  await runtime.connect();
});
afterAll(async () => {
  await runtime.end();
  await house.close();
});

const GRANT = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }';
const grant = async () => {
  const input = { accountId, role: 'SCREEN', regionCode: '341225206205' };
  return (await admin.data(GRANT, { input })).grantRole.mark as string;
};
const stateOf = (statement: string, client = runtime) =>
  client.query(statement).then(
    () => 'done',
    ({ code }) => code,
  );

test('whatever is entered is sealed: numbers without gaps, nothing waiting, each entry once', async () => {
  const marks = await Promise.all(Array.from({ length: 30 }, grant));
  await house.settled();
  const [counts] = await house.sql(
    `select (select count(*) from ledger_entry)::int as entries, (select count(*) from ledger_pending)::int as waiting,
       (select count(*) from ledger_seal)::int as seals, (select max(seq) from ledger_seal)::int as head`,
  );
  expect(counts).toEqual({ entries: counts.head, waiting: 0, seals: counts.head, head: counts.head });
  const sealed = await house.sql(
    `select e.xid::text as mark from ledger_seal s join ledger_entry e on e.id = s.entry_id where e.operation = 'grantRole'`,
  );
  expect(sealed.map(({ mark }) => mark).sort()).toEqual(marks.sort());
});

test('an act does not wait for the sealer, nor the sealer for an act that is not finished', async () => {
  // Somebody holds the sealing lock: acts go on, and wait to be sealed.
  await house.sql('begin');
  await house.sql('select pg_advisory_xact_lock(7166370002)');
  const mark = await grant();
  const unsealed = await house.sql(
    `select e.xid::text as mark from ledger_entry e join ledger_pending p on p.entry_id = e.id`,
  );
  await house.sql('rollback');
  expect(unsealed).toContainEqual({ mark });
  // An act that is under way for long: what comes after it is sealed before it.
  await runtime.query('begin');
  const slow = await runtime.query(ENTRY);
  const later = await grant();
  await house.settled();
  await runtime.query('commit');
  await house.settled();
  const order = await house.sql(
    `select e.xid::text as mark, e.id from ledger_seal s join ledger_entry e on e.id = s.entry_id order by s.seq desc limit 2`,
  );
  expect(order).toEqual([
    expect.objectContaining({ id: slow.rows[0].id }),
    expect.objectContaining({ mark: later }),
  ]);
});

const ENTRY = `insert into ledger_entry (roles, act, operation, fields, outcome, address, request_id, campaign_at)
  values ('{}', 'session.signIn', 'login', '{}', 'DONE', '', '', now()) returning id`;

test('sealers at once give no number twice', async () => {
  const others = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const client = new pg.Client({ connectionString: house.database.runtimeUrl });
      await client.connect();
      return client;
    }),
  );
  const seal = 'select sealed from ledger_seal_pending(3)';
  await Promise.all(
    others.map(async (client) => {
      for (let nth = 0; nth < 12; nth += 1) {
        await client.query(ENTRY);
        await client.query(seal);
      }
    }),
  );
  await house.settled();
  await Promise.all(others.map((client) => client.end()));
  const auditor = await house.signIn('auditor');
  const { verifyLedger } = await auditor.data('{ verifyLedger { ok entries findings { kind seq } } }');
  const [{ entries }] = await house.sql('select count(*)::int as entries from ledger_entry');
  // Signing in to ask is an entry of its own, sealed or not.
  expect(verifyLedger).toMatchObject({ ok: true, findings: [] });
  expect(verifyLedger.entries).toBeGreaterThanOrEqual(entries - 1);
});

describe('the role that serves', () => {
  test.each(['ledger_entry', 'ledger_seal', 'ledger_day', 'ledger_pending'])(
    'changes, removes and empties nothing of %s',
    async (table) => {
      const column = table === 'ledger_entry' ? 'act' : table === 'ledger_day' ? 'key_id' : 'entry_id';
      expect(await stateOf(`update ${table} set ${column} = ${column}`)).toBe('42501');
      expect(await stateOf(`delete from ${table}`)).toBe('42501');
      expect(await stateOf(`truncate ${table}`)).toBe('42501');
    },
  );

  test('adds entries alone, and chooses neither their id, time nor transaction', async () => {
    await house.settled();
    for (const table of ['ledger_seal', 'ledger_day', 'ledger_pending'])
      expect(await stateOf(`insert into ${table} select * from ${table} limit 0`)).toBe('42501');
    for (const column of ['id', 'at', 'xid', 'form'])
      expect(await stateOf(`insert into ledger_entry (${column}) values (default)`)).toBe('42501');
  });

  test('may not prune, nor have the triggers look away', async () => {
    expect(await stateOf(`select ledger_prune('2000-01-01')`)).toBe('42501');
    expect(await stateOf(`set session_replication_role = replica`)).toBe('42501');
    expect(await stateOf(`alter table ledger_entry disable trigger all`)).toBe('42501');
    await runtime.query(`select set_config('duban.ledger_pruning', 'on', false)`);
    expect(await stateOf('delete from ledger_entry')).toBe('42501');
    await runtime.query('reset duban.ledger_pruning');
  });
});

test('the owner is refused, too, unless he puts the triggers out of the way', async () => {
  await house.settled();
  const owner = new pg.Client({ connectionString: house.database.ownerUrl });
  await owner.connect();
  for (const table of ['ledger_entry', 'ledger_seal']) {
    const column = table === 'ledger_entry' ? 'act' : 'entry_id';
    expect(await stateOf(`update ${table} set ${column} = ${column}`, owner)).toBe('42501');
    expect(await stateOf(`delete from ${table}`, owner)).toBe('42501');
    expect(await stateOf(`truncate ${table} cascade`, owner)).toBe('42501');
  }
  await owner.end();
});

test('every write enters itself: who, as what, what, where, why, from where, and its mark', async () => {
  const village = await house.signIn('hesheng.village');
  const variables = { within: '341225206205', filter: { status: ['NOT_STARTED'] }, first: 1 };
  const [{ node: task }] = (await village.data(operation('tasks'), variables)).tasks.edges;
  const input = { taskId: task.id, to: 'IN_PROGRESS', expectedVersion: task.version, note: ' 水泥已到 ' };
  const { mark } = (await village.data(operation('change-task-status'), { input })).changeTaskStatus;
  const { viewer } = await village.data('{ viewer { id } }');
  const [entry] = await house.sql('select * from ledger_entry where xid::text = $1', [mark]);
  expect(entry).toMatchObject({
    account_id: viewer.id,
    session_id: expect.any(String),
    roles: ['VILLAGE_TEAM'],
    act: 'task.changeStatus',
    operation: 'changeTaskStatus',
    subject_type: 'TASK',
    subject_id: task.id,
    region_code: '341225206205',
    fields: [],
    purpose: '水泥已到',
    outcome: 'DONE',
    code: null,
    address: '127.0.0.1',
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    campaign_at: house.clock.now(),
  });
  expect(entry.device).toContain('node');
});

test('signing in, failing to, refreshing and leaving are entered, and no name or token of them', async () => {
  const [{ count: before }] = await house.sql('select count(*)::int from ledger_entry');
  const password = house.database.secrets.demoPassword;
  await house.client().ask(operation('login'), { username: 'canary-nobody', password: 'canary-word' });
  await house.client().ask(operation('login'), { username: 'city.office', password: 'canary-word' });
  const { login } = await house.client().data(operation('login'), { username: 'city.office', password });
  const { refreshToken } = login;
  await house.client().data(operation('refresh'), { refreshToken });
  // Made up by anybody: no act of anybody's session, and nothing that may fill the ledger.
  await house.client().ask(operation('refresh'), { refreshToken: 'canary-token' });
  await house.client(login.accessToken).data(operation('logout'));
  const rows = await house.sql('select * from ledger_entry order by at, id offset $1', [before]);
  const { id } = login.viewer;
  expect(
    rows.map((row) => [
      row.act,
      row.outcome,
      row.code,
      row.account_id,
      row.region_code,
      row.session_id !== null,
    ]),
  ).toEqual([
    ['session.signIn', 'REFUSED', 'UNAUTHENTICATED', null, null, false],
    ['session.signIn', 'REFUSED', 'UNAUTHENTICATED', id, '341200000000', false],
    ['session.signIn', 'DONE', null, id, '341200000000', true],
    ['session.refresh', 'DONE', null, id, '341200000000', true],
    ['session.end', 'DONE', null, id, '341200000000', true],
  ]);
  const text = JSON.stringify(rows);
  for (const secret of ['canary', password, refreshToken]) expect(text).not.toContain(secret);
});
