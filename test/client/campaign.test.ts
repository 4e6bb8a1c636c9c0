import { expect, test } from '@jest/globals';
import { type CampaignClock, campaignClock, campaignNow, heardAsOf } from '../../src/client/campaign.js';

const START = Date.parse('2016-12-08T09:00:00+08:00');
const clock = (speed: number) => campaignClock({ now: '2016-12-08T09:00:00+08:00', speed }, 1000);
const iso = (ms: number) => new Date(ms).toISOString();

test.each([1, 60, 3600])('goes on at %d times the speed of real time', (speed) => {
  expect(campaignNow(clock(speed), 1000)).toBe(START);
  expect(campaignNow(clock(speed), 11_000)).toBe(START + 10_000 * speed);
});

test('a batch that was faster sets the clock forward at once', () => {
  const set = heardAsOf(clock(60), iso(START + 20_000 * 60), 11_000);
  expect(campaignNow(set, 11_000)).toBe(START + 20_000 * 60);
});

test('a batch that was late on its way sets it back by no more than a tenth of a second', () => {
  const late = heardAsOf(clock(60), iso(START + 4000 * 60), 11_000);
  expect(campaignNow(late, 11_000)).toBe(START + 9900 * 60);
  const hardly = heardAsOf(clock(1), iso(START + 9950), 11_000);
  expect(campaignNow(hardly, 11_000)).toBe(START + 9950);
});

test('a machine whose clock runs fast is followed', () => {
  let reckoned: CampaignClock = clock(1);
  let machine = 1000;
  for (let batches = 1; batches <= 1000; batches++) {
    machine += 15_000 * 1.001;
    reckoned = heardAsOf(reckoned, iso(START + batches * 15_000), machine);
  }
  expect(campaignNow(reckoned, machine)).toBe(START + 1000 * 15_000);
});

test('campaign time that was moved is taken as it is, in both directions', () => {
  for (const moved of [START - 86_400_000, START + 86_400_000]) {
    expect(campaignNow(heardAsOf(clock(1), iso(moved), 2000), 2000)).toBe(moved);
  }
});

test('campaign time that stands still stands', () => {
  const still = heardAsOf(clock(1e-9), iso(START), 50_000);
  expect(Math.round(campaignNow(still, 90_000))).toBe(START);
});
