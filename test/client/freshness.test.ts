import { expect, test } from '@jest/globals';
import { freshnessOf } from '../../src/client/freshness.js';
import type { Connection } from '../../src/client/socket.js';

const connection = (state: Connection['state'], since: number): Connection => ({
  state,
  since,
  failures: 0,
  lastClose: null,
});
const at = (seconds: number) => seconds * 1000;

const heard = (state: Connection['state'], since: number, heardAt: number | null = at(100)) => ({
  connection: connection(state, since),
  heardAt,
  heartbeatSeconds: 15,
});

test('live until one heartbeat is missed, stale from then on', () => {
  const connected = heard('connected', at(50));
  expect(freshnessOf(connected, at(100))).toEqual({ state: 'live', ageSeconds: 0, sinceAt: at(100) });
  expect(freshnessOf(connected, at(118))).toMatchObject({ state: 'live', ageSeconds: 18 });
  expect(freshnessOf(connected, at(118) + 1)).toEqual({ state: 'stale', ageSeconds: 18, sinceAt: at(118) });
  expect(freshnessOf({ ...connected, heartbeatSeconds: 1 }, at(105))).toMatchObject({ state: 'stale' });
});

test('a connection that is back within moments was never away', () => {
  const cut = heard('connecting', at(101));
  expect(freshnessOf(cut, at(104))).toMatchObject({ state: 'live', sinceAt: at(100) });
  expect(freshnessOf(cut, at(104) + 1)).toEqual({ state: 'away', ageSeconds: 4, sinceAt: at(101) });
  // The heartbeat covers no more than itself.
  expect(freshnessOf(heard('connecting', at(117)), at(119))).toMatchObject({ state: 'stale' });
});

test('away for as long as there is no connection, however long', () => {
  const days = freshnessOf(heard('connecting', at(101)), at(1_000_000));
  expect(days).toEqual({ state: 'away', ageSeconds: 999_900, sinceAt: at(101) });
  expect(freshnessOf(heard('ended', at(101)), at(101))).toMatchObject({ state: 'away' });
});

test('back, but nothing has come yet: what is shown is still old', () => {
  expect(freshnessOf(heard('connected', at(500)), at(500))).toMatchObject({
    state: 'stale',
    ageSeconds: 400,
  });
});

test('before the first batch there is nothing to be fresh', () => {
  const none = { state: 'away', ageSeconds: null, sinceAt: at(1) };
  expect(freshnessOf(heard('connecting', at(1), null), at(2))).toEqual(none);
  expect(freshnessOf(heard('connected', at(1), null), at(2))).toEqual(none);
});
