import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Household } from '../../src/households/household.entity.js';
import { openBankAccount } from '../../src/households/sealed.rules.js';
import { type House, openHouse } from '../helpers/house.js';
import { membersIn, vaultOf } from '../households/sealed.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

/** Every row of every table, as text and as the bytes of what is binary. */
async function everything(): Promise<string> {
  const tables = await house.sql(
    `select relname as name, array_agg(attname::text) filter (where atttypid = 'bytea'::regtype) as binary
     from pg_class join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
     where relnamespace = 'public'::regnamespace and relkind = 'r' group by relname`,
  );
  const parts: string[] = [];
  for (const { name, binary } of tables) {
    const bytes = (binary ?? []).map((column: string) => `encode(${column}, 'escape')`);
    const [{ text }] = await house.sql(
      `select string_agg(concat_ws(' ', t::text ${bytes.map((each: string) => `, ${each}`).join('')}), ' ') as text from ${name} t`,
    );
    parts.push(text ?? '');
  }
  return parts.join('\n');
}

test('no ID number, telephone, account or state of health can be read in any table', async () => {
  const vault = await vaultOf(house.database);
  const members = await membersIn(house, 'true');
  const households = await house.sql('select id, bank_account_sealed as "bankAccountSealed" from household');
  const accounts = await Promise.all(
    households.map((row) => openBankAccount(vault, row as Pick<Household, 'id' | 'bankAccountSealed'>)),
  );
  const secrets = [...members.flatMap(({ idNumber, phone }) => [idNumber, phone]), ...accounts].filter(
    (value) => value !== null,
  );
  expect(new Set(secrets).size).toBe(secrets.length);
  expect(secrets.length).toBeGreaterThan(1000);
  expect(members.some(({ health }) => health === 'DISABLED')).toBe(true);
  const text = await everything();
  // It is all there: names are not encrypted.
  expect(members.filter(({ name }) => !text.includes(name))).toEqual([]);
  const hex = (value: string) => Buffer.from(value).toString('hex');
  // All of them are long runs of digits, and so are they in hexadecimal; there are far fewer of those than text.
  const digits = [...new Set(text.match(/\d{11,}X?/g))].join(' ');
  expect(digits).toMatch(/341225206205/);
  expect(secrets.filter((value) => digits.includes(value) || digits.includes(hex(value)))).toEqual([]);
  const words = ['CHRONIC', 'SERIOUS', 'DISABLED'];
  expect(words.filter((word) => text.includes(word) || text.includes(hex(word)))).toEqual([]);
});

test('every encrypted column is bytes, those of households have a policy over them, and there is an index only for equality of what is many', async () => {
  const columns = await house.sql(
    `select relname || '.' || attname as name, atttypid::regtype::text as type, relforcerowsecurity as walled,
       exists (select from pg_index where indrelid = attrelid and attnum = any (indkey)) as indexed
     from pg_attribute join pg_class on pg_class.oid = attrelid
     where relnamespace = 'public'::regnamespace and relkind = 'r' and attname ~ '_(sealed|index|plain)$' order by 1`,
  );
  const sealed = { type: 'bytea', walled: true, indexed: false };
  expect(columns).toEqual([
    { ...sealed, name: 'household.bank_account_sealed' },
    { ...sealed, name: 'household_member.health_sealed' },
    { ...sealed, name: 'household_member.id_number_index', indexed: true },
    { ...sealed, name: 'household_member.id_number_sealed' },
    { ...sealed, name: 'household_member.phone_sealed' },
    // An account's own, whatever the regions of its grants.
    { ...sealed, name: 'second_factor.pending_sealed', walled: false },
    { ...sealed, name: 'second_factor.secret_sealed', walled: false },
  ]);
});

test('the demo\u2019s telephones and accounts can be nobody\u2019s', async () => {
  const vault = await vaultOf(house.database);
  const phones = (await membersIn(house, 'phone_sealed is not null')).map(({ phone }) => phone);
  expect(phones.length).toBeGreaterThan(300);
  expect(phones.filter((phone) => !/^1[0-2]\d{9}$/.test(phone ?? ''))).toEqual([]);
  const rows = await house.sql('select id, bank_account_sealed as "bankAccountSealed" from household');
  for (const row of rows) {
    const account = (await openBankAccount(vault, row as Pick<Household, 'id' | 'bankAccountSealed'>)) ?? '';
    expect(account).toMatch(/^620000\d{13}$/);
    expect(luhn(account)).toBe(0);
  }
});

/** 0 for a number with the right check digit, written another way than the demo writes it. */
function luhn(number: string): number {
  let sum = 0;
  for (let at = 0; at < number.length; at += 1) {
    const digit = Number(number[number.length - 1 - at]);
    sum += at % 2 === 1 ? ([0, 2, 4, 6, 8, 1, 3, 5, 7, 9][digit] ?? 0) : digit;
  }
  return sum % 10;
}
