import { copyFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { adoptNextKey, loadSecrets, readSecrets, stageNextKey } from '../../src/secrets.js';
import { scratchFolder } from '../helpers/scratch.js';

let folder: string;
let file: string;
let remove: () => Promise<void>;

beforeEach(async () => {
  ({ folder, remove } = await scratchFolder());
  file = join(folder, 'new', 'secrets.json');
});
afterEach(() => remove());

test('the first start makes them, for the owner alone, and leaves nothing beside', () => {
  const { secrets, created } = loadSecrets(file);
  expect(created).toBe(true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'new')).mode & 0o777).toBe(0o700);
  expect(readdirSync(join(folder, 'new'))).toEqual(['secrets.json']);
  for (const name of ['tokenKey', 'cursorKey', 'personalDataKey', 'ledgerKey'] as const) {
    expect(Buffer.from(secrets[name], 'base64url')).toHaveLength(32);
  }
  expect(new Set(Object.values(secrets)).size).toBe(7);
  expect(secrets.demoPassword).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
});

test('later starts read the same', () => {
  const first = loadSecrets(file);
  expect(loadSecrets(file)).toEqual({ secrets: first.secrets, created: false });
});

test('a given demo password wins and is stored; the rest stays', () => {
  const first = loadSecrets(file);
  const given = loadSecrets(file, { demoPassword: 'a-given-one' });
  expect(given).toEqual({ secrets: { ...first.secrets, demoPassword: 'a-given-one' }, created: false });
  expect(loadSecrets(file).secrets.demoPassword).toBe('a-given-one');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a demo password given at the first start is the one', () => {
  expect(loadSecrets(file, { demoPassword: 'a-given-one' }).secrets.demoPassword).toBe('a-given-one');
});

test('a next key for personal data waits beside the present one until it takes its place', () => {
  const { secrets: first } = loadSecrets(file);
  adoptNextKey(file);
  expect(readSecrets(file)).toEqual(first);
  const staged = stageNextKey(file);
  expect(staged).toEqual({ ...first, nextPersonalDataKey: expect.any(String) });
  expect(readSecrets(file)).toEqual(staged);
  // A call that was cut off: the next one must not throw away a key that the database may be using.
  expect(stageNextKey(file)).toEqual(staged);
  expect(loadSecrets(file, { demoPassword: 'a-given-one' }).secrets.nextPersonalDataKey).toBe(
    staged.nextPersonalDataKey,
  );
  adoptNextKey(file);
  expect(readSecrets(file)).toEqual({
    ...first,
    demoPassword: 'a-given-one',
    personalDataKey: staged.nextPersonalDataKey,
  });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(join(folder, 'new'))).toEqual(['secrets.json']);
});

describe('a file from before the ledger', () => {
  const withoutKey = () => {
    const { ledgerKey: _, ...older } = loadSecrets(file).secrets;
    writeFileSync(file, JSON.stringify(older), { mode: 0o600 });
    return older;
  };

  test('is given its key, the same by every host, and keeps the rest', () => {
    const older = withoutKey();
    const copy = join(folder, 'copy.json');
    copyFileSync(file, copy);
    const first = loadSecrets(file);
    expect(first.secrets).toEqual({ ...older, ledgerKey: expect.stringMatching(/^[\w-]{43}$/) });
    expect(Object.values(older)).not.toContain(first.secrets.ledgerKey);
    expect(loadSecrets(copy).secrets).toEqual(first.secrets);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(first.secrets);
    expect(readdirSync(folder).sort()).toEqual(['copy.json', 'new']);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('has the key written down, so that another token key does not change it', () => {
    withoutKey();
    const { secrets } = loadSecrets(file);
    writeFileSync(file, JSON.stringify({ ...secrets, tokenKey: secrets.cursorKey }), { mode: 0o600 });
    expect(loadSecrets(file).secrets.ledgerKey).toBe(secrets.ledgerKey);
  });
});

test.each([
  ['cut short', (text: string) => text.slice(0, 40), 'not JSON'],
  ['with a field missing', (text: string) => text.replace('cursorKey', 'other'), 'cursorKey'],
  [
    'with a short key',
    (text: string) => text.replace(/("tokenKey": ")[^"]*/, '$1c2hvcnQ'),
    'tokenKey: 32 bytes',
  ],
])('a file %s stops the start, is named, and stays as it was', (_, damage, said) => {
  const { secrets } = loadSecrets(file);
  const damaged = damage(readFileSync(file, 'utf8'));
  writeFileSync(file, damaged);
  const load = () => loadSecrets(file);
  expect(load).toThrow(expect.objectContaining({ exitCode: 78 }));
  expect(load).toThrow(file);
  expect(load).toThrow(said);
  expect(load).not.toThrow(secrets.databaseOwnerPassword);
  expect(readFileSync(file, 'utf8')).toBe(damaged);
});
