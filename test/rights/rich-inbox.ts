import { randomUUID } from 'node:crypto';
import type { House } from '../helpers/house.js';

/** A notice of an account that nobody has told anything yet, about a task of the village. */
export async function openRichInbox(house: House, accountId: string, village: string): Promise<void> {
  const id = randomUUID();
  await house.sql(
    `insert into inbox_notice (id, account_id, topic, step, district_code, audience, severity, count, created_at, last_at, deliver_at)
     values ($1, $2, 'O3', 'E3', $3, 'REGION', 'CRITICAL', 1, '2016-12-08T00:00:00+08:00', '2016-12-08T00:00:00+08:00',
       '2016-12-08T00:00:00+08:00')`,
    [id, accountId, village],
  );
  await house.sql(
    `insert into inbox_item (notice_id, subject_type, subject_id, region_code, title_zh, title_en, at)
     select $1, 'TASK', id, region_code, title_zh, title_en, '2016-12-08T00:00:00+08:00' from task
     where region_code = $2 order by id limit 3`,
    [id, village],
  );
}
