import pg from 'pg';
import { DaySigner } from '../../src/ledger/signature.js';
import { type Ask, type Verification, verifyLedger, type Wanted } from '../../src/ledger/verify.js';
import { type FreshDatabase, freshDatabase } from '../helpers/database.js';

const INSERT = `insert into ledger_entry (account_id, roles, act, operation, subject_type, subject_id, region_code, fields,
    purpose, outcome, address, request_id, campaign_at)
  values ('01890000-0000-7000-8000-000000000001', '{COUNTY_OFFICE}', 'household.reveal', 'revealPersonalData',
    'HOUSEHOLD', $1, '341225206205', '{ID_NUMBER}', '核对低保申请', 'DONE', '10.0.0.7', 'request', now())`;

/** A ledger on a database of its own, whose days pass when the test says so. */
export class Ledger {
  readonly signer: DaySigner;

  private constructor(
    readonly database: FreshDatabase,
    /** Above every right, as the tamperer is. */
    readonly owner: pg.Client,
    readonly runtime: pg.Client,
  ) {
    this.signer = new DaySigner(Buffer.from(database.secrets.ledgerKey, 'base64url'));
  }

  static async open(): Promise<Ledger> {
    const database = await freshDatabase();
    const owner = new pg.Client({ connectionString: database.ownerUrl });
    const runtime = new pg.Client({ connectionString: database.runtimeUrl });
    await Promise.all([owner.connect(), runtime.connect()]);
    return new Ledger(database, owner, runtime);
  }

  async close(): Promise<void> {
    await Promise.all([this.owner.end(), this.runtime.end()]);
    await this.database.drop();
  }

  readonly ask: Ask = async (text, values) => (await this.owner.query(text, values)).rows;

  /** Moves the calendar of the database. */
  async turnTo(day: string): Promise<void> {
    await this.owner.query(
      `create or replace function ledger_today() returns date language sql volatile as $$ select date '${day}' $$`,
    );
  }

  /** Entries as the house makes them, one transaction each. */
  async enter(count: number): Promise<void> {
    for (let nth = 0; nth < count; nth += 1) await this.runtime.query(INSERT, [`household ${nth}`]);
  }

  async seal(): Promise<void> {
    await this.runtime.query('select * from ledger_seal_pending(500)');
  }

  async sign(signer = this.signer): Promise<void> {
    const { rows } = await this.runtime.query(
      `select to_char(day, 'YYYY-MM-DD') as day, first_seq::text as "firstSeq", last_seq::text as "lastSeq",
        entries::text, encode(hash, 'hex') as hash from ledger_due_day()`,
    );
    const seal = signer.sign(rows[0], new Date());
    await this.runtime.query(`select ledger_sign_day($1, decode($2, 'hex'), $3, $4, $5)`, [
      seal.day,
      seal.hash,
      seal.signature,
      seal.keyId,
      seal.signedAt,
    ]);
  }

  /** So many entries on each of these days, sealed, and signed but for the last day's. */
  async fill(days: readonly string[], entries: number): Promise<void> {
    for (const [nth, day] of days.entries()) {
      await this.turnTo(day);
      if (nth > 0) await this.sign();
      await this.enter(entries);
      await this.seal();
    }
  }

  verify(more: Partial<Wanted> = {}): Promise<Verification> {
    const wanted = { from: null, to: null, publicKeys: [this.signer.publicKey], keepYears: 3, ...more };
    return verifyLedger(this.ask, wanted);
  }

  /** What verifying finds after this was done to the tables behind the triggers' back; then it is undone. */
  async tampered(statements: readonly string[], more: Partial<Wanted> = {}): Promise<Verification> {
    await this.owner.query('begin');
    try {
      await this.owner.query('set local session_replication_role = replica');
      for (const statement of statements) await this.owner.query(statement);
      return await this.verify(more);
    } finally {
      await this.owner.query('rollback');
    }
  }
}

/** Makes the chain fit again from a number on, as somebody would who knows how but has not got the key. */
export const relink = (from: number) => `do $$ declare s ledger_seal; prev bytea; begin
  select hash into prev from ledger_seal where seq = ${from} - 1;
  prev := coalesce(prev, decode(repeat('00', 32), 'hex'));
  for s in select * from ledger_seal where seq >= ${from} order by seq loop
    s.digest := (select ledger_digest(e) from ledger_entry e where e.id = s.entry_id);
    s.hash := ledger_link(prev, s.seq, s.entry_id, s.digest, s.day, s.sealed_at);
    update ledger_seal set digest = s.digest, prev_hash = prev, hash = s.hash where seq = s.seq;
    prev := s.hash;
  end loop; end $$`;
