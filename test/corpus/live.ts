import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { codeOf, fromBase32, stepAt } from '../../src/auth/totp.js';
import { Canary } from '../helpers/canary.js';
import { freePort } from '../helpers/command.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';
import { operation } from '../helpers/house.js';
import { scratchFolder } from '../helpers/scratch.js';
import { Server } from '../server/process.js';
import { forgeries } from './forged.js';

/** More than any case needs, so that only those meet a limit that mean to. */
const ROOMY = {
  LIMIT_SOCKETS_PER_ACCOUNT: '1000',
  LIMIT_SOCKETS_PER_ADDRESS: '1000',
  LIMIT_SOCKETS_UNAUTHENTICATED: '1000',
  LIMIT_SIGN_IN_FAILURES: '1000',
  LIMIT_SIGN_IN_FAILURES_PER_ADDRESS: '1000',
  // Campaign time all but stands still.
  CAMPAIGN_SPEED: '0.000001',
  LOG_LEVEL: 'trace',
};

const ACCOUNTS = [
  'city.leader',
  'city.office',
  'funan.office',
  'longwang.town',
  'lucheng.town',
  'hesheng.village',
  'liulou.village',
  'auditor',
  'admin',
  'wall.screen',
];

/** A node as operators run it, a process of its own on the demo city; everything it says is kept and searched. */
export class LiveNode {
  private constructor(
    readonly server: Server,
    readonly owner: pg.Client,
    readonly canary: Canary,
    /** Names that cases may use: tokens, ids, versions, cursors. */
    readonly world: Record<string, string>,
    private readonly database: FreshDatabase,
    private readonly tidy: () => Promise<void>,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<LiveNode> {
    const database = await freshDatabase({ template: 'demo' });
    const { folder, remove } = await scratchFolder();
    const secretsFile = join(folder, 'secrets.json');
    await writeFile(secretsFile, JSON.stringify(database.secrets), { mode: 0o600 });
    const server = new Server(await freePort(), {
      DATABASE_URL: database.ownerUrl,
      SECRETS_FILE: secretsFile,
      DEMO: 'on',
      ...ROOMY,
      ...env,
    });
    await server.ready();
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    await owner.connect();
    const canary = await Canary.in(owner);
    const world = { password: database.secrets.demoPassword };
    const node = new LiveNode(server, owner, canary, world, database, async () => {
      await remove();
      await rm(folder, { recursive: true, force: true });
    });
    await node.look();
    return node;
  }

  get address(): string {
    return this.server.address;
  }

  token(username: string | null | undefined): string | null {
    if (!username) return null;
    const token = this.world[`token.${username}`];
    if (!token) throw new Error(`${username} is not signed in`);
    return token;
  }

  isAlive(): Promise<boolean> {
    return fetch(`${this.address}/healthz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  async ask(token: string | null, query: string, variables: object = {}) {
    const response = await fetch(`${this.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers of many shapes
    return (await response.json()) as any;
  }

  /** Ends the process politely; what it said and how it ended. */
  async stop() {
    const end = await this.server.end();
    for (const line of end.out.split('\n')) this.canary.kept(line, 'the log');
    const leaks = await this.canary.verdict(this.owner);
    await this.owner.end();
    await this.database.drop();
    await this.tidy();
    return { ...end, leaks };
  }

  /** Signs everybody in and learns the names of what is there. */
  private async look(): Promise<void> {
    for (const username of ACCOUNTS) {
      const { data } = await this.ask(null, operation('login'), { username, password: this.world.password });
      this.world[`token.${username}`] = data.login.accessToken;
      this.world[`refresh.${username}`] = data.login.refreshToken;
      this.world[`account.${username}`] = data.login.viewer.id;
    }
    await this.showSecondFactor('funan.office');
    const { 'token.hesheng.village': own = '', 'token.liulou.village': foreign = '' } = this.world;
    Object.assign(this.world, await forgeries(own, foreign, this.database.secrets.tokenKey));
    for (const [name, code] of PLACES) await this.learn(name, code);
    const { rows } = await this.owner.query(`select id, version from role_grant order by id limit 1`);
    Object.assign(this.world, { 'grant.id': rows[0].id, 'grant.version': String(rows[0].version) });
    this.world.nobody = '01520a25-de80-76e4-8724-000000000000';
  }

  private async showSecondFactor(username: string): Promise<void> {
    const token = this.token(username);
    const enrol = operation('account/enrol-second-factor');
    const { data } = await this.ask(token, enrol, { password: this.world.password });
    const code = codeOf(fromBase32(data.enrolSecondFactor.secret), stepAt(new Date()));
    await this.ask(token, operation('account/confirm-second-factor'), { code });
  }

  private async learn(name: string, code: string): Promise<void> {
    for (const table of ['household', 'task', 'project', 'alert', 'inspection']) {
      const open = table === 'task' ? `status = 'IN_PROGRESS' desc, id` : 'id';
      const { rows } = await this.owner.query(
        `select id, version from ${table} where region_code >= $1 and region_code < $2 order by ${open} limit 1`,
        [code.replace(/0+$/, ''), `${code.replace(/0+$/, '')}:`],
      );
      if (!rows[0]) continue;
      this.world[`${name}.${table}`] = rows[0].id;
      this.world[`${name}.${table}.version`] = String(rows[0].version);
    }
    this.world[`${name}.code`] = code;
    const member = `select id from household_member where household_id = $1 order by position limit 1`;
    const { rows } = await this.owner.query(member, [this.world[`${name}.household`]]);
    if (rows[0]) this.world[`${name}.member`] = rows[0].id;
  }
}

/** Own, of the same county, and of another county, as the village team of Hesheng sees it. */
const PLACES = [
  ['own', '341225206205'],
  ['foreign', '341225120206'],
  ['county', '341225000000'],
  ['city', '341200000000'],
] as const;
