import type { House } from '../helpers/house.js';

const CITY = '341200000000';

/** The plan of the year that names the village, locked, with a request to change it. */
export async function openRichTargets(house: House, village: string): Promise<void> {
  const county = `${village.slice(0, 6)}000000`;
  const office = await house.signIn('city.office');
  const lines = [{ regionCode: county, persons: 1000, villages: [village] }];
  await office.data('mutation ($input: DraftTargetsInput!) { draftTargets(input: $input) { mark } }', {
    input: { regionCode: CITY, year: 2016, lockOn: '2016-12-20', lines, expectedVersion: 0 },
  });
  // Its day would take the walk with it.
  await house.sql(`update target_plan set lock_on = '2016-12-08', locked_at = '2016-12-08T00:00:00+08:00'`);
  await house.sql('update target_line set locked_persons = persons, locked_villages = 1');
  const team = await house.signIn('funan.office');
  await team.data(
    'mutation ($input: RequestAdjustmentInput!) { requestAdjustment(input: $input) { mark } }',
    {
      input: { regionCode: county, year: 2016, persons: 900, reason: '部分家庭已外迁，核减任务' },
    },
  );
}
