// A command of the house: `node scripts/run.mjs NAME …` builds what is stale and runs src/cli/NAME.ts.
import { load, prepare } from './prepare.mjs';

const [name] = process.argv.splice(2, 1);
await prepare();
await load(`cli/${name}.js`);
