import type { AddressInfo } from 'node:net';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { Clock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import { House as Node } from '../../src/house.js';
import { Gateway } from '../../src/http/gateway.js';
import { Client, type House, openHouse, operation, PATIENT } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { RawSocket } from './raw-socket.js';

let house: House;
let wire: Wire;
let gateway: Gateway;
let node: Node;
let city: Client;
const lines: Record<string, unknown>[] = [];

/** The way from the house to its database, which a test can cut. */
class Wire {
  /** Cuts the one connection that has said `word`, or the whole way, at the commit that follows. */
  cutAtCommit: { word: string; isHeard: boolean; whole: boolean } | null = null;
  private readonly open = new Set<Socket>();
  private isCut = false;
  private constructor(
    private readonly server: Server,
    private readonly to: URL,
  ) {}

  static async to(url: string): Promise<Wire> {
    const wire: Wire = new Wire(
      createServer((near) => wire.carry(near)),
      new URL(url),
    );
    await new Promise<void>((resolve) => wire.server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get url(): string {
    const url = new URL(this.to);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return String(url);
  }

  cut(): void {
    this.isCut = true;
    for (const socket of this.open) socket.destroy();
  }

  mend(): void {
    this.isCut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private carry(near: Socket): void {
    if (this.isCut) return void near.destroy();
    const far = dial(Number(this.to.port), this.to.hostname);
    for (const socket of [near, far]) {
      this.open.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    far.on('data', (data) => near.write(data));
    let isMarked = false;
    near.on('data', (data) => {
      const said = String(data);
      isMarked ||= this.cutAtCommit !== null && said.includes(this.cutAtCommit.word);
      if (!isMarked || !this.cutAtCommit || !said.includes('commit')) return void far.write(data);
      const { isHeard, whole } = this.cutAtCommit;
      this.cutAtCommit = null;
      this.isCut = whole;
      if (isHeard) far.end(data);
      else far.destroy();
      near.destroy();
      if (whole) for (const socket of this.open) if (socket !== far) socket.destroy();
    });
  }
}

beforeAll(async () => {
  house = await openHouse();
  wire = await Wire.to(house.database.runtimeUrl);
  const memory = new Writable({
    write: (chunk, _encoding, done) => {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const log = pino({ level: 'error' }, memory);
  const config = readConfig({ DEMO: 'on', ...PATIENT });
  gateway = new Gateway(config, log, { reason: null });
  await gateway.listen('127.0.0.1', 0);
  const clock = new Clock(house.clock.pinned);
  node = await Node.open({ config, secrets: house.database.secrets, runtimeUrl: wire.url, clock, log });
  await node.serve(gateway);
  const own = await house.signIn('city.office');
  const { port } = gateway.app.server.address() as AddressInfo;
  city = new Client(`http://127.0.0.1:${port}`, own.accessToken);
});
afterAll(async () => {
  wire.mend();
  await city.close();
  await node.close();
  await gateway.close();
  await wire.close();
  await house.close();
});

const VIEWER = '{ viewer { id } }';

describe('a fault of ours', () => {
  test('is answered without a word of it, and logged whole under the id that the client got', async () => {
    await house.sql('alter table standard_item rename to secret_table');
    const { data, errors } = await city.ask('{ viewer { id } exitStandards { code items { code } } }');
    await house.sql('alter table secret_table rename to standard_item');
    const [error] = errors ?? [];
    expect(data === null || data.viewer.id).toBeTruthy();
    expect(Object.keys(error ?? {}).sort()).toEqual(['extensions', 'locations', 'message', 'path']);
    expect(error?.message).toBe('Something went wrong on our side.');
    expect(error?.extensions).toEqual({
      code: 'INTERNAL_SERVER_ERROR',
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const logged = lines.find(({ requestId }) => requestId === error?.extensions.requestId);
    expect(JSON.stringify(logged)).toContain('standard_item');
  });
});

describe('a database that is gone', () => {
  test('is said to be, over HTTP, to sockets and to whoever asks whether we are ready', async () => {
    expect((await fetch(`${city.address}/readyz`)).status).toBe(200);
    wire.cut();
    const response = await fetch(`${city.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${city.accessToken}` },
      body: JSON.stringify({ query: VIEWER }),
    });
    expect(response.status).toBe(503);
    const { errors } = (await response.json()) as { errors: unknown[] };
    expect(errors).toEqual([
      {
        message: 'The service cannot answer just now. Try again shortly.',
        extensions: { code: 'SERVICE_UNAVAILABLE', requestId: expect.any(String) },
      },
    ]);
    const login = { username: 'city.office', password: 'x' };
    const anonymous = await new Client(city.address, null).refusal(operation('login'), login);
    expect(anonymous.code).toBe('SERVICE_UNAVAILABLE');
    const ready = await fetch(`${city.address}/readyz`);
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not ready', reason: 'The database does not answer.' },
    ]);
    const socket = new RawSocket(city.address);
    await socket.init(city.accessToken);
    expect(await socket.closed).toEqual({ code: 1013, reason: 'SERVICE_UNAVAILABLE' });
    wire.mend();
    await until('it serves again', async () => !(await city.ask(VIEWER)).errors);
    expect((await fetch(`${city.address}/readyz`)).status).toBe(200);
  });

  test('an open feed goes on when it is back, without loss', async () => {
    const feed = await city.subscribe(operation('supervision-feed'), { within: '341200000000' });
    await feed.next();
    wire.cut();
    // Written through the other node meanwhile.
    const village = await house.signIn('hesheng.village');
    const tasks = { within: '341225206205', filter: { status: ['NOT_STARTED'] }, first: 1 };
    const [{ node: task }] = (await village.data(operation('tasks'), tasks)).tasks.edges;
    const input = { taskId: task.id, to: 'IN_PROGRESS', expectedVersion: task.version };
    const { mark } = (await village.data(operation('change-task-status'), { input })).changeTaskStatus;
    wire.mend();
    const seen = await feed.until(({ data }) => data.supervisionFeed.events.length > 0);
    expect(seen.at(-1).data.supervisionFeed.events[0].mark).toBe(mark);
  });

  describe('in the middle of a commit', () => {
    const document = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark grant { id } } }';
    let client: Client;
    let accountId: string;

    beforeAll(async () => {
      const admin = await house.signIn('admin', { secondFactor: true });
      client = new Client(city.address, admin.accessToken);
      [{ id: accountId }] = await house.sql(`select id from account where username = 'auditor'`);
    });

    /** Each key with a region of its own, so that its effects can be counted. */
    const inputOf = (idempotencyKey: string, regionCode: string) => ({
      accountId,
      role: 'SCREEN',
      regionCode,
      idempotencyKey,
    });
    const effects = async ({ regionCode }: { regionCode: string }) => ({
      grants: await house.sql('select id from role_grant where account_id = $1 and region_code = $2', [
        accountId,
        regionCode,
      ]),
      entries: await house.sql(
        `select xid::text as mark from ledger_entry where operation = 'grantRole' and region_code = $1`,
        [regionCode],
      ),
    });

    test('that the database heard: it is asked, and the answer is the answer', async () => {
      const input = inputOf('heard', '341225206205');
      wire.cutAtCommit = { word: 'heard', isHeard: true, whole: false };
      const { grantRole } = await client.data(document, { input });
      expect(wire.cutAtCommit).toBeNull();
      const once = { grants: [{ id: grantRole.grant.id }], entries: [{ mark: grantRole.mark }] };
      expect(await effects(input)).toEqual(once);
      expect((await client.data(document, { input })).grantRole).toEqual(grantRole);
      expect(await effects(input)).toEqual(once);
    });

    test('that the database never heard: nothing was changed, and it says so', async () => {
      const input = inputOf('unheard', '341225206206');
      wire.cutAtCommit = { word: 'unheard', isHeard: false, whole: false };
      expect((await client.refusal(document, { input })).code).toBe('SERVICE_UNAVAILABLE');
      expect(wire.cutAtCommit).toBeNull();
      expect(await effects(input)).toEqual({ grants: [], entries: [] });
      const { grantRole } = await client.data(document, { input });
      const once = { grants: [{ id: grantRole.grant.id }], entries: [{ mark: grantRole.mark }] };
      expect(await effects(input)).toEqual(once);
    });

    test.each([
      ['heard', true, '341225206203'],
      ['unheard', false, '341225206204'],
    ])(
      '%s by a database that is away afterwards: nobody can say, and the same key settles it',
      async (word, isHeard, regionCode) => {
        const input = inputOf(`${word}-and-away`, regionCode);
        wire.cutAtCommit = { word: `${word}-and-away`, isHeard, whole: true };
        const { code } = await client.refusal(document, { input });
        expect(code).toBe('COMMIT_UNKNOWN');
        expect((await effects(input)).grants).toHaveLength(isHeard ? 1 : 0);
        wire.mend();
        await until('it serves again', async () => !(await city.ask(VIEWER)).errors);
        const { grantRole } = await client.data(document, { input });
        const once = { grants: [{ id: grantRole.grant.id }], entries: [{ mark: grantRole.mark }] };
        expect(await effects(input)).toEqual(once);
      },
    );
  });
});

test('a key whose first request is still under way is not waited for for ever', async () => {
  const admin = await house.signIn('admin', { secondFactor: true });
  const [{ id: adminId }] = await house.sql(`select id from account where username = 'admin'`);
  const [{ id: accountId }] = await house.sql(`select id from account where username = 'wall.screen'`);
  const input = {
    accountId,
    role: 'SCREEN',
    regionCode: '341225206205',
    idempotencyKey: 'slow',
  };
  await house.sql('begin');
  await house.sql(
    `insert into idempotency (account_id, key, operation, fingerprint) values ($1, 'slow', 'grantRole', 'x')`,
    [adminId],
  );
  const document = 'mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }';
  const refusal = await admin.refusal(document, { input });
  await house.sql('rollback');
  expect(refusal.code).toBe('IDEMPOTENCY_IN_PROGRESS');
  expect(await admin.data(document, { input })).toEqual({ grantRole: { mark: expect.any(String) } });
});
