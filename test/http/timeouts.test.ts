import { afterEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { overSocket, VILLAGE } from './doors.js';
import { RawSocket } from './raw-socket.js';

/** Different times in each house, so that one of them is met long before the others. */
const LONG = '60000';
const PATIENT = {
  LIMIT_EXECUTION_MS: LONG,
  LIMIT_STATEMENT_MS: LONG,
  LIMIT_LOCK_MS: LONG,
  LIMIT_TRANSACTION_MS: LONG,
  LIMIT_IDLE_IN_TRANSACTION_MS: LONG,
  LIMIT_POOL_WAIT_MS: LONG,
};
const SHORT = '1500';

let house: House;
let holder: pg.Client;

async function open(env: Record<string, string>): Promise<Client> {
  house = await openHouse({ env: { ...PATIENT, ...env } });
  holder = new pg.Client({ connectionString: house.database.ownerUrl });
  await holder.connect();
  // A password takes its time to be checked, and the bound may be met on the way.
  let city: Client | null = null;
  await until('signed in', async () => {
    city = await house.signIn('city.office').catch(() => null);
    return city !== null;
  });
  return city as unknown as Client;
}

/** Nobody else gets at this table until the transaction ends. */
async function hold(table: string): Promise<void> {
  await holder.query(`begin; lock table ${table} in access exclusive mode`);
}

afterEach(async () => {
  await holder.end();
  await house.close();
});

const STANDARDS = '{ exitStandards { code } }';
const waiting = async () =>
  (
    await house.sql(
      `select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
    )
  ).length;
const codeOf = async (answer: ReturnType<Client['ask']>) => (await answer).errors?.[0]?.extensions.code;

test('a query that takes too long is told so, ended in the database, and harms no other', async () => {
  const city = await open({ LIMIT_EXECUTION_MS: SHORT });
  await hold('exit_standard');
  const response = await fetch(`${house.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${city.accessToken}` },
    body: JSON.stringify({ query: `{ viewer { id } exitStandards { code } }` }),
  });
  expect(response.status).toBe(200);
  const answer = (await response.json()) as { errors: { message: string; extensions: { code: string } }[] };
  expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['TIMEOUT']);
  expect(answer.errors[0]?.message).toBe('This took longer than it may. Ask for less.');
  await until('nothing of it waits in the database', async () => (await waiting()) === 0);
  await holder.query('rollback');
  await until('it is answered', async () => (await codeOf(city.ask(STANDARDS))) === undefined);
});

test('a change that takes too long has not happened, and can be sent again', async () => {
  const city = await open({ LIMIT_EXECUTION_MS: SHORT });
  const document = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { mark } }';
  const input = { regionCode: VILLAGE, kind: 'OTHER', nameZh: '晒谷场', idempotencyKey: 'once' };
  await hold('idempotency');
  expect(await codeOf(city.ask(document, { input }))).toBe('TIMEOUT');
  await holder.query('rollback');
  await until('nothing of it is left in the database', async () => (await waiting()) === 0);
  const count = async () => (await house.sql(`select 1 from project where name_zh = '晒谷场'`)).length;
  expect(await count()).toBe(0);
  await until('it is made', async () => (await codeOf(city.ask(document, { input }))) === undefined);
  await until('and answered again', async () => (await codeOf(city.ask(document, { input }))) === undefined);
  expect(await count()).toBe(1);
});

test('twice as many of them as there are connections, and all connections are there again', async () => {
  const city = await open({ LIMIT_EXECUTION_MS: SHORT });
  await hold('exit_standard');
  const codes = await Promise.all(Array.from({ length: 40 }, () => codeOf(city.ask(STANDARDS))));
  expect(new Set(codes)).toEqual(new Set(['TIMEOUT']));
  await holder.query('rollback');
  await until('they are served again', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => codeOf(city.ask(STANDARDS))));
    return answers.every((code) => code === undefined);
  });
});

test('a statement that takes too long, over HTTP and over a socket', async () => {
  const city = await open({ LIMIT_STATEMENT_MS: SHORT });
  const socket = await new RawSocket(house.address).enter(city.accessToken);
  await hold('region');
  expect(await codeOf(city.ask(operation('region'), { code: VILLAGE }))).toBe('TIMEOUT');
  const query = operation('supervision-feed');
  expect((await overSocket(socket, { query, variables: { within: VILLAGE } })).code).toBe('TIMEOUT');
  socket.socket.close();
});

test('a lock that another holds too long', async () => {
  const city = await open({ LIMIT_LOCK_MS: SHORT });
  await hold('exit_standard');
  expect(await codeOf(city.ask(STANDARDS))).toBe('SERVICE_UNAVAILABLE');
});

test('no connection is free for too long', async () => {
  const city = await open({ LIMIT_POOL_WAIT_MS: SHORT });
  await hold('exit_standard');
  const held = Array.from({ length: 20 }, () => city.ask(STANDARDS));
  await until('all connections wait', async () => (await waiting()) === 20);
  const response = await fetch(`${house.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${city.accessToken}` },
    body: JSON.stringify({ query: STANDARDS }),
  });
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  expect([response.status, errors[0]?.extensions.code]).toEqual([503, 'SERVICE_UNAVAILABLE']);
  await holder.query('rollback');
  const codes = await Promise.all(held.map(codeOf));
  expect(codes.every((code) => code === undefined)).toBe(true);
});
