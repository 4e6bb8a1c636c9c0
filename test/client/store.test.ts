import { expect, test } from '@jest/globals';
import { Store } from '../../src/client/store.js';

test('tells everybody who watches of every change, and only of changes', () => {
  const store = new Store(1);
  const seen: number[] = [];
  const see = () => seen.push(store.get());
  const leave = store.subscribe(see);
  const leaveToo = store.subscribe(see);
  store.set(2);
  store.set(2);
  leave();
  store.set(3);
  leaveToo();
  store.set(4);
  expect(seen).toEqual([2, 2, 3]);
  expect(store.get()).toBe(4);
});

test('who leaves while it is told harms nobody', () => {
  const store = new Store('a');
  const seen: string[] = [];
  const leave = store.subscribe(() => leave());
  store.subscribe(() => seen.push(store.get()));
  store.set('b');
  expect(seen).toEqual(['b']);
});
