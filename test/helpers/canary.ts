import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex, Writable } from 'node:stream';
import type pg from 'pg';
import * as ws from 'ws';
import { ACTS } from '../../src/auth/may.js';
import { isInside } from '../../src/auth/scope.js';
import type { Role } from '../../src/auth/viewer.js';

/** What is shown masked, and in full only where it is revealed. */
const IN_FULL = ['NAME_OF_MINOR', 'ID_NUMBER', 'PHONE', 'BANK_ACCOUNT'] as const;
type InFull = (typeof IN_FULL)[number];

/** One text of the demo template that stands in one sensitive field of one household and nowhere else (canary.mjs). */
export interface Marker {
  readonly mark: string;
  readonly kind: 'NAME' | 'REGISTER_NUMBER' | 'INCOME' | InFull;
  readonly regionCode: string;
}

/** What a marker could look like: a rare character, or digits in the forms of the numbers. */
const CANDIDATE = /[\u3400-\u4dbf]|(?<![\d.])(?:\d{12}-\d{5}|\d{17}[\dXx]|\d{9,11}|\d{19})(?!\d|\.\d)/g;
/** Ids are random, so that once in a while one of them holds the digits of somebody's income; they say nothing of him. */
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
/** Tokens and the demo's password are nobody's to log or to store. */
const SECRET = /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}|demo-password/;
/** Where the register itself is kept, behind the second wall. */
const REGISTER = ['household', 'household_member', 'household_income'];
/** The package's own reader of frames, which its types do not know. */
const { Receiver } = ws as unknown as { Receiver: new (options: object) => Writable };
const LEVELS = { fatal: 60, error: 50, warn: 40, info: 30, debug: 20, trace: 10, silent: 100 } as const;

interface Seen {
  /** The account whose token came with the request or opened the socket; null for nobody. */
  readonly reader: string | null;
  readonly marker: Marker;
  readonly where: string;
  /** Part of the answer of the one mutation that shows a value in full. */
  readonly isRevealed: boolean;
}

/** Finds markers in whatever one test file sends, logs and stores, and says which their reader had no right to. */
export class Canary {
  private readonly markers: ReadonlyMap<string, Marker>;
  private readonly seen = new Map<string, Seen>();
  /** What was logged or stored and must not be. */
  readonly spilt: string[] = [];
  /** Bytes that were looked through. */
  searched = 0;

  constructor(
    markers: readonly Marker[],
    /** The transaction before which everything was in the template. */
    private readonly since = '0',
  ) {
    this.markers = new Map(markers.map((marker) => [marker.mark, marker]));
  }

  /** The markers of a database that was cloned from the demo template; none of any other. */
  static async in(owner: pg.Client): Promise<Canary> {
    const { rows } = await owner.query(`select to_regclass('canary.marker') is not null as planted`);
    if (!rows[0].planted) return new Canary([]);
    const found = await owner.query<Marker>(
      'select mark, kind, region_code as "regionCode" from canary.marker',
    );
    const { rows: now } = await owner.query('select pg_current_xact_id()::xid::text as xid');
    return new Canary(found.rows, now[0].xid);
  }

  find(text: string): Marker[] {
    this.searched += text.length;
    const digits = text.replace(ID, 'id').match(CANDIDATE) ?? [];
    const found = digits.flatMap((mark) => this.markers.get(mark.toUpperCase()) ?? []);
    return [...new Set(found)];
  }

  /** What was sent to a reader; judged at the end, when all grants are known. */
  sent(reader: string | null, text: string, where: string): void {
    const isRevealed = text.includes('"revealPersonalData"');
    for (const marker of this.find(text)) {
      this.seen.set(`${reader} ${marker.mark} ${isRevealed}`, { reader, marker, where, isRevealed });
    }
  }

  /** What was logged or stored for good: nobody's, whatever his rights. */
  kept(text: string, where: string): void {
    for (const { kind } of this.find(text)) this.spilt.push(`${kind} in ${where}: ${text.slice(0, 200)}`);
    if (SECRET.test(text)) this.spilt.push(`a secret in ${where}: ${text.slice(0, 200)}`);
  }

  /** A log that is searched at every level and printed from one on. */
  log(level: string): { write(line: string): void } {
    const from = LEVELS[level as keyof typeof LEVELS] ?? LEVELS.fatal;
    return {
      write: (line) => {
        this.kept(line, 'the log');
        if ((JSON.parse(line) as { level: number }).level >= from) process.stdout.write(line);
      },
    };
  }

  /** Hears every byte that the server of a node sends from now on. */
  listen(server: Server): void {
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      // Files of the installation, made before there was any data; in a compressed one any character turns up.
      if (request.method === 'GET' && request.url?.startsWith('/assets/')) return;
      tap(response, (bytes) =>
        this.sent(
          readerOf(request.headers.authorization),
          bytes.toString(),
          `${request.method} ${request.url}`,
        ),
      );
    });
    server.prependListener('upgrade', (_request: IncomingMessage, socket: Duplex) => this.hear(socket));
  }

  /** A socket's reader is who its first message says; what is sent before that is nobody's. */
  private hear(socket: Duplex): void {
    let reader: string | null = null;
    const receiver = new Receiver({ isServer: true, maxPayload: 1 << 20 });
    receiver.on('error', () => undefined);
    receiver.on('message', (data: Buffer) => {
      reader ??= readerOf(`Bearer ${/"accessToken"\s*:\s*"([^"]+)"/.exec(String(data))?.[1]}`);
    });
    socket.on('data', (bytes: Buffer) => {
      // A copy: reading a frame unmasks its bytes where they lie.
      if (reader === null && !receiver.destroyed) receiver.write(Buffer.from(bytes));
    });
    const write = socket.write.bind(socket) as (chunk: unknown, ...rest: unknown[]) => boolean;
    socket.write = ((chunk: unknown, ...rest: unknown[]) => {
      this.sent(reader, textOf(chunk), 'a socket');
      return write(chunk, ...rest);
    }) as typeof socket.write;
  }

  /** Everything that this test has put into any table but the register's own. */
  private async search(owner: pg.Client): Promise<void> {
    if (this.markers.size === 0) return;
    const { rows } = await owner.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'`,
    );
    for (const { name } of rows.filter((table) => !REGISTER.includes(table.name))) {
      const { rows: stored } = await owner.query<{ text: string }>(
        `select t::text as text from "${name}" t where age(xmin) <= age($1::text::xid)`,
        [this.since],
      );
      for (const { text } of stored) this.kept(text, `table ${name}`);
    }
  }

  /** What was seen by somebody without the right to it, as sentences; empty when all is well. */
  async verdict(owner: pg.Client): Promise<string[]> {
    await this.search(owner);
    const { rows: grants } = await owner.query<{ account: string; role: Role; region: string }>(
      'select account_id as account, role, region_code as region from role_grant',
    );
    const may = (act: 'household.read' | 'household.reveal', { reader, marker }: Seen) =>
      grants.some(
        ({ account, role, region }) =>
          account === reader &&
          (ACTS[act] as readonly Role[]).includes(role) &&
          isInside(marker.regionCode, region),
      );
    const mayHaveSeen = (seen: Seen) =>
      (IN_FULL as readonly string[]).includes(seen.marker.kind)
        ? seen.isRevealed && may('household.reveal', seen)
        : may('household.read', seen);
    const leaks = [...this.seen.values()].filter((seen) => !mayHaveSeen(seen));
    const said = leaks.map(
      ({ reader, marker, where }) =>
        `${marker.kind} of ${marker.regionCode} was sent to ${reader ?? 'nobody signed in'} by ${where}`,
    );
    return [...new Set([...said, ...this.spilt])];
  }
}

const textOf = (chunk: unknown): string =>
  typeof chunk === 'string' ? chunk : chunk instanceof Uint8Array ? Buffer.from(chunk).toString() : '';

/** The account that a token names, whether the token is still good or not. */
function readerOf(authorization: string | undefined): string | null {
  const body = /^Bearer +[\w-]+\.([\w-]+)\./i.exec(authorization ?? '')?.[1];
  if (!body) return null;
  try {
    return (JSON.parse(Buffer.from(body, 'base64url').toString()) as { sub?: string }).sub ?? null;
  } catch {
    return null;
  }
}

/** The whole of an answer, once it is complete; a marker may lie across two of its parts. */
function tap(response: ServerResponse, heard: (bytes: Buffer) => void): void {
  const parts: Buffer[] = [];
  const keep = (chunk: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) parts.push(Buffer.from(chunk as string));
  };
  const write = response.write.bind(response) as (...args: unknown[]) => boolean;
  const end = response.end.bind(response) as (...args: unknown[]) => ServerResponse;
  response.write = ((...args: unknown[]) => {
    keep(args[0]);
    return write(...args);
  }) as typeof response.write;
  response.end = ((...args: unknown[]) => {
    keep(args[0]);
    heard(Buffer.concat(parts));
    return end(...args);
  }) as typeof response.end;
}
