import { randomUUID } from 'node:crypto';
import type { Client, House } from '../helpers/house.js';
import type { Visitor } from './strangers.js';

/** Refers a matter of discipline in a village. */
export const refer = async (client: Client, regionCode: string, statement: string): Promise<string> =>
  (
    await client.data(
      'mutation ($input: ReferMatterInput!) { referMatter(input: $input) { referral { id } } }',
      { input: { regionCode, matter: 'FALSIFICATION', statement } },
    )
  ).referMatter.referral.id;

/** An interview of the village's township, with a cause, and a referral with a note of the discipline inspection. */
export async function openRichAccountability(
  house: House,
  village: string,
  discipline: Visitor,
): Promise<void> {
  const [interview] = await house.sql(
    `insert into interview (id, region_code, audience, status, called_at)
     values ($1, $2, 'REGION', 'CALLED', '2016-12-08T00:00:00+08:00')
     on conflict (region_code, audience) where status in ('CALLED', 'APPOINTED') do update set version = interview.version + 1
     returning id`,
    [randomUUID(), `${village.slice(0, 9)}000`],
  );
  await house.sql(
    `insert into interview_cause (interview_id, subject_type, subject_id, topic, region_code, title_zh, at)
     select $1, 'TASK', id, 'O7', region_code, title_zh, '2016-12-08T00:00:00+08:00' from task where region_code = $2
     order by id limit 1 on conflict do nothing`,
    [interview.id, village],
  );
  const referralId = await refer(await house.signIn('city.office'), village, '台账疑为补造');
  await discipline.client.data(
    'mutation ($input: NoteReferralInput!) { noteReferral(input: $input) { mark } }',
    {
      input: { referralId, note: '已调取原始凭证', expectedVersion: 1 },
    },
  );
}
