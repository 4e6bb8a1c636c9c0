import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type House, openHouse } from '../helpers/house.js';
import { CLOCK } from './documents.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

test.each(['wall.screen', 'hesheng.village', 'admin'])('%s is told the time', async (username) => {
  const { campaignClock } = await (await house.signIn(username)).data(CLOCK);
  expect(campaignClock).toEqual({
    now: '2016-12-08T01:00:00.000Z',
    speed: 1e-9,
    yearEndsAt: '2016-12-31T16:00:00.000Z',
  });
});

test('nobody who is not signed in is', async () => {
  expect((await house.client().refusal(CLOCK)).code).toBe('UNAUTHENTICATED');
});

test('the year ends in Asia/Shanghai, and the next one begins', async () => {
  const screen = await house.signIn('wall.screen');
  const yearEndsAt = async (now: string) => {
    house.moveClock(now);
    return (await screen.data(CLOCK)).campaignClock.yearEndsAt;
  };
  expect(await yearEndsAt('2016-12-31T23:59:59+08:00')).toBe('2016-12-31T16:00:00.000Z');
  expect(await yearEndsAt('2017-01-01T00:00:00+08:00')).toBe('2017-12-31T16:00:00.000Z');
});
