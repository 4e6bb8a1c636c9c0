// What every command of the house begins with: is this machine able, and is what it runs built from what it reads?

const OLDEST_NODE = 24;

/**
 * Builds what is stale, the pages only for who serves them; or ends the process with one line that says what is missing
 * here.
 */
export async function prepare({ pages = false } = {}) {
  const [major] = process.versions.node.split('.');
  if (Number(major) < OLDEST_NODE) {
    stop(
      `duban needs Node ${OLDEST_NODE} or newer and this is ${process.version}: run it through npm after "npm ci" (which brings one for Linux and Windows), or install a newer one.`,
    );
  }
  // Loading the compiler is the proof that its binary for this machine was installed.
  await import('@swc/core').catch((error) =>
    stop(`The compiler does not load; run "npm ci" again, with optional packages. (${firstLine(error)})`),
  );
  const { compile } = await import('./build.mjs');
  const failed = (error) => stop(`The build failed: ${firstLine(error)}`);
  await compile().catch(failed);
  if (!pages) return;
  const { buildPages } = await import('./pages.mjs');
  await buildPages().catch(failed);
}

/** A module of the built house, or the end of the process with one line that says why it does not load. */
export const load = (path) =>
  import(`../dist/src/${path}`).catch((error) =>
    stop(`duban does not load; run "npm ci" again. (${firstLine(error)})`),
  );

const firstLine = (error) => String(error.message).split('\n')[0];

/** sysexits EX_CONFIG: starting again will not help. */
function stop(sentence) {
  console.error(sentence);
  process.exit(78);
}
