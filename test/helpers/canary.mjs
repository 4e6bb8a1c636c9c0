import pg from 'pg';
import { openBankAccount, openIdNumber, openPhone } from '../../dist/src/households/sealed.rules.js';

// The canary: in every sensitive field of the demo template that can hold one stands a text found nowhere else. What the
// tests send, log and store is searched for them (canary.ts).
//
// - names: the second character is of CJK Extension A, in which no word of the house, its pages or its data is written
// - register numbers, ID numbers, telephone numbers and accounts are unique as they are drawn
// - incomes: amounts of nine digits, one for each household, year and field
//
// Health, birth years, categories and causes are words and numbers of a few values, and cannot be told from others.

const PLANT = [
  'create schema canary',
  'create table canary.marker (mark text primary key, kind text not null, region_code text collate "C" not null)',
  `with numbered as (select id, row_number() over (order by id) as nth from household_member)
   update household_member set name = left(name, 1) || chr(x'3400'::int + nth::int)
   from numbered where numbered.id = household_member.id`,
  `update household set head_name = name from household_member
   where household_id = household.id and relation = 'HEAD'`,
  `with numbered as (select id, row_number() over (order by id) as nth from household_income)
   update household_income set transfer_fen = 913000000 + nth, net_income_fen = net_income_fen - transfer_fen + 913000000 + nth
   from numbered where numbered.id = household_income.id`,
  // Who is under 14 for years to come: tests move the clock.
  `insert into canary.marker
   select right(name, 1), case when birth_year >= 2005 then 'NAME_OF_MINOR' else 'NAME' end, region_code from household_member`,
  `insert into canary.marker select register_number, 'REGISTER_NUMBER', region_code from household`,
  `insert into canary.marker select transfer_fen::text, 'INCOME', region_code from household_income`,
  `insert into canary.marker select net_income_fen::text, 'INCOME', region_code from household_income on conflict do nothing`,
];

/**
 * @param {string} ownerUrl the superuser's, who is above row-level security
 * @param {import('../../src/vault/vault.ts').Vault} vault opens what is sealed
 */
export async function plantCanary(ownerUrl, vault) {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  for (const statement of PLANT) await client.query(statement);
  const mark = async (kind, regionCode, value) => {
    if (value === null) return;
    await client.query('insert into canary.marker values ($1, $2, $3)', [value, kind, regionCode]);
  };
  const members = await client.query(
    'select id, region_code, id_number_sealed as "idNumberSealed", phone_sealed as "phoneSealed" from household_member',
  );
  for (const member of members.rows) {
    await mark('ID_NUMBER', member.region_code, await openIdNumber(vault, member));
    await mark('PHONE', member.region_code, await openPhone(vault, member));
  }
  const households = await client.query(
    'select id, region_code, bank_account_sealed as "bankAccountSealed" from household',
  );
  for (const household of households.rows)
    await mark('BANK_ACCOUNT', household.region_code, await openBankAccount(vault, household));
  await client.end();
}
