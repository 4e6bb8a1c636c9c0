import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, START } from '../helpers/house.js';
import { change, FUNAN, give, HESHENG, TIMELINE, toldOf } from './documents.js';

let house: House;
let office: Client;
let county: Client;
let team: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
  county = await house.signIn('funan.office');
  team = await house.signIn('hesheng.village');
});
beforeEach(() => house.moveClock(START));
afterAll(() => house.close());

const LATER = '2017-02-28T00:00:00+08:00';
const REQUEST = `mutation ($input: RequestExtensionInput!) { requestExtension(input: $input) {
  extension { id version status newDueAt fromDueAt requestedBy { name } } } }`;
const DECIDE = `mutation ($input: DecideExtensionInput!) { decideExtension(input: $input) {
  extension { id version status note decidedBy { name } task { dueAt firstDueAt extended } } } }`;

const versionOf = async (id: string): Promise<number> =>
  (await house.sql('select version from task where id = $1', [id]))[0].version;
const asked = async (taskId: string, more: object = {}) => ({
  input: { taskId, expectedVersion: await versionOf(taskId), newDueAt: LATER, reason: '雨雪封路', ...more },
});
const request = async (taskId: string, client = team) =>
  (await client.data(REQUEST, await asked(taskId))).requestExtension.extension;
const decided = ({ id, version }: { id: string; version: number }, more: object) => ({
  input: { extensionId: id, expectedVersion: version, ...more },
});

describe('more time', () => {
  test('is asked for, granted by another office, and the first deadline is kept', async () => {
    const task = await give(office);
    const extension = await request(task.id);
    expect(extension).toMatchObject({ status: 'REQUESTED', fromDueAt: task.dueAt, newDueAt: iso(LATER) });
    const waiting = await county.data(
      `query ($within: RegionCode!) { extensionRequests(within: $within, status: [REQUESTED], first: 10) {
        totalCount edges { node { id task { id } } } } }`,
      { within: FUNAN },
    );
    expect(waiting.extensionRequests.edges.map(({ node }: { node: { id: string } }) => node.id)).toContain(
      extension.id,
    );
    const { decideExtension } = await county.data(DECIDE, decided(extension, { approve: true }));
    expect(decideExtension.extension).toMatchObject({
      status: 'APPROVED',
      decidedBy: { name: expect.any(String) },
      task: { dueAt: iso(LATER), firstDueAt: task.dueAt, extended: 1 },
    });
    const { task: read } = await office.data(TIMELINE, { id: task.id });
    expect(read.deadlineHistory).toEqual([{ from: task.dueAt, to: iso(LATER), reason: '雨雪封路' }]);
  });

  test('is refused with a word, and nothing moves', async () => {
    const task = await give(office);
    const extension = await request(task.id);
    const no = { approve: false };
    expect(await county.refusal(DECIDE, decided(extension, no))).toMatchObject({ code: 'INVALID_TEXT' });
    const { decideExtension } = await county.data(DECIDE, decided(extension, { ...no, note: '路已通' }));
    expect(decideExtension.extension).toMatchObject({
      status: 'REFUSED',
      note: '路已通',
      task: { dueAt: task.dueAt },
    });
    expect(
      await county.refusal(DECIDE, decided({ ...extension, version: 2 }, { approve: true })),
    ).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
  });

  test('lapses when the task closes', async () => {
    const task = await give(office);
    const extension = await request(task.id);
    const feed = await team.subscribe(
      'subscription ($within: RegionCode!) { supervisionFeed(within: $within) { events { kind headline subject { id } } } }',
      { within: HESHENG },
    );
    await feed.next();
    await change(house, office, 'changeTaskStatus', { taskId: task.id, to: 'CANCELLED' });
    expect((await toldOf(feed, task.id, 'TASK_EXTENSION_CHANGED')).headline).toMatch(/冬季走访到户/);
    expect(
      await county.refusal(DECIDE, decided({ ...extension, version: 2 }, { approve: true })),
    ).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
  });

  test.each([
    ['earlier than the deadline that stands', '2017-01-19T00:00:00+08:00'],
    ['the deadline itself', '2017-01-20T00:00:00+08:00'],
    ['the past', '2016-12-01T00:00:00+08:00'],
  ])('is not asked to %s', async (_, newDueAt) => {
    const task = await give(office);
    expect(await team.refusal(REQUEST, await asked(task.id, { newDueAt }))).toMatchObject({
      code: 'INVALID_DATE',
      field: 'newDueAt',
    });
  });

  test('is asked for once at a time, not by who does not work on it, and not granted by who asked', async () => {
    const [{ id: responsibleId }] = await house.sql(`select id from account where username = 'city.office'`);
    const task = await give(office, { responsibleId });
    expect(await county.refusal(REQUEST, await asked(task.id))).toMatchObject({ code: 'FORBIDDEN' });
    const extension = await request(task.id, office);
    expect(await team.refusal(REQUEST, await asked(task.id))).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
    });
    expect(await office.refusal(DECIDE, decided(extension, { approve: true }))).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await team.refusal(DECIDE, decided(extension, { approve: true }))).toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('is not granted to a date that has passed meanwhile', async () => {
    const task = await give(office);
    const extension = await request(task.id);
    house.moveClock('2017-03-01T00:00:00+08:00');
    expect(await county.refusal(DECIDE, decided(extension, { approve: true }))).toMatchObject({
      code: 'INVALID_DATE',
    });
  });
});

const iso = (instant: string) => new Date(instant).toISOString();
