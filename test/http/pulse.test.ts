import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { WebSocket } from 'ws';
import { Pulse } from '../../src/http/pulse.js';

/** As much of a socket as is asked whether it lives. */
class Asked extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  pings = 0;
  isEnded = false;

  constructor(readonly answers: boolean) {
    super();
  }

  ping(): void {
    this.pings += 1;
    if (this.answers) this.emit('pong');
  }

  terminate(): void {
    this.isEnded = true;
    this.readyState = 3;
  }
}

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const joined = (pulse: Pulse, count: number, answers: boolean): Asked[] => {
  const sockets = Array.from({ length: count }, () => new Asked(answers));
  for (const socket of sockets) pulse.join(socket as unknown as WebSocket);
  return sockets;
};
const pingsOf = (sockets: readonly Asked[]) => sockets.map(({ pings }) => pings);

test('each is asked every twelve seconds, a twelfth of them each second', () => {
  const sockets = joined(new Pulse(), 36, true);
  for (let second = 1; second <= 12; second++) {
    jest.advanceTimersByTime(1000);
    expect(pingsOf(sockets).filter((pings) => pings === 1)).toHaveLength(3 * second);
  }
  jest.advanceTimersByTime(36_000);
  expect(new Set(pingsOf(sockets))).toEqual(new Set([4]));
  expect(sockets.some(({ isEnded }) => isEnded)).toBe(false);
});

test('one that does not say that it lives is ended when it would be asked again, and no other', () => {
  const pulse = new Pulse();
  const living = joined(pulse, 12, true);
  const silent = joined(pulse, 12, false);
  jest.advanceTimersByTime(12_000);
  expect(silent.some(({ isEnded }) => isEnded)).toBe(false);
  jest.advanceTimersByTime(12_000);
  expect(silent.every(({ isEnded, pings }) => isEnded && pings === 1)).toBe(true);
  expect(living.some(({ isEnded }) => isEnded)).toBe(false);
});

test('nothing is kept of those that have left, not even the clock', () => {
  const pulse = new Pulse();
  const sockets = joined(pulse, 30, false);
  jest.advanceTimersByTime(6000);
  for (const socket of sockets) pulse.leave(socket as unknown as WebSocket);
  expect(jest.getTimerCount()).toBe(0);
  const before = pingsOf(sockets);
  joined(pulse, 1, true);
  jest.advanceTimersByTime(24_000);
  expect(pingsOf(sockets)).toEqual(before);
  expect(sockets.some(({ isEnded }) => isEnded)).toBe(false);
});
