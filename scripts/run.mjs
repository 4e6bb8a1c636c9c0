// A command of the house: `node scripts/run.mjs NAME …` builds what is stale and runs src/cli/NAME.ts.
import { build } from './build.mjs';

const [name] = process.argv.splice(2, 1);
await build();
await import(`../dist/src/cli/${name}.js`);
