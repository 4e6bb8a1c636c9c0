import type { House } from '../helpers/house.js';
import type { Thing } from './documents.js';

/** A row that belongs to a place, with everything in it by which it could be recognised in an answer. */
export interface Owned extends Thing {
  readonly region: string;
  /** Null for what belongs to no account. */
  readonly accountId: string | null;
  readonly texts: readonly string[];
  /** Behind the wall in the database: personal data. */
  readonly isPersonal: boolean;
  readonly row: Readonly<Record<string, unknown>>;
}

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  readonly isPersonal: boolean;
  readonly parents: readonly { readonly column: string; readonly table: string }[];
}

/** Of nobody in particular: every account may read them. */
const PUBLIC = [
  ...['region', 'account', 'calendar', 'calendar_day', 'exit_standard', 'standard_item'],
  ...['escalation', 'escalation_step', 'escalation_rung', 'alert_rule', 'quiet_hours'],
];

/** The log is walked by its own subscriptions; what is asked here are things. */
const OF_THE_LOG = ['event', 'tick'];

async function tablesIn(house: House): Promise<Table[]> {
  const rows = await house.sql(`
    select relname as name, relrowsecurity as personal,
      array(select attname::text from pg_attribute where attrelid = oid and attnum > 0 and not attisdropped) as columns,
      coalesce((select jsonb_agg(jsonb_build_object('column', attname, 'table', confrelid::regclass::text))
        from pg_constraint join pg_attribute on attrelid = conrelid and attnum = conkey[1]
        where conrelid = pg_class.oid and contype = 'f' and cardinality(conkey) = 1), '[]') as parents
    from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`);
  return rows.map(({ name, personal, columns, parents }) => ({
    name,
    columns,
    parents,
    isPersonal: personal,
  }));
}

/** How a table's rows are joined to the region that they belong to; null when they belong to none. */
function regionOf(
  table: Table,
  all: ReadonlyMap<string, Table>,
  alias = 't',
): { join: string; code: string } | null {
  if (table.columns.includes('region_code')) return { join: '', code: `${alias}.region_code` };
  for (const { column, table: parent } of table.parents) {
    const above = all.get(parent);
    if (!above || PUBLIC.includes(parent) || parent === table.name) continue;
    const further = regionOf(above, all, `${alias}_`);
    if (further)
      return {
        join: `join ${parent} ${alias}_ on ${alias}_.id = ${alias}.${column} ${further.join}`,
        code: further.code,
      };
  }
  return null;
}

/** Everything that the database holds of places and of accounts, found by its catalogue: a new table comes by itself. */
export async function collect(house: House): Promise<Owned[]> {
  const all = new Map((await tablesIn(house)).map((table) => [table.name, table]));
  const found: Owned[] = [];
  for (const table of all.values()) {
    if (PUBLIC.includes(table.name) || OF_THE_LOG.includes(table.name)) continue;
    const place = regionOf(table, all);
    if (!table.columns.includes('id') || (!place && !table.columns.includes('account_id'))) continue;
    const rows = await house.sql(
      `select to_jsonb(t) as row, ${place?.code ?? `''`} as region from ${table.name} t ${place?.join ?? ''}`,
    );
    found.push(...rows.map(({ row, region }) => toOwned(table, row, region)));
  }
  return found;
}

function toOwned(table: Table, row: Record<string, unknown>, region: string | null): Owned {
  return {
    table: table.name,
    id: String(row.id),
    version: Number(row.version ?? 1),
    region: region ?? '',
    accountId: accountOf(row),
    texts: Object.values(row).filter((value): value is string => typeof value === 'string'),
    isPersonal: table.isPersonal,
    row,
  };
}

const accountOf = (row: Record<string, unknown>): string | null =>
  typeof row.account_id === 'string' ? row.account_id : null;

/** Words of the house and names that everybody may read: they are in no answer a sign of anything. */
export async function publicTexts(house: House): Promise<Set<string>> {
  const known = new Set<string>();
  for (const table of PUBLIC) {
    const rows = await house.sql(`select to_jsonb(t) as row from ${table} t`);
    for (const { row } of rows)
      for (const value of Object.values(row)) if (typeof value === 'string') known.add(value);
  }
  return known;
}

/** What must be in no answer to somebody: ids, and texts that nothing of theirs holds too. */
export interface Secrets {
  readonly ids: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

export function secretsOf(
  foreign: readonly Owned[],
  own: readonly Owned[],
  known: ReadonlySet<string>,
): Secrets {
  const familiar = new Set(own.flatMap(({ texts }) => texts));
  const isTelling = (text: string) =>
    text.length > 1 &&
    !familiar.has(text) &&
    !known.has(text) &&
    // Words of enums, codes of places, dates and instants are everybody's, and so are the numbers of the log: one
    // transaction may speak of several places, and the mark of one is the number of an event of another.
    !/^[A-Z_]+$|^\d{1,9}$|^\d{12}$|^\d{4}-\d\d-\d\d/.test(text) &&
    !text.match(UUID);
  return {
    ids: new Set(foreign.map(({ id }) => id)),
    texts: new Set(foreign.flatMap(({ texts }) => texts).filter(isTelling)),
  };
}

/** A sealed cursor or token is readable, only not forgeable: what it holds is as good as said. */
function unsealed(text: string): string {
  const bodies = text.match(/[A-Za-z0-9_-]{8,}(?=\.[A-Za-z0-9_-]{22}\b)/g) ?? [];
  return bodies.map((body) => Buffer.from(body, 'base64url').toString()).join(' ');
}

/** What of the secrets an answer holds, anywhere in it. */
export function leaksIn(answer: unknown, { ids, texts }: Secrets): string[] {
  const text = JSON.stringify(answer);
  const found = [...`${text} ${unsealed(text)}`.matchAll(UUID)].map(([id]) => id).filter((id) => ids.has(id));
  const walk = (value: unknown): void => {
    if (typeof value === 'string' && texts.has(value)) found.push(value);
    else if (value && typeof value === 'object') for (const each of Object.values(value)) walk(each);
  };
  walk(answer);
  return [...new Set(found)];
}

/** Tables that change though nobody changed anything: reasons beside them. */
const RESTLESS: Record<string, string> = {
  session: 'the visitors sign in',
  ledger_entry: 'a refused act is written down',
  ledger_pending: 'and waits to be sealed',
  ledger_seal: 'and is sealed',
  failed_attempt: 'a wrong password is counted',
  follower: 'says how far a follower has read, and when',
};

/** One line per table for everything in the database but what belongs to the account itself. */
export async function digest(house: House, accountId: string | null): Promise<Record<string, string>> {
  const tables = await tablesIn(house);
  const lines: Record<string, string> = {};
  for (const { name, columns } of tables) {
    if (name in RESTLESS) continue;
    const whose = ['account_id', 'actor_id'].find((column) => columns.includes(column));
    const own = name === 'account' ? 'id' : whose;
    const others = own ? `where ${own} is distinct from $1::uuid` : 'where $1::uuid is null or true';
    const [row] = await house.sql(
      `select count(*) || ' ' || coalesce(md5(string_agg(t::text, '|' order by t::text)), '') as line from ${name} t ${others}`,
      [accountId],
    );
    lines[name] = row.line;
  }
  return lines;
}
