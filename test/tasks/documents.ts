import type { Feed } from '../helpers/feed.js';
import { type Client, type House, operation } from '../helpers/house.js';

export const CITY = '341200000000';
export const FUNAN = '341225000000';
export const LONGWANG = '341225206000';
export const HESHENG = '341225206205';
export const LIULOU = '341225120206';
export const ABSENT = '00000000-0000-7000-8000-000000000000';

export const TASKS = operation('tasks');
export const TASK = operation('task');
export const MOVE = operation('change-task-status');
export const CHANGE_DEADLINE = `mutation ($input: ChangeTaskDeadlineInput!) {
  changeTaskDeadline(input: $input) { mark task { id version schedule dueAt deadlineVersion
    deadlineHistory { from to at by { name } reason } } } }`;
export const ASSIGN = `mutation ($input: AssignTaskInput!) {
  assignTask(input: $input) { mark task { id version responsible { id name } } } }`;

export const TIMELINE = `query ($id: ID!) { task(id: $id) { id version status schedule dueAt
  progress receipt { assignedAt dueAt signedAt late } duration { amount unit } suspended
  rollUp { percent direct { total met overdue cancelled } all { total } }
  deadlineHistory { from to reason } extensions { id status version newDueAt }
  timeline { kind at text status dueAt percent account { name } by { name } } } }`;

/** A mutation of a task with the version that it has, whatever happened to it since it was given. */
export async function change(
  house: House,
  client: Client,
  mutation: string,
  input: { taskId: string } & Record<string, unknown>,
) {
  const [row] = await house.sql('select version from task where id = $1', [input.taskId]);
  const type = /TaskClock$/.test(mutation)
    ? 'StopTaskClock'
    : mutation.charAt(0).toUpperCase() + mutation.slice(1);
  const document = `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { mark } }`;
  return client.data(document, { input: { expectedVersion: row.version, ...input } });
}

/** An instruction to a village, unless more is said. */
export async function give(client: Client, more: object = {}) {
  const { createTask } = await client.data(
    `mutation ($input: CreateTaskInput!) { createTask(input: $input) { mark task { id kind status schedule version dueAt
      assisting { name } receipt { assignedAt dueAt signedAt late } } } }`,
    {
      input: {
        kind: 'INSTRUCTION',
        regionCode: HESHENG,
        titleZh: '冬季走访到户',
        dueAt: '2017-01-20T00:00:00+08:00',
        ...more,
      },
    },
  );
  return createTask.task;
}

/** A task as the tables have it. */
export interface Row {
  id: string;
  version: number;
  status: string;
  due_at: Date;
  responsible_id: string;
}

/** The nth task of a village in a status, by id. */
export async function taskIn(house: House, village: string, status: string, nth = 0): Promise<Row> {
  const [row] = await house.sql(
    `select id, version, status, due_at, responsible_id from task
     where region_code = $1 and status = $2 order by id limit 1 offset $3`,
    [village, status, nth],
  );
  if (!row) throw new Error(`${village} has no task ${nth} in ${status}`);
  return row;
}

/** What a mutation of a task asks for. */
export const inputFor = ({ id, version }: Pick<Row, 'id' | 'version'>, more: object) => ({
  input: { taskId: id, expectedVersion: version, ...more },
});

export const move = async (client: Client, task: Pick<Row, 'id' | 'version'>, to: string, more = {}) =>
  (await client.data(MOVE, inputFor(task, { to, ...more }))).changeTaskStatus;

/** Everything that people have written about a task: equal before and after a refusal. */
export async function recordsOf(house: House, id: string) {
  const [row] = await house.sql('select * from task where id = $1', [id]);
  const moves = await house.sql('select * from task_move where task_id = $1 order by id', [id]);
  const deadlineMoves = await house.sql('select * from task_deadline_move where task_id = $1 order by id', [
    id,
  ]);
  const facts = await house.sql(
    `select kind, xid::text as mark, severity, params from event
     where subject_id = $1 and actor_id is not null order by id`,
    [id],
  );
  const [{ keys }] = await house.sql('select count(*)::int as keys from idempotency');
  return { row, moves, deadlineMoves, facts, keys };
}

/** The id of an account, as an administrator would know it. */
export const accountId = async (house: House, username: string): Promise<string> =>
  (await house.sql('select id from account where username = $1', [username]))[0].id;

/** What the feed says next of this kind of a task, whatever else goes on. */
export async function toldOf(feed: Feed, taskId: string, kind: string) {
  const isMeant = (event: { kind: string; subject: { id: string } }) =>
    event.kind === kind && event.subject.id === taskId;
  const batches = await feed.until(({ data }) => data.supervisionFeed.events.some(isMeant));
  return batches.at(-1).data.supervisionFeed.events.find(isMeant);
}
