import pg from 'pg';

// The canary: in every sensitive field of the demo template that can hold one stands a text found nowhere else. What the
// tests send, log and store is searched for them (canary.ts).
//
// - names: the second character is of CJK Extension A, in which no word of the house, its pages or its data is written
// - register numbers and ID numbers are unique as they are drawn
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
  `insert into canary.marker select right(name, 1), 'NAME', region_code from household_member`,
  `insert into canary.marker select register_number, 'REGISTER_NUMBER', region_code from household`,
  `insert into canary.marker select id_number, 'ID_NUMBER', region_code from household_member`,
  `insert into canary.marker select transfer_fen::text, 'INCOME', region_code from household_income`,
  `insert into canary.marker select net_income_fen::text, 'INCOME', region_code from household_income on conflict do nothing`,
];

/** @param {string} ownerUrl the superuser's, who is above row-level security */
export async function plantCanary(ownerUrl) {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  for (const statement of PLANT) await client.query(statement);
  await client.end();
}
