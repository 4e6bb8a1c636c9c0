import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { createClient, type Client as SocketClient } from 'graphql-ws';
import pg from 'pg';
import WebSocket from 'ws';
import { codeOf, fromBase32, stepAt } from '../../src/auth/totp.js';
import { Clock } from '../../src/clock.js';
import { readConfig } from '../../src/config.js';
import { House as Node } from '../../src/house.js';
import { Gateway } from '../../src/http/gateway.js';
import { type Log, openLog } from '../../src/log.js';
import { Canary } from './canary.js';
import { type FreshDatabase, freshDatabase } from './database.js';
import { Feed } from './feed.js';

/** Where the campaign clock of every test stands until it is moved. */
export const START = '2016-12-08T09:00:00+08:00';

export interface Answer<Data = Record<string, unknown>> {
  data?: Data | null;
  errors?: {
    message: string;
    path?: (string | number)[];
    extensions: { code: string } & Record<string, unknown>;
  }[];
}

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes; typed documents are used where it pays
type Loose = any;

/** The text of an operation of the contract, by its file name in schema/operations. */
export const operation = (name: string): string =>
  readFileSync(new URL(`../../schema/operations/${name}.graphql`, import.meta.url), 'utf8');

/** One signed-in account (or nobody) at the front door. */
export class Client {
  private sockets: SocketClient | null = null;
  private readonly open: Feed[] = [];

  constructor(
    readonly address: string,
    readonly accessToken: string | null,
  ) {}

  async ask(query: string, variables: object = {}): Promise<Answer<Loose>> {
    const response = await fetch(`${this.address}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.accessToken ? { authorization: `Bearer ${this.accessToken}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer<Loose>;
  }

  /** The data of an answer without errors. */
  async data(query: string, variables: object = {}): Promise<Loose> {
    const { data, errors } = await this.ask(query, variables);
    if (errors)
      throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('\n'));
    return data;
  }

  /** The data of a typed document (schema/generated), which must have no errors. */
  run<Data, Variables extends object>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Data> {
    return this.data(print(document), variables);
  }

  /** The extensions of the first error of an answer that must have one. */
  async refusal(query: string, variables: object = {}): Promise<{ code: string } & Loose> {
    const { data, errors } = await this.ask(query, variables);
    const extensions = errors?.[0]?.extensions;
    if (!extensions) throw new Error(`expected a refusal, got ${JSON.stringify(data)}`);
    return extensions;
  }

  async subscribe(query: string, variables: object = {}): Promise<Feed> {
    this.sockets ??= createClient({
      url: `${this.address.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { accessToken: this.accessToken },
      retryAttempts: 0,
    });
    const feed = new Feed(this.sockets.iterate({ query, variables: variables as Record<string, unknown> }));
    this.open.push(feed);
    return feed;
  }

  async close(): Promise<void> {
    for (const feed of this.open) feed.close();
    await this.sockets?.dispose();
  }
}

/** A whole node on a database of its own, spoken to through the front door only. */
export class House {
  private readonly clients: Client[] = [];
  private readonly recoveryCodes = new Map<string, string[]>();

  constructor(
    readonly node: Node,
    readonly clock: Clock,
    readonly database: FreshDatabase,
    private readonly gateway: Gateway,
    private readonly owner: pg.Client,
    /** Searches what the node sends, logs and stores; its verdict is the last word of `close`. */
    readonly canary: Canary,
    readonly log: Log,
  ) {}

  get address(): string {
    return `http://127.0.0.1:${(this.gateway.app.server.address() as AddressInfo).port}`;
  }

  /** A client with this token, or with none. */
  client(accessToken: string | null = null): Client {
    const client = new Client(this.address, accessToken);
    this.clients.push(client);
    return client;
  }

  /** A demo account of the contract; with its second factor shown, for the acts that ask for it. */
  async signIn(username: string, { secondFactor = false } = {}): Promise<Client> {
    const variables = { username, password: this.database.secrets.demoPassword };
    const { login } = await this.client().data(operation('login'), variables);
    const client = this.client(login.accessToken);
    if (secondFactor) await this.showSecondFactor(client, username);
    return client;
  }

  /** Enrols the first time; later by recovery codes, because a code of the app is good once in its 30 seconds. */
  private async showSecondFactor(client: Client, username: string): Promise<void> {
    let code = this.recoveryCodes.get(username)?.pop();
    if (code === undefined) {
      const password = this.database.secrets.demoPassword;
      const { secret } = (await client.data(operation('account/enrol-second-factor'), { password }))
        .enrolSecondFactor;
      code = codeOf(fromBase32(secret), stepAt(new Date()));
    }
    const { confirmSecondFactor } = await client.data(operation('account/confirm-second-factor'), { code });
    if (confirmSecondFactor.recoveryCodes.length > 0)
      this.recoveryCodes.set(username, confirmSecondFactor.recoveryCodes);
  }

  /** Pins campaign time; it stands still between moves. */
  moveClock(to: string): void {
    this.clock.pin(standing(to));
  }

  /** Every follower has read the whole log, and nothing due is left unstated. */
  settled(): Promise<void> {
    return this.node.settled();
  }

  /** Runs SQL as the owner, who is above row-level security: for looking and arranging. */
  async sql(text: string, values: unknown[] = []): Promise<Loose[]> {
    return (await this.owner.query(text, values)).rows;
  }

  /** A number of this node, as operators read it. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.address}/metrics`)).text();
    return Number(new RegExp(`^duban_${name} (\\d+)$`, 'm').exec(text)?.[1]);
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close()));
    await this.node.close();
    await this.gateway.close();
    this.canary.kept(await this.gateway.metrics.metrics(), 'the metrics');
    const leaks = await this.canary.verdict(this.owner);
    await this.owner.end();
    await this.database.drop();
    if (leaks.length > 0) throw new Error(leaks.slice(0, 20).join('\n'));
  }
}

const standing = (at: string) => ({ campaignAt: new Date(at), realAt: new Date(), speed: 1e-9 });

/** Bounds that a test meets only when it means to: on a busy machine everything takes its time, and clients share. */
export const PATIENT = {
  LIMIT_SUBSCRIPTIONS: '1000',
  LIMIT_SOCKETS_PER_ACCOUNT: '1000',
  LIMIT_POOL_WAIT_MS: '20000',
  LIMIT_EXECUTION_MS: '30000',
};

/** Opens a house on a clone of a template: `demo` (the demo city with 200 households) or `migrated` (empty). */
export async function openHouse({
  template = 'demo',
  env = {} as Record<string, string>,
} = {}): Promise<House> {
  const database = await freshDatabase({ template });
  const config = readConfig({ DEMO: 'on', LOG_LEVEL: 'warn', ...PATIENT, ...env });
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  const canary = await Canary.in(owner);
  const log = openLog('trace', canary.log(process.env.TEST_LOG ?? 'fatal'));
  const clock = new Clock(standing(START));
  const gateway = new Gateway(config, log, { reason: null });
  canary.listen(gateway.app.server);
  await gateway.listen('127.0.0.1', 0);
  const node = await Node.open({
    config,
    secrets: database.secrets,
    runtimeUrl: database.runtimeUrl,
    clock,
    log,
  });
  await node.serve(gateway);
  return new House(node, clock, database, gateway, owner, canary, log);
}
