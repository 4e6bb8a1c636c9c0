import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';

const ROOT = new URL('../..', import.meta.url).pathname;

/** The tools of `npm run check`; each prints what is wrong, and nothing may be. */
const TOOLS: [what: string, command: string, ...args: string[]][] = [
  ['lint and format', 'biome', 'check', '--error-on-warnings', '.'],
  ['types', 'tsc', '-p', '.'],
  ['types of the client', 'tsc', '-p', 'src/client'],
  ['types of the pages', 'tsc', '-p', 'src/web'],
  ['types of their tests', 'tsc', '-p', 'test/web'],
  ['dead code', 'knip'],
  ['typed documents are current (npm run codegen)', 'graphql-codegen', '--config', 'codegen.yml', '--check'],
];

test.each(TOOLS)(
  '%s',
  (_, command, ...args) => {
    const { status, stdout, stderr } = spawnSync(`${ROOT}node_modules/.bin/${command}`, args, {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' });
  },
  120_000,
);
