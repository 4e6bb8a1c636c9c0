import { once } from 'node:events';

/** After all tests: the keeper takes everything away, and jest waits until it has. */
async function globalTeardown() {
  const keeper = globalThis.testKeeper;
  keeper.ref();
  const ended = once(keeper, 'exit');
  keeper.disconnect();
  await ended;
}

// biome-ignore lint/style/noDefaultExport: jest takes only the default export.
export { globalTeardown as default };
