import type { MikroORM } from '@mikro-orm/postgresql';
import type { FastifyRequest } from 'fastify';
import { v7 as newId } from 'uuid';
import { followInterviews } from './accountability/interview.followers.js';
import { followAlerts } from './alerts/alert.followers.js';
import { type Credentials, openCredentials } from './auth/credentials.js';
import type { Asker } from './auth/may.js';
import { Sealer } from './auth/seal.js';
import { TokenMint } from './auth/token.js';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import { readAnchor } from './db/anchor.js';
import { Loaders } from './db/loaders.js';
import { openOrm } from './db/orm.js';
import { followDeadlines } from './deadlines/deadline.followers.js';
import { DeadlineClock } from './deadlines/deadline-clock.js';
import { entities } from './entities.js';
import { LogDays } from './events/days.js';
import type { Follower } from './events/follow.js';
import { comparePositions, type Position } from './events/position.js';
import type { LoggedFact } from './events/read.js';
import { Tail } from './events/tail.js';
import { hubOf } from './feed/feed.js';
import { askerOf } from './http/askers.js';
import type { Context } from './http/context.js';
import type { Gateway } from './http/gateway.js';
import { type Origin, originOf } from './http/origin.js';
import { Pipeline } from './http/pipeline.js';
import { Sockets } from './http/sockets.js';
import { TrustedDocuments } from './http/trusted.js';
import { followInbox } from './inbox/inbox.followers.js';
import { followIndicators } from './indicators/counter.followers.js';
import { installed } from './installation.js';
import { LedgerRounds } from './ledger/rounds.js';
import { DaySigner } from './ledger/signature.js';
import type { Log } from './log.js';
import { recognise } from './people/account.queries.js';
import { readNames } from './regions/region.queries.js';
import { placeName } from './regions/region.rules.js';
import { openSchema } from './schema.js';
import type { Secrets } from './secrets.js';
import { openVault, type Vault } from './vault/vault.js';

export interface HouseOptions {
  readonly config: Config;
  readonly secrets: Pick<
    Secrets,
    'tokenKey' | 'cursorKey' | 'ledgerKey' | 'personalDataKey' | 'nextPersonalDataKey'
  >;
  /** The secrets as they are now: the key of personal data may be changed while nodes serve. */
  readonly secretsNow?: () => Secrets;
  readonly runtimeUrl: string;
  readonly clock: Clock;
  readonly log: Log;
}

const NEVER = new AbortController().signal;

/** One node on a prepared database: the log's live end, its followers, and what every request is given. */
export class House {
  private readonly followers: readonly Follower[];
  private readonly deadlines: DeadlineClock;
  private readonly signer: DaySigner;
  private readonly ledger: LedgerRounds;
  private readonly days: LogDays;
  private readonly mint: TokenMint;
  private readonly credentials: Credentials;
  private readonly sealer: Sealer;
  private readonly common: ReturnType<House['commonGround']>;
  private readonly live: ReturnType<House['liveGround']>;
  private sockets: Sockets | null = null;
  private names: ReadonlyMap<string, string> = new Map();
  /** What facts of the house still have this node do. */
  private heeding: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly options: HouseOptions,
    readonly orm: MikroORM,
    readonly tail: Tail,
    private readonly vault: Vault,
  ) {
    const { secrets, config } = options;
    const tokenKey = Buffer.from(secrets.tokenKey, 'base64url');
    this.mint = new TokenMint(tokenKey, config.accessTokenMinutes);
    this.credentials = openCredentials(tokenKey, config);
    this.sealer = new Sealer(Buffer.from(secrets.cursorKey, 'base64url'));
    const given = { orm, tail, clock: options.clock, log: options.log };
    this.followers = [
      followDeadlines(given),
      followAlerts(given),
      followInbox(given),
      followInterviews(given),
      followIndicators(given),
    ];
    this.deadlines = new DeadlineClock(given);
    this.deadlines.start();
    this.signer = new DaySigner(Buffer.from(secrets.ledgerKey, 'base64url'));
    this.ledger = new LedgerRounds({ ...given, signer: this.signer, keepYears: config.ledgerKeepYears });
    this.ledger.start();
    this.days = new LogDays({ ...given, keepDays: config.feedKeepDays });
    this.days.start();
    this.common = this.commonGround();
    this.live = this.liveGround();
  }

  static async open(options: HouseOptions): Promise<House> {
    const { runtimeUrl, log } = options;
    const vault = await openVault(runtimeUrl, options.secretsNow ?? (() => options.secrets), log);
    const orm = await openOrm(runtimeUrl, entities, options.config.limits);
    const tail = new Tail({ connectionString: runtimeUrl, log });
    await tail.start();
    const house = new House(options, orm, tail, vault);
    // Heard first and read then, so that a change in between is not missed.
    tail.onFacts((facts) => house.hear(facts));
    await Promise.all([house.readNames(), house.readClock()]);
    return house;
  }

  /** Opens the doors of this node. */
  async serve(gateway: Gateway): Promise<void> {
    const schema = await openSchema();
    const { clock, log, config } = this.options;
    const { introspection, limits } = config;
    const trusted = TrustedDocuments.in(installed('schema', 'operations'), config.trustedDocuments);
    const pipeline = new Pipeline({ schema, introspection, trusted, limits });
    await gateway.serve(schema, (request) => this.requestContext(request), pipeline);
    const sockets = new Sockets({
      server: gateway.app.server,
      schema,
      pipeline,
      config,
      log,
      clock,
      recognise: (accessToken) => this.recognise(accessToken),
      context: (viewer, origin, ended) => this.liveContext(viewer, origin, ended),
    });
    this.sockets = sockets;
    const { counts } = this.tail;
    const carried = 'Ticks of the log that came with their facts and need not be read.';
    gateway.count('log_carried_total', carried, () => counts.carried);
    gateway.count('log_read_total', 'Times new facts of the log were read by this node.', () => counts.read);
    gateway.measure('open_sockets', 'Sockets that are open on this node.', () => sockets.open);
    this.ledger.measure(gateway);
    hubOf({ tail: this.tail, clock, sealer: this.sealer }).measure(gateway);
  }

  /**
   * Every follower has handled everything committed before the call and what it stated itself, nothing is due, and the
   * ledger is sealed. Where others go on writing this may never be so.
   */
  async settled(): Promise<void> {
    for (let before: Position | null = null; ; ) {
      const at = await this.tail.now();
      if (before && comparePositions(before, at) === 0) return this.ledger.sealNow();
      before = at;
      await this.followTo(at);
      await this.deadlines.scanNow();
    }
  }

  /** Every follower has handled everything committed before the call, and what was due then. */
  async caughtUp(): Promise<void> {
    await this.followTo(await this.tail.now());
    await this.deadlines.scanNow();
    await this.followTo(await this.tail.now());
  }

  /** Sends the sockets to another node; requests under way go on. */
  async leave(): Promise<void> {
    await this.sockets?.close();
  }

  async close(): Promise<void> {
    await this.leave();
    await Promise.all([this.deadlines.stop(), this.ledger.stop(), this.days.stop()]);
    await Promise.all(this.followers.map((follower) => follower.stop()));
    await this.tail.stop();
    await this.orm.close(true);
  }

  private async followTo(at: Position): Promise<void> {
    await Promise.all([this.heeding, ...this.followers.map((follower) => follower.caughtUp(at))]);
  }

  private readonly recognise = (accessToken: string) =>
    recognise(this.orm.em.fork(), this.mint, accessToken, this.options.clock.real());

  private async requestContext(request: FastifyRequest): Promise<Context> {
    const asker = await askerOf(request.headers.authorization, this.recognise);
    const now = this.options.clock.now();
    return {
      ...this.given(asker, originOf(request.ip, request.headers), request.id),
      em: this.orm.em.fork(),
      loaders: new Loaders(true),
      now,
      ended: NEVER,
    };
  }

  /** For a subscription: time goes on, and nothing is remembered; while it is quiet it holds next to nothing. */
  private liveContext(asker: Asker, origin: Origin, ended: AbortSignal): Context {
    const own = { asker, origin, requestId: newId(), ended, loaders: new Loaders(false) };
    return Object.assign(Object.create(this.live) as House['live'], own);
  }

  /** What is the same for every subscription, which are many: each inherits it. */
  private liveGround() {
    const { clock } = this.options;
    const { em } = this.orm;
    return {
      ...this.common,
      get em() {
        return em.fork();
      },
      get now() {
        return clock.now();
      },
    };
  }

  private given(asker: Asker, origin: Origin, requestId: string) {
    return { ...this.common, asker, origin, requestId };
  }

  /** What is the same for every request. */
  private commonGround() {
    const { mint, credentials, sealer, tail, vault } = this;
    const { clock, config } = this.options;
    const { ledgerKeepYears, limits } = config;
    return {
      clock,
      mint,
      credentials,
      sealer,
      vault,
      tail,
      reveals: { perHour: limits.revealsPerHour, perDay: limits.revealsPerDay },
      ledger: { publicKey: this.signer.publicKey, keepYears: ledgerKeepYears },
      placeName: (code: string) => placeName(code, (each) => this.names.get(each)),
      kick: () => {
        tail.kick();
        this.ledger.ring();
      },
    };
  }

  /** What a node must do about facts of the house itself. */
  private hear(facts: readonly LoggedFact[]): void {
    for (const fact of facts) {
      if (fact.kind === 'SESSION_ENDED') this.sockets?.endSession(fact.subject.id);
      if (fact.kind === 'CLOCK_CHANGED') this.heed(this.readClock());
      if (fact.kind === 'KEYS_CHANGED') this.heed(this.vault.refresh());
      if (fact.kind === 'REGIONS_LOADED') this.heed(this.readNames());
    }
  }

  private async readClock(): Promise<void> {
    const anchor = await readAnchor(this.orm.em.fork());
    if (anchor) this.options.clock.pin(anchor);
  }

  private async readNames(): Promise<void> {
    this.names = await readNames(this.orm.em.fork());
  }

  private heed(work: Promise<void>): void {
    const heeded = work.catch((error: unknown) =>
      this.options.log.error({ err: error }, 'a fact of the house was not heeded'),
    );
    this.heeding = Promise.all([this.heeding, heeded]).then(() => undefined);
  }
}
