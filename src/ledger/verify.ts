import { type DaySeal, isSigned } from './signature.js';

/** Runs one statement with `$1` parameters; reading is enough. */
export type Ask = (text: string, values: unknown[]) => Promise<readonly unknown[]>;

/**
 * What may be wrong.
 *
 * - ENTRY_CHANGED: an entry is not what was sealed
 * - ENTRY_REMOVED: an entry that was sealed, or waited to be, is not there
 * - ENTRY_INSERTED: an entry that is neither sealed nor waits to be; also one whose seal was taken away
 * - SEAL_REMOVED: a number of the chain is missing
 * - CHAIN_BROKEN: a seal does not follow from the one before it: changed, reordered or replaced
 * - DAY_UNSIGNED: a day that others follow has no day seal
 * - DAY_SEAL_WRONG: a day seal does not fit the chain, the day before, or the public key
 * - DAY_REMOVED: a day's entries are gone although they must be kept still
 * - ANCHOR_WRONG: the chain does not hold what was noted outside
 */
export const FINDING_KINDS = [
  'ENTRY_CHANGED',
  'ENTRY_REMOVED',
  'ENTRY_INSERTED',
  'SEAL_REMOVED',
  'CHAIN_BROKEN',
  'DAY_UNSIGNED',
  'DAY_SEAL_WRONG',
  'DAY_REMOVED',
  'ANCHOR_WRONG',
] as const;

export interface Finding {
  readonly kind: (typeof FINDING_KINDS)[number];
  readonly seq: string | null;
  readonly entryId: string | null;
  readonly day: string | null;
}

/** A place of the chain. */
export interface Anchor {
  readonly seq: string;
  /** In hexadecimal. */
  readonly hash: string;
}

export interface Verification {
  readonly ok: boolean;
  /** How many entries were compared with their seals. */
  readonly entries: number;
  readonly days: number;
  /** The end of the chain in these days, to be noted outside; null when nothing was sealed. */
  readonly head: Anchor | null;
  /** In the order of the chain; at most {@link MAX_FINDINGS}. */
  readonly findings: readonly Finding[];
}

export interface Wanted {
  /** Days of sealing in Asia/Shanghai, both included; null: without an end on this side. */
  readonly from: string | null;
  readonly to: string | null;
  /** With which a day may have been signed. */
  readonly publicKeys: readonly string[];
  /** For how long entries must be there. */
  readonly keepYears: number;
  /** What was noted outside. */
  readonly anchors?: readonly Anchor[];
}

export const MAX_FINDINGS = 100;
/** Entries per statement, so that none comes near the bound on statements. */
const CHUNK = 10_000;

/**
 * Holds the ledger against its seals, its chain and its signed days. It needs the database and the public key, and
 * believes nobody else: not the house, and not the owner of the database where a day was signed.
 */
export async function verifyLedger(ask: Ask, wanted: Wanted): Promise<Verification> {
  const found: Finding[] = [];
  const span = await spanOf(ask, wanted);
  let entries = 0;
  for (let from = span.from; from <= span.to && found.length < MAX_FINDINGS; from += CHUNK) {
    const to = Math.min(span.to, from + CHUNK - 1);
    found.push(...((await ask(CHAIN, [from, to])) as Finding[]));
    entries += to - from + 1;
  }
  found.push(...((await ask(STRAY, [wanted.from, wanted.to])) as Finding[]));
  const days = (await ask(DAYS, [wanted.from, wanted.to, wanted.keepYears])) as DayRow[];
  found.push(...days.flatMap((day) => judgeDay(day, wanted.publicKeys)));
  for (const anchor of wanted.anchors ?? []) found.push(...(await judgeAnchor(ask, anchor)));
  const [head] = (await ask(HEAD, [span.to])) as Anchor[];
  return {
    ok: found.length === 0,
    entries,
    days: days.filter(({ signature }) => signature !== null).length,
    head: head ?? null,
    findings: found.slice(0, MAX_FINDINGS),
  };
}

/** How many entries a verification would compare. */
export async function sizeOf(ask: Ask, wanted: Pick<Wanted, 'from' | 'to'>): Promise<number> {
  const { from, to } = await spanOf(ask, wanted);
  return Math.max(0, to - from + 1);
}

async function spanOf(ask: Ask, { from, to }: Pick<Wanted, 'from' | 'to'>) {
  const [span] = (await ask(SPAN, [from, to])) as { from: string | null; to: string | null }[];
  return { from: Number(span?.from ?? 1), to: Number(span?.to ?? 0) };
}

/** What is wrong with one day, as far as one row of {@link DAYS} shows it. */
interface DayRow extends DaySeal {
  readonly signature: string | null;
  /** It begins where the day before ended. */
  readonly follows: boolean;
  /** Its numbers and its hash are those of the chain; null when its entries were removed. */
  readonly fits: boolean | null;
  /** Young enough that its entries must be there. */
  readonly kept: boolean;
}

function judgeDay(day: DayRow, publicKeys: readonly string[]): Finding[] {
  const finding = (kind: Finding['kind']): Finding[] => [
    { kind, seq: day.lastSeq, entryId: null, day: day.day },
  ];
  if (day.signature === null) return finding('DAY_UNSIGNED');
  const signature = Buffer.from(day.signature, 'hex');
  const isOurs = publicKeys.some((key) => isSigned(day, signature, key));
  if (!isOurs || !day.follows || day.fits === false) return finding('DAY_SEAL_WRONG');
  return day.fits === null && day.kept ? finding('DAY_REMOVED') : [];
}

async function judgeAnchor(ask: Ask, { seq, hash }: Anchor): Promise<Finding[]> {
  const rows = await ask(ANCHOR, [seq, hash]);
  return rows.length > 0 ? [] : [{ kind: 'ANCHOR_WRONG', seq, entryId: null, day: null }];
}

/** Both tables are asked where the days begin and end: a row of one that was moved does not hide what the other knows. */
const SPAN = `
select least(
    (select seq from ledger_seal where $1::date is null or day >= $1 order by day, seq limit 1),
    (select first_seq from ledger_day where day >= $1 and first_seq >= (select min(seq) from ledger_seal)
     order by day limit 1))::text as "from",
  greatest(
    (select seq from ledger_seal where $2::date is null or day <= $2 order by day desc, seq desc limit 1),
    (select last_seq from ledger_day where ($2::date is null or day <= $2) and day >= (select min(day) from ledger_seal)
     order by day desc limit 1))::text as "to"`;

/** Every number of the span, its entry, and the place before it: the last seal, or the last day that was removed. */
const CHAIN = `
select kind, seq::text, entry_id as "entryId", null as day from (
  select n as seq, s.entry_id, case
    when s.seq is null then 'SEAL_REMOVED'
    when e.id is null then 'ENTRY_REMOVED'
    when s.digest <> ledger_digest(e) then 'ENTRY_CHANGED'
    when s.prev_hash <> coalesce(p.hash, d.hash, decode(repeat('00', 32), 'hex'))
      or s.hash <> ledger_link(s.prev_hash, s.seq, s.entry_id, s.digest, s.day, s.sealed_at)
      or s.day < p.day then 'CHAIN_BROKEN'
  end as kind
  from generate_series($1::bigint, $2::bigint) n
  left join ledger_seal s on s.seq = n
  left join ledger_seal p on p.seq = n - 1
  left join ledger_day d on d.last_seq = n - 1
  left join ledger_entry e on e.id = s.entry_id
) looked where kind is not null order by seq limit ${MAX_FINDINGS}`;

/** What the chain does not know of. An entry waits in the transaction that made it, so there is no moment in between. */
const STRAY = `
select 'ENTRY_INSERTED' as kind, null as seq, e.id as "entryId", null as day from ledger_entry e
where ($1::date is null or e.at >= $1::date::timestamp at time zone 'Asia/Shanghai')
  and ($2::date is null or e.at < ($2::date + 1)::timestamp at time zone 'Asia/Shanghai')
  and not exists (select from ledger_seal s where s.entry_id = e.id)
  and not exists (select from ledger_pending p where p.entry_id = e.id)
union all
select 'ENTRY_REMOVED', null, p.entry_id, null from ledger_pending p
where not exists (select from ledger_entry e where e.id = p.entry_id)
limit ${MAX_FINDINGS}`;

/** Days with a seal, and days of the chain that have none although the chain has gone on to a later one. */
const DAYS = `
with day as (
  select day, lag(last_seq) over (order by day) as before, first_seq, last_seq, entries, hash, signature, key_id, signed_at
  from ledger_day
), kept as (select min(seq) as first from ledger_seal), bare as (
  select s.day, min(s.seq) as first_seq, max(s.seq) as last_seq from ledger_seal s
  where s.day < (select max(day) from ledger_seal) and not exists (select from ledger_day d where d.day = s.day)
    and ($1::date is null or s.day >= $1) and ($2::date is null or s.day <= $2)
  group by s.day
)
select to_char(day, 'YYYY-MM-DD') as day, first_seq::text as "firstSeq", last_seq::text as "lastSeq", entries::text,
  encode(hash, 'hex') as hash, encode(signature, 'hex') as signature, key_id as "keyId",
  to_char(signed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "signedAt",
  first_seq = coalesce(before, 0) + 1 and entries = last_seq - first_seq + 1 as follows,
  case when last_seq >= kept.first then
    exists (select from ledger_seal s where s.seq = day.last_seq and s.hash = day.hash and s.day = day.day)
    and first_seq = (select min(s.seq) from ledger_seal s where s.day = day.day)
    and last_seq = (select max(s.seq) from ledger_seal s where s.day = day.day) end as fits,
  day.day > ledger_today() - make_interval(years => $3::int) as kept
from day, kept where ($1::date is null or day >= $1) and ($2::date is null or day <= $2)
union all
select to_char(day, 'YYYY-MM-DD'), first_seq::text, last_seq::text, '', '', null, '', '', true, true, true from bare
order by 1`;

const HEAD = `select seq::text, encode(hash, 'hex') as hash from (
    select seq, hash from ledger_seal union all select last_seq, hash from ledger_day) known
  where seq = $1 limit 1`;

const ANCHOR = `select 1 from (
    select seq, hash from ledger_seal union all select last_seq, hash from ledger_day) known
  where seq = $1::bigint and hash = decode($2, 'hex')`;
