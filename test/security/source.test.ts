import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { checkSync } from 'recheck';
import { ROOT } from './lockfile.js';
import { madePatterns, parse, patternsOf, sources, treeOf, wholeObjects } from './source.js';

// The checker's own JavaScript; its faster binaries are kept out of the installation.
process.env.RECHECK_SYNC_BACKEND = 'pure';

const trees = sources.map((file) => [file, treeOf(file)] as const);

/** How a pattern's time grows with its text. */
const growth = ({ source, flags }: { source: string; flags: string }) => {
  const found = checkSync(source, flags, { timeout: 120_000 });
  return found.status === 'vulnerable' ? found.complexity.summary : found.status;
};

test('no pattern takes more than linear time, whatever text it is given', () => {
  const patterns = trees.flatMap(([file, tree]) => patternsOf(tree).map((pattern) => ({ file, ...pattern })));
  expect(patterns.length).toBeGreaterThan(20);
  const slow = patterns
    .map((each) => ({ ...each, growth: growth(each) }))
    .filter((each) => each.growth !== 'safe');
  expect(slow).toEqual([]);
}, 900_000);

test('the checker knows a slow one', () => {
  expect(growth({ source: '^(a+)+$', flags: '' })).toMatch(/exponential/);
  expect(growth({ source: '^\\s*a*a*$', flags: '' })).toMatch(/polynomial/);
});

test('no pattern is put together while running, but for those of the scripts of names', () => {
  expect(trees.filter(([, tree]) => madePatterns(tree) > 0).map(([file]) => file)).toEqual(['text.ts']);
  expect(madePatterns(parse('new RegExp(x); RegExp("y")'))).toBe(2);
  // They are made from a list of the source, once, and differ by the script alone.
  const word = '\\p{Script=Latin}[\\p{Script=Latin}\\p{Script=Inherited}]*';
  expect(growth({ source: `^${word}(?:(?:[\u00b7'\u2019 -]|\\. ?)${word})*\\.?$`, flags: 'u' })).toBe('safe');
}, 60_000);

test('nothing that a client sent reaches the ORM as it came', () => {
  expect(trees.flatMap(([file, tree]) => wholeObjects(tree).map((call) => `${file}: ${call}`))).toEqual([]);
});

test('what hands it over is found', () => {
  const bad = `async function f(tx, input, filter, row) {
    await tx.em.find(Task, filter);
    tx.em.assign(row, { ...input, id: 1 });
    em.create(Task, { id: 1, more: { ...filter } });
    tx.em.create(Task, { id: input.id });
    other.find(filter);
  }`;
  expect(wholeObjects(parse(bad))).toEqual(['find(filter)', 'assign(input)', 'create(filter)']);
});

/** What a key, a token or a password in an address looks like. */
const SECRETS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
  /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  /\b(gh[pousr]_\w{36}|github_pat_\w{22,}|npm_\w{36}|glpat-[\w-]{20}|xox[abpr]-[\w-]{10,})\b/,
  /_authToken\s*=/,
  /"(databaseOwnerPassword|tokenKey|cursorKey|personalDataKey|ledgerKey)":\s*"[\w-]{16,}"/,
];

test('the repository holds no secret', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter(Boolean);
  expect(files.length).toBeGreaterThan(300);
  expect(
    files.filter((file) =>
      /(^|\/)(secrets\.json|\.env(\..*)?|id_(rsa|ed25519)|.*\.(pem|key|p12))$/.test(file),
    ),
  ).toEqual([]);
  const found = files
    .filter((file) => statSync(ROOT + file).size < 1_000_000)
    .filter((file) => SECRETS.some((secret) => secret.test(readFileSync(ROOT + file, 'utf8'))));
  expect(found).toEqual([]);
});

test('what is a secret is found', () => {
  const key = ['-----BEGIN', 'PRIVATE KEY-----'].join(' ');
  const stored = `"tokenKey": "${'k'.repeat(43)}"`;
  for (const text of [key, stored, `ghp_${'a'.repeat(36)}`]) {
    expect(SECRETS.some((secret) => secret.test(text))).toBe(true);
  }
});
