// The feed under everything that may happen to it, and other techniques under the same: writers with holds, rollbacks,
// savepoints, two-phase commits and long transactions; connections cut, nodes killed, the database crashed, readers that
// die and come back. What each reader was told is held against what was committed.
//   npm run bench:checker                 five minutes of ours, one of each other technique
//   npm run bench:checker -- 3600 300     an hour, five minutes
import '../test/checker/typescript.mjs';

const [seconds = 300, secondsEach = 60] = process.argv.slice(2).map(Number);
const { longRun } = await import('../test/checker/long-run.ts');
await longRun(seconds, secondsEach);
process.exit(0);
