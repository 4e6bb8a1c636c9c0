import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSchema, type GraphQLSchema } from 'graphql';
import { pino } from 'pino';
import type { Viewer } from '../../src/auth/viewer.js';
import { Clock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import { Refusal } from '../../src/errors.js';
import type { Context } from '../../src/http/context.js';
import { Gateway } from '../../src/http/gateway.js';
import { Pipeline } from '../../src/http/pipeline.js';
import { Sockets } from '../../src/http/sockets.js';
import { TrustedDocuments } from '../../src/http/trusted.js';
import { Client, type House, openHouse, operation, PATIENT } from '../helpers/house.js';
import { overHttp, overSocket, VILLAGE } from './doors.js';
import { RawSocket } from './raw-socket.js';

/** Whatever a fault says of itself. */
const CANARY = 'canary-5b0c';
const lines: string[] = [];

/** Every way in which code of ours could fail, by name. */
const FAULTS: Record<string, () => unknown> = {
  error: () => new Error(CANARY),
  database: () =>
    Object.assign(new Error(`duplicate key value (${CANARY})`), { code: '23505', detail: CANARY }),
  lost: () => Object.assign(new Error(CANARY), { code: 'ECONNRESET' }),
  slow: () => Object.assign(new Error(CANARY), { code: '57014' }),
  text: () => CANARY,
  object: () => ({ message: CANARY }),
  nothing: () => undefined,
  refusal: () => new Refusal('FORBIDDEN', 'Not yours.'),
};
const CODES: Record<string, string> = {
  lost: 'SERVICE_UNAVAILABLE',
  slow: 'TIMEOUT',
  refusal: 'FORBIDDEN',
};

/** A house of nothing but faults, behind the doors of ours. */
function faultySchema(): GraphQLSchema {
  const schema = buildSchema(`
    type Query { fails(how: String!): Int  ok: Int  many: [Entry!] }
    type Entry { fails(how: String!): Int }
    type Subscription { never(how: String!): Int  breaks(how: String!): Int  events(how: String!): Entry }
  `);
  const fail = (_: unknown, { how }: { how: string }): never => {
    throw FAULTS[how]?.();
  };
  const fields = (name: string) => {
    const type = schema.getType(name);
    return (
      type as unknown as { getFields(): Record<string, { resolve?: unknown; subscribe?: unknown }> }
    ).getFields();
  };
  Object.assign(fields('Query').fails ?? {}, { resolve: fail });
  Object.assign(fields('Query').many ?? {}, { resolve: () => Array(400).fill({}) });
  Object.assign(fields('Entry').fails ?? {}, { resolve: fail });
  Object.assign(fields('Subscription').never ?? {}, { subscribe: fail });
  Object.assign(fields('Subscription').breaks ?? {}, {
    async *subscribe(root: unknown, args: { how: string }) {
      yield { breaks: 1 };
      fail(root, args);
    },
  });
  Object.assign(fields('Subscription').events ?? {}, {
    async *subscribe() {
      yield { events: {} };
    },
  });
  return schema;
}

let gateway: Gateway;
let sockets: Sockets;
let client: Client;
let socket: RawSocket;

beforeAll(async () => {
  const memory = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(String(chunk));
      done();
    },
  });
  const log = pino({ level: 'error' }, memory);
  const config = readConfig({ ...PATIENT });
  const schema = faultySchema();
  const trusted = new TrustedDocuments([], false);
  const pipeline = new Pipeline({ schema, introspection: true, trusted, limits: config.limits });
  gateway = new Gateway(config, log, { reason: null });
  const address = await gateway.listen('127.0.0.1', 0);
  const viewer = { accountId: 'a', sessionId: 's' } as Viewer;
  await gateway.serve(schema, async () => ({ asker: viewer }) as unknown as Context, pipeline);
  sockets = new Sockets({
    server: gateway.app.server,
    schema,
    pipeline,
    config,
    log,
    clock: new Clock({ campaignAt: new Date(0), realAt: new Date(), speed: 1 }),
    recognise: async () => ({ viewer, expiresAt: new Date(Date.now() + 600_000) }),
    context: () => ({}) as Context,
  });
  client = new Client(address, 'x');
  socket = await new RawSocket(address).enter('x');
});
afterAll(async () => {
  await sockets.close();
  await gateway.close();
});

describe.each(Object.keys(FAULTS))('a fault of the kind "%s" says nothing of itself', (how) => {
  const code = CODES[how] ?? 'INTERNAL_SERVER_ERROR';
  const variables = { how };
  const silent = (heard: unknown) => expect(JSON.stringify(heard)).not.toContain(CANARY);

  test('in a query', async () => {
    const told = await overHttp(client, {
      query: 'query ($how: String!) { ok fails(how: $how) }',
      variables,
    });
    expect(told).toMatchObject({ code, status: 200 });
    silent(told);
  });

  test('before the first event', async () => {
    const told = await overSocket(socket, {
      query: 'subscription ($how: String!) { never(how: $how) }',
      variables,
    });
    expect(told.code).toBe(code);
    silent(told);
  });

  test('within an event', async () => {
    const query = 'subscription ($how: String!) { events(how: $how) { fails(how: $how) } }';
    await socket.subscribe(`within-${how}`, query, variables);
    const event = await socket.next();
    expect(event).toMatchObject({ type: 'next', payload: { errors: [{ extensions: { code } }] } });
    silent(event);
    expect(await socket.next()).toMatchObject({ type: 'complete' });
  });

  test('between events: that subscription ends, and the socket goes on', async () => {
    const query = 'subscription ($how: String!) { breaks(how: $how) }';
    await socket.subscribe(`between-${how}`, query, variables);
    expect(await socket.next()).toMatchObject({ type: 'next', payload: { data: { breaks: 1 } } });
    const end = await socket.next();
    expect(end).toMatchObject({ id: `between-${how}`, type: 'error', payload: [{ extensions: { code } }] });
    silent(end);
    await socket.say({ type: 'ping' });
    expect(await socket.next()).toEqual({ type: 'pong' });
  });

  test('and is logged whole, unless it is a refusal', () => {
    const logged = lines.filter((line) => line.includes(`"code":"${code}"`)).length;
    expect(logged > 0).toBe(how !== 'refusal');
  });
});

test('what was thrown is in the log, for those who have to mend it', () => {
  expect(lines.some((line) => line.includes(CANARY))).toBe(true);
});

test('four hundred failures in one answer are told as twenty', async () => {
  const query = '{ many { fails(how: "error") } }';
  const told = await overHttp(client, { query });
  expect(told.errors).toHaveLength(20);
  expect(told.bytes).toBeLessThan(32 * 1024);
});

describe('faults of the database, in the whole house', () => {
  let house: House;
  let city: Client;
  beforeAll(async () => {
    house = await openHouse();
    city = await house.signIn('city.office');
  });
  afterAll(() => house.close());

  test('a row that must not be there twice', async () => {
    await house.sql(`create unique index ${CANARY.replaceAll('-', '_')} on project (region_code, kind)
      where name_zh like '晒谷场%'`);
    const document = 'mutation ($input: CreateProjectInput!) { createProject(input: $input) { mark } }';
    const create = (nameZh: string) =>
      overHttp(city, {
        query: document,
        variables: { input: { regionCode: VILLAGE, kind: 'OTHER', nameZh } },
      });
    expect((await create('晒谷场一')).code).toBeNull();
    const told = await create('晒谷场二');
    expect(told.code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(told)).not.toMatch(/canary|project|duplicate|unique|region_code/);
  });

  test('a table that is not there, over HTTP and over a socket', async () => {
    const own = await new RawSocket(house.address).enter(city.accessToken);
    await house.sql('alter table region rename to secret_region');
    const http = await overHttp(city, { query: operation('region'), variables: { code: VILLAGE } });
    const feed = { query: operation('supervision-feed'), variables: { within: VILLAGE } };
    const said = await overSocket(own, feed);
    await house.sql('alter table secret_region rename to region');
    for (const told of [http, said]) {
      expect(told.code).toBe('INTERNAL_SERVER_ERROR');
      expect(told.errors.map(({ message }) => message)).toEqual(['Something went wrong on our side.']);
    }
    expect((await overSocket(own, feed)).code).toBeNull();
    own.socket.close();
  });
});
