import type pg from 'pg';

/**
 * Tables that speak of a region and are not walled, each with the reason why it holds no personal data. A new one
 * belongs behind the wall, or here with its reason.
 */
export const WITHOUT_PERSONAL_DATA: Record<string, string> = {
  account: 'offices, teams and officials by display name; where the account belongs',
  alert: 'what a rule says of a task or a finding, in its title; who took it up is an account',
  calendar: 'which days are worked, as published; the code is its jurisdiction',
  calendar_awaited: 'which year a city waits for',
  counter: 'numbers per region',
  counter_day: 'numbers per region and day',
  deadline: 'what the deadline clock knows of a task',
  event: 'facts hold kinds, codes, ids and parameters, never personal data (events/facts.ts)',
  exit_standard: 'the published standard; the code is its jurisdiction',
  exit: 'which case stands where; whose it is lies behind the wall (exit_household)',
  finding: 'what an inspection found of a place',
  inbox_item: 'the title of a task, a finding or an inspection that an account was told of',
  interview: 'which unit is interviewed, what was said in words of an office',
  interview_cause: 'the title of a task or a finding for which a unit is interviewed',
  inspection: 'where and when an inspection goes; concealed ones are kept back by the room',
  inspection_village: 'where an inspection goes',
  ledger_entry: 'who did what to which id; never a value of any person',
  measurement: 'what was counted in a village as a whole; who recorded and confirmed it are accounts',
  objection:
    'what was said against a case, by nobody who is named; the room shows it to who may read households',
  poverty_line: 'published lines per year; the code is a jurisdiction',
  project: 'what is being built',
  public_notice: 'where a list hangs, and since when; the list itself is behind the wall',
  region: 'the official list, readable by every account',
  reviewed_level:
    'how many households of a village fall short of something; shown as an alert to those who may read households',
  role_grant: 'which account holds which role where',
  target_adjustment: 'what a county asks to be changed of a plan, its reason written by an office',
  target_line: 'how many persons a county is to lift out',
  target_plan: 'whose plan of which year',
  target_village: 'which village a plan names',
  task: 'what must be done where by when',
  task_extension:
    'a request for more time, its reason written by an office; who asks and decides are accounts',
  verdict: 'how a village stands, in numbers; the room shows it to those who may read its households',
  verdict_item: 'the same, item by item',
};

/** What an index or a foreign key can tell of a row that its asker must not see, and why it does not. */
export const KNOWN_TO_REVEAL: Record<string, string> = {
  household_pkey: 'ids are made by the house; nobody chooses one',
  household_register_number_key: 'made by the house from village and count, inside the scope of that village',
  household_region_code_fkey: 'the region tree is readable by every account',
  household_member_pkey: 'ids are made by the house; nobody chooses one',
  household_member_id_number_key: 'DUPLICATE_PERSON says that a number is registered, never where (row 54)',
  household_member_id_number_index_key:
    'DUPLICATE_PERSON says that a number is registered, never where (row 54)',
  household_member_household_id_position_key:
    'positions are counted by the house inside a household in scope',
  household_member_household_id_fkey: 'written only after its household was found and locked in scope',
  household_income_pkey: 'ids are made by the house; nobody chooses one',
  household_income_household_id_year_key: 'written only after its household was found and locked in scope',
  exit_household_pkey: 'ids are made by the house; nobody chooses one',
  exit_household_exit_id_fkey: 'written only with the case itself',
  exit_household_household_id_fkey: 'written only after its household was found and locked in scope',
  exit_household_region_code_fkey: 'the region tree is readable by every account',
  reveal_request_pkey: 'ids are made by the house; nobody chooses one',
  reveal_request_household_id_fkey: 'written only after its household was found in scope',
  reveal_request_region_code_fkey: 'the region tree is readable by every account',
  reveal_request_asked_by_id_fkey: 'the asking account itself',
  reveal_request_decided_by_id_fkey: 'the deciding account itself',
  referral_pkey: 'ids are made by the house; nobody chooses one',
  referral_region_code_fkey: 'the region tree is readable by every account',
  referral_referred_by_id_fkey: 'the referring account itself',
  referral_closed_by_id_fkey: 'the closing account itself',
  referral_note_pkey: 'ids are made by the house; nobody chooses one',
  referral_note_region_code_fkey: 'the region tree is readable by every account',
  referral_note_referral_id_fkey: 'written only after its referral was found and locked in scope',
  referral_note_by_id_fkey: 'the writing account itself',
  household_income_household_id_fkey: 'written only after its household was found and locked in scope',
};

/** Functions that run with their owner's rights, above the wall, and what they may do there. */
export const ABOVE_THE_WALL: Record<string, string> = {
  feed_tick: 'makes one tick of the log from committed facts; reads and writes no other table',
  log_turn_day: 'makes the next day of the log, empty, and has ids drawn from the present one',
  log_forget_day: 'drops the oldest day of the log, when it and every tick of it is older than is kept',
  ledger_queue: 'a trigger: notes that an entry waits to be sealed',
  ledger_seal_pending: 'seals entries of the ledger in order',
  ledger_sign_day: 'keeps the signature of a day of the ledger',
};

const POLICY =
  "multirange_contains_elem(( SELECT (NULLIF(current_setting('duban.scope'::text, true), ''::text))::code_multirange AS \"nullif\"), region_code)";

type Row = Record<string, unknown>;
type Look = (client: pg.Client) => Promise<string[]>;

const namesOf =
  (query: string, known: Record<string, string> = {}): Look =>
  async (client) => {
    const { rows } = await client.query<Row & { name: string }>(query);
    return rows.map(({ name }) => name).filter((name) => !(name in known));
  };

const WALLED = `select oid from pg_class
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and relrowsecurity and relforcerowsecurity`;
const REGIONAL = `select attrelid as oid from pg_attribute
    where attnum > 0 and not attisdropped and attname ~ '(region|jurisdiction|parent)_code$'
  union select conrelid from pg_constraint where contype = 'f' and confrelid = 'public.region'::regclass
  union select 'public.region'::regclass`;

/** What the catalogue must not hold; each look names what is wrong, and none may. */
export const LOOKS: Record<string, Look> = {
  'a table that speaks of a region has no wall, and no reason why it needs none': namesOf(
    `select relname as name from pg_class join (${REGIONAL}) regional using (oid)
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and oid not in (${WALLED}) order by 1`,
    WITHOUT_PERSONAL_DATA,
  ),
  'a table is a part of a walled one and has no wall': namesOf(
    `select distinct conrelid::regclass::text as name from pg_constraint
     where contype = 'f' and confrelid in (${WALLED}) and conrelid not in (${WALLED})`,
  ),
  'a wall is half built': namesOf(
    `select relname as name from pg_class where relrowsecurity <> relforcerowsecurity
     or (relforcerowsecurity and relnamespace <> 'public'::regnamespace)`,
  ),
  'a wall has another form than the agreed one, or more than one policy': async (client) => {
    const { rows } = await client.query<Row & { name: string }>(
      `select relname as name, coalesce(string_agg(concat_ws(' / ', polpermissive, polcmd, polroles,
         pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid)), ' + '), '') as form
       from pg_class left join pg_policy on polrelid = pg_class.oid
       where pg_class.oid in (${WALLED}) or polrelid is not null group by relname order by relname`,
    );
    const agreed = `true / * / {0} / ${POLICY} / ${POLICY}`.replace('true', 't');
    return rows.filter(({ form }) => form !== agreed).map(({ name, form }) => `${name}: ${form}`);
  },
  'a walled table has no index that begins with the region': namesOf(
    `select relname as name from pg_class where oid in (${WALLED}) and not exists (
       select from pg_index join pg_attribute on attrelid = indrelid and attnum = indkey[0]
       where indrelid = pg_class.oid and attname = 'region_code' and indpred is null)`,
  ),
  'a view shows with its owner\u2019s eyes': namesOf(
    `select relname as name from pg_class where relkind = 'v' and relnamespace = 'public'::regnamespace
     and not coalesce(reloptions, '{}') && '{security_invoker=true,security_invoker=on,security_invoker=1}'`,
  ),
  'a materialised view holds rows that no policy looks at': namesOf(
    `select relname as name from pg_class where relkind = 'm' and relnamespace = 'public'::regnamespace`,
  ),
  'a function runs above the wall, and no reason why': namesOf(
    `select proname as name from pg_proc where pronamespace = 'public'::regnamespace and prosecdef order by 1`,
    ABOVE_THE_WALL,
  ),
  'a function above the wall looks names up wherever its caller says, or is everybody\u2019s': namesOf(
    `select proname as name from pg_proc where pronamespace = 'public'::regnamespace and prosecdef
     and (not coalesce(proconfig, '{}') && '{"search_path=pg_catalog, pg_temp"}' or has_function_privilege('public', oid, 'execute'))`,
  ),
  'a function of ours is said to leak nothing': namesOf(
    `select proname as name from pg_proc where pronamespace = 'public'::regnamespace and proleakproof`,
  ),
  'an index or a foreign key can reveal a hidden row, and no reason why it does not': namesOf(
    `select conname as name from pg_constraint
       where (conrelid in (${WALLED}) or confrelid in (${WALLED})) and contype in ('p', 'u', 'f', 'x')
     union select indexrelid::regclass::text from pg_index where indisunique and indrelid in (${WALLED})
     order by 1`,
    KNOWN_TO_REVEAL,
  ),
};
