import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse } from '../helpers/house.js';
import {
  ASSIGN,
  accountId,
  CHANGE_DEADLINE,
  HESHENG,
  inputFor,
  MOVE,
  recordsOf,
  taskIn,
} from './documents.js';

let house: House;
let village: Client;
let office: Client;
let county: Client;
beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
  office = await house.signIn('city.office');
  county = await house.signIn('funan.office');
});
afterAll(() => house.close());

test.each([0, 1])('of twenty different changes at once exactly one is made (task %i)', async (nth) => {
  const task = await taskIn(house, HESHENG, 'IN_PROGRESS', nth);
  const before = await recordsOf(house, task.id);
  const responsibleId = await accountId(house, 'longwang.town');
  const changes: [Client, string, (index: number) => object][] = [
    [village, MOVE, (index) => ({ to: 'BLOCKED', note: `第${index}次` })],
    [village, MOVE, (index) => ({ to: 'SELF_DECLARED_MET', idempotencyKey: `met ${nth} ${index}` })],
    [office, MOVE, () => ({ to: 'CANCELLED' })],
    [county, CHANGE_DEADLINE, (index) => ({ dueAt: `2017-01-${10 + index}T00:00:00Z`, reason: '顺延' })],
    [office, ASSIGN, () => ({ responsibleId })],
  ];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const [client, document, more] = changes[index % changes.length] as (typeof changes)[number];
      return client.ask(document, inputFor(task, more(index)));
    }),
  );
  const won = answers.filter(({ errors }) => !errors);
  expect(won).toHaveLength(1);
  const refusals = answers.flatMap(({ errors }) => errors ?? []).map(({ extensions }) => extensions);
  expect(refusals).toHaveLength(19);
  for (const refusal of refusals) {
    expect(refusal).toMatchObject({ code: 'VERSION_CONFLICT', currentVersion: task.version + 1 });
  }
  const after = await recordsOf(house, task.id);
  const [{ mark }] = Object.values(won[0]?.data) as [{ mark: string }];
  expect(after.row.version).toBe(task.version + 1);
  const written = (records: typeof after) => records.moves.length + records.deadlineMoves.length;
  expect(written(after) - written(before)).toBe(after.row.responsible_id === responsibleId ? 0 : 1);
  expect(after.facts).toEqual([...before.facts, expect.objectContaining({ mark })]);
});
