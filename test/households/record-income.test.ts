import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { buildMember, RECORD, register, UPDATE } from './family.js';

let house: House;
let village: Client;
beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
});
afterAll(() => house.close());

const AMOUNTS = {
  wageFen: 400_000,
  operatingFen: 250_001,
  propertyFen: 0,
  transferFen: 30_000,
  operatingCostFen: 90_000,
};
const inputFor = ({ id, version }: { id: string; version: number }, more: object = {}) => ({
  householdId: id,
  expectedVersion: version,
  year: 2016,
  ...AMOUNTS,
  ...more,
});
const record = async (household: { id: string; version: number }, more: object = {}) =>
  (await village.data(RECORD, { input: inputFor(household, more) })).recordIncome;

describe('recording an income', () => {
  test('keeps the five amounts, the net and the members, and shows the net per head rounded down', async () => {
    const made = await register(village);
    const { mark, household } = await record(made);
    expect(household.version).toBe(2);
    expect(household.incomes).toEqual([
      { year: 2016, ...AMOUNTS, netIncomeFen: 590_001, members: 2, perCapitaNetIncomeFen: 295_000 },
    ]);
    const events = await house.sql('select xid, params from event where subject_id = $1 order by id', [
      made.id,
    ]);
    expect(events[1]).toEqual({
      xid: mark,
      params: { change: 'INCOME_RECORDED', from: 'CANDIDATE', to: 'CANDIDATE', plannedExitYear: null },
    });
  });

  test('years stand side by side, oldest first; the same year again replaces and is a new version', async () => {
    const made = await register(village);
    const { household: second } = await record(made);
    const { household: third } = await record(second, { year: 2014 });
    const { household } = await record(third, { wageFen: 0 });
    expect(household.version).toBe(4);
    expect(
      household.incomes.map(({ year, wageFen }: typeof AMOUNTS & { year: number }) => [year, wageFen]),
    ).toEqual([
      [2014, 400_000],
      [2016, 0],
    ]);
  });

  test('divides by the members of its day, whoever comes or goes later', async () => {
    const { household } = await record(await register(village));
    const { updateHousehold } = await village.data(UPDATE, {
      input: { householdId: household.id, expectedVersion: 2, members: [buildMember()] },
    });
    expect(updateHousehold.household.incomes).toMatchObject([{ members: 2, perCapitaNetIncomeFen: 295_000 }]);
    const { household: again } = await record(updateHousehold.household);
    expect(again.incomes).toMatchObject([{ members: 1, perCapitaNetIncomeFen: 590_001 }]);
  });

  test('carries amounts far beyond 2^31, and losses', async () => {
    const most = 1_000_000_000_000;
    const rich = {
      wageFen: most,
      operatingFen: most,
      propertyFen: most,
      transferFen: most,
      operatingCostFen: 1,
    };
    const { household } = await record(await register(village), rich);
    expect(household.incomes).toMatchObject([
      { netIncomeFen: 3_999_999_999_999, perCapitaNetIncomeFen: 1_999_999_999_999 },
    ]);
    const { household: poor } = await record(household, { operatingCostFen: most });
    expect(poor.incomes).toMatchObject([
      { netIncomeFen: 680_001 - most, perCapitaNetIncomeFen: -499_999_660_000 },
    ]);
  });

  test.each<[string, object, string]>([
    ['a negative amount', { wageFen: -1 }, 'INVALID_AMOUNT'],
    ['a negative cost', { operatingCostFen: -1 }, 'INVALID_AMOUNT'],
    ['more than 10^12', { transferFen: 1_000_000_000_001 }, 'INVALID_AMOUNT'],
    ['a fraction', { propertyFen: 0.5 }, 'INVALID_AMOUNT'],
    ['beyond 2^53', { propertyFen: 9_007_199_254_740_992 }, 'INVALID_AMOUNT'],
    ['1e21', { propertyFen: 1e21 }, 'INVALID_AMOUNT'],
    ['text', { operatingFen: '1' }, 'INVALID_AMOUNT'],
    ['a year to come', { year: 2017 }, 'INVALID_DATE'],
    ['a year before the register', { year: 1999 }, 'INVALID_DATE'],
    ['an old version', { expectedVersion: 0 }, 'VERSION_CONFLICT'],
  ])('%s: refused, nothing written', async (_, more, code) => {
    const made = await register(village);
    expect(await village.refusal(RECORD, { input: inputFor(made, more) })).toMatchObject({ code });
    expect(await house.sql('select 1 from household_income where household_id = $1', [made.id])).toEqual([]);
  });

  test('a literal in the document is checked like a variable', async () => {
    const { id } = await register(village);
    const document = (
      wage: string,
    ) => `mutation { recordIncome(input: { householdId: "${id}", expectedVersion: 1,
      year: 2016, wageFen: ${wage}, operatingFen: 0, propertyFen: 0, transferFen: 0, operatingCostFen: 0 }) {
        household { incomes { netIncomeFen } } } }`;
    for (const wage of ['1.5', '"1"', '99999999999999999999']) {
      expect(await village.refusal(document(wage))).toMatchObject({ code: 'INVALID_AMOUNT' });
    }
    const { recordIncome } = await village.data(document('3000000000'));
    expect(recordIncome.household.incomes).toEqual([{ netIncomeFen: 3_000_000_000 }]);
  });

  test('a retry after a later change gets the first mark and version again', async () => {
    const made = await register(village);
    const input = inputFor(made, { idempotencyKey: 'late retry' });
    const first = (await village.data(RECORD, { input })).recordIncome;
    await record(first.household, { year: 2015 });
    const again = (await village.data(RECORD, { input })).recordIncome;
    expect([again.mark, again.household.version]).toEqual([first.mark, first.household.version]);
  });

  test('a key makes twenty at once one income, one version and one fact', async () => {
    const made = await register(village);
    const input = inputFor(made, { idempotencyKey: 'income once' });
    const answers = await Promise.all(Array.from({ length: 20 }, () => village.data(RECORD, { input })));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0].recordIncome.household.version).toBe(2);
    expect(await house.sql('select 1 from event where subject_id = $1', [made.id])).toHaveLength(2);
    expect(await village.refusal(RECORD, { input: { ...input, wageFen: 1 } })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
    });
  });
});
