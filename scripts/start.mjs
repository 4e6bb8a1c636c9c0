// The start of the house: is this machine able, build what is stale, then become the server. In one process, so that
// a signal to npm reaches the server itself.

const OLDEST_NODE = 24;

const major = Number(process.versions.node.split('.')[0]);
if (major < OLDEST_NODE) {
  stop(
    `duban needs Node ${OLDEST_NODE} or newer and this is ${process.version}: start it with "npm start" after "npm ci" (which brings one for Linux and Windows), or install a newer one.`,
  );
}

const { build } = await import('./build.mjs');
// Loading the compiler is the proof that its binary for this machine was installed.
await import('@swc/core').catch((error) =>
  stop(`The compiler does not load; run "npm ci" again, with optional packages. (${firstLine(error)})`),
);
await build().catch((error) => stop(`The build failed: ${error.message}`));

const { setSourceMapsSupport } = await import('node:module');
// Ours only: reading the maps of every package would slow each start.
setSourceMapsSupport(true, { nodeModules: false });
await import('../dist/src/main.js');

function firstLine(error) {
  return String(error.message).split('\n')[0];
}

/** sysexits EX_CONFIG: starting again will not help. */
function stop(sentence) {
  console.error(sentence);
  process.exit(78);
}
