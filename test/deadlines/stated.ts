import type { House } from '../helpers/house.js';

/** What the log says of one task and its deadline, in order. */
export interface Stated {
  readonly kind: string;
  readonly severity: string | null;
  readonly at: string;
  // biome-ignore lint/suspicious/noExplicitAny: parameters of several kinds
  readonly params: any;
}

/** A task of the demo as the tables have it. */
export interface Row {
  readonly id: string;
  readonly region: string;
  readonly version: number;
}

/** In the log's order, which is by tick and then by id. */
export const stated = (house: House, taskId: string, ...kinds: string[]): Promise<Stated[]> =>
  house.sql(
    `select kind, severity, happened_at as at, params from tick
     cross join lateral unnest(ids) as member (event_id) join event on event.id = event_id
     where subject_id = $1 and kind = any ($2) order by tick.id, event.id`,
    [taskId, kinds],
  ) as Promise<unknown> as Promise<Stated[]>;

/** An open task of the demo, due at the end of the year, with time to spare. */
export async function quietTask(house: House, status = 'IN_PROGRESS', nth = 0): Promise<Row> {
  const [row] = await house.sql(
    `select id, region_code as region, version from task
     where status = $1 and due_at = '2016-12-31T23:59:59+08:00' order by id limit 1 offset $2`,
    [status, nth],
  );
  return row;
}

export const CHANGE_DEADLINE = `mutation ($input: ChangeTaskDeadlineInput!) {
  changeTaskDeadline(input: $input) { mark task { id version schedule dueAt deadlineVersion } }
}`;
