import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Clock } from '../../src/clock.js';

const START = new Date('2016-12-08T09:00:00+08:00');
const DAY_MS = 86_400_000;

/** Real time stands still until a test moves it. */
beforeEach(() => {
  jest.useFakeTimers({ now: new Date('2026-11-23T10:00:00Z') });
});
afterEach(() => {
  jest.useRealTimers();
});

const clockAt = (speed: number) => new Clock({ campaignAt: START, realAt: new Date(), speed });
const after = (ms: number) => new Date(START.getTime() + ms);

/** An alarm and the campaign instants at which it rang. */
function listen(clock: Clock, instant: Date): { rang: string[]; cancel: () => void } {
  const rang: string[] = [];
  const cancel = clock.alarm(instant, () => rang.push(clock.now().toISOString()));
  return { rang, cancel };
}

test('rings once, at the instant, in the speed of the clock', () => {
  const clock = clockAt(3600);
  const { rang } = listen(clock, after(DAY_MS));
  jest.advanceTimersByTime(23_999);
  expect(rang).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(rang).toEqual([after(DAY_MS).toISOString()]);
  jest.advanceTimersByTime(DAY_MS);
  expect(rang).toHaveLength(1);
  expect(clock.alarmsSet).toBe(0);
});

test('rings after more days than a timer holds, and not before', () => {
  const clock = clockAt(1);
  const { rang } = listen(clock, after(100 * DAY_MS));
  jest.advanceTimersByTime(100 * DAY_MS - 1);
  expect(rang).toEqual([]);
  jest.advanceTimersByTime(1);
  expect(rang).toHaveLength(1);
});

test('never rings early where the clock all but stands', () => {
  const clock = clockAt(1e-9);
  const { rang } = listen(clock, after(1000));
  jest.advanceTimersByTime(60 * DAY_MS);
  expect(rang).toEqual([]);
});

test('follows the clock when it is moved: forward, back, faster', () => {
  const clock = clockAt(1);
  const { rang: soon } = listen(clock, after(DAY_MS));
  const { rang: late } = listen(clock, after(3 * DAY_MS));
  clock.pin({ campaignAt: after(2 * DAY_MS), realAt: new Date(), speed: 1 });
  jest.advanceTimersByTime(0);
  expect([soon.length, late.length]).toEqual([1, 0]);
  clock.pin({ campaignAt: START, realAt: new Date(), speed: 1 });
  jest.advanceTimersByTime(2 * DAY_MS);
  expect(late).toEqual([]);
  clock.pin({ campaignAt: after(2 * DAY_MS), realAt: new Date(), speed: 86_400 });
  jest.advanceTimersByTime(1000);
  expect([soon.length, late.length]).toEqual([1, 1]);
});

test('rings in the next turn for what is past, and never once it is taken back', () => {
  const clock = clockAt(1);
  const { rang } = listen(clock, START);
  expect(rang).toEqual([]);
  jest.advanceTimersByTime(0);
  expect(rang).toHaveLength(1);
  const { rang: none, cancel } = listen(clock, after(1000));
  cancel();
  clock.pin({ campaignAt: after(DAY_MS), realAt: new Date(), speed: 1 });
  jest.advanceTimersByTime(DAY_MS);
  expect(none).toEqual([]);
  expect(clock.alarmsSet).toBe(0);
  expect(jest.getTimerCount()).toBe(0);
});
