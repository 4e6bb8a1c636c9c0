import { type House, operation } from '../helpers/house.js';

/**
 * A task of the village with everything beside it that a task can have: the whole that it is a part of, receipts,
 * assisting units, progress, a duration whose clock stood for a while, and a request for more time.
 */
export async function openRichTask(house: House, village: string): Promise<string> {
  const [office, team] = [await house.signIn('city.office'), await house.signIn('hesheng.village')];
  const idOf = async (username: string) =>
    (await house.sql('select id from account where username = $1', [username]))[0].id as string;
  const change = async (client: typeof office, mutation: string, type: string, input: object) => {
    const [{ version: expectedVersion }] = await house.sql('select version from task where id = $1', [
      (input as { taskId: string }).taskId,
    ]);
    await client.data(`mutation ($input: ${type}!) { ${mutation}(input: $input) { mark } }`, {
      input: { expectedVersion, ...input },
    });
  };
  const township = `${village.slice(0, 9)}000`;
  const { createTask } = await office.data(
    'mutation ($input: CreateTaskInput!) { createTask(input: $input) { task { id version } } }',
    {
      input: {
        kind: 'INSTRUCTION',
        regionCode: township,
        titleZh: '冬季走访安排',
        dueAt: '2017-03-31T00:00:00+08:00',
        responsibleId: await idOf('longwang.town'),
      },
    },
  );
  const { id: wholeId, version: expectedVersion } = createTask.task;
  const part = {
    regionCode: village,
    titleZh: '入户走访到位',
    dueAt: '2017-01-20T00:00:00+08:00',
    responsibleId: await idOf('hesheng.village'),
    weight: 2,
  };
  const { breakDownTask } = await office.data(
    'mutation ($input: BreakDownTaskInput!) { breakDownTask(input: $input) { parts { id } } }',
    { input: { taskId: wholeId, expectedVersion, parts: [part] } },
  );
  const taskId: string = breakDownTask.parts[0].id;
  await change(team, 'signReceipt', 'SignReceiptInput', { taskId });
  await change(office, 'setAssistingUnits', 'SetAssistingUnitsInput', {
    taskId,
    assistingIds: [await idOf('longwang.town')],
  });
  await change(team, 'reportProgress', 'ReportProgressInput', { taskId, percent: 40, note: '已走访过半' });
  const reason = '按工作日计算';
  const duration = { amount: 12, unit: 'WORKING_DAYS' };
  await change(office, 'setTaskDuration', 'SetTaskDurationInput', { taskId, ...duration, reason });
  await change(office, 'suspendTaskClock', 'StopTaskClockInput', { taskId, reason: '道路中断' });
  await change(office, 'resumeTaskClock', 'StopTaskClockInput', { taskId, reason: '道路恢复' });
  await change(team, 'requestExtension', 'RequestExtensionInput', {
    taskId,
    newDueAt: '2017-01-31T00:00:00+08:00',
    reason: '雨雪天气',
  });
  await team.data(operation('task'), { id: taskId });
  return taskId;
}
