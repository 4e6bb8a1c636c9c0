import { hkdfSync, randomBytes, randomInt } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { EXIT_CONFIG, StartError } from './errors.js';
import { makeFolder } from './folder.js';

const key = z.string().refine((text) => Buffer.from(text, 'base64url').length === 32, {
  error: '32 bytes in base64url',
});

const contents = z.object({
  databaseOwnerPassword: z.string().min(16),
  databaseRuntimePassword: z.string().min(16),
  tokenKey: key,
  cursorKey: key,
  personalDataKey: key,
  /** Only while `npm run keys -- rewrap` puts it in the place of the one above. */
  nextPersonalDataKey: key.optional(),
  ledgerKey: key,
  demoPassword: z.string().min(8),
});

/** What must never leave the installation. Losing it loses the sessions, the positions and every encrypted column. */
export type Secrets = Readonly<z.infer<typeof contents>>;

/** The secrets, and whether this start made them: then the demo password is printed, once. */
export interface LoadedSecrets {
  readonly secrets: Secrets;
  readonly created: boolean;
}

/**
 * Reads the secrets, or makes them at the first start; of several first starts at once, all get the same.
 * A given demo password wins over the stored one and is stored.
 */
export function loadSecrets(file: string, { demoPassword }: { demoPassword?: string } = {}): LoadedSecrets {
  const created = createUnlessThere(file, demoPassword);
  const stored = readSecrets(file);
  writeDownLedgerKey(file, stored);
  if (demoPassword === undefined || demoPassword === stored.demoPassword) return { secrets: stored, created };
  return { secrets: replace(file, { ...stored, demoPassword }), created };
}

/** Puts a next key for personal data beside the present one; one that is there already stays the next. */
export function stageNextKey(file: string): Required<Secrets> {
  const stored = readSecrets(file);
  const nextPersonalDataKey = stored.nextPersonalDataKey ?? newKey();
  const staged = { ...stored, nextPersonalDataKey };
  if (stored.nextPersonalDataKey === undefined) replace(file, staged);
  return staged;
}

/** Makes the next key the present one, and forgets that one: nothing may be wrapped with it any more. */
export function adoptNextKey(file: string): void {
  const { nextPersonalDataKey, ...stored } = readSecrets(file);
  if (nextPersonalDataKey === undefined) return;
  replace(file, { ...stored, personalDataKey: nextPersonalDataKey });
}

/** The file is the old one or the new one, whatever happens meanwhile, and the new one when this returns. */
function replace(file: string, secrets: Secrets): Secrets {
  renameSync(writeBeside(file, secrets), file);
  syncFolder(dirname(file));
  return Object.freeze(secrets);
}

/** Until then the new name may be gone after a power cut, and with it a key that the database needs by then. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows opens no folders; its file systems write the name by themselves.
  }
}

function createUnlessThere(file: string, demoPassword?: string): boolean {
  if (readIfThere(file) !== undefined) return false;
  let temporary: string | undefined;
  try {
    makeFolder(dirname(file));
    temporary = writeBeside(file, generate(demoPassword));
    // link refuses an existing name, so of two starts one creates and the other reads what that one made.
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw new StartError(`SECRETS_FILE ${file} cannot be made: ${(error as Error).message}.`, EXIT_CONFIG);
  } finally {
    if (temporary !== undefined) rmSync(temporary, { force: true });
  }
}

function writeBeside(file: string, secrets: Secrets): string {
  const temporary = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(temporary, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
  // The umask may only take rights away; this also holds where it took too many.
  chmodSync(temporary, 0o600);
  return temporary;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StartError(`SECRETS_FILE ${file} cannot be read: ${(error as Error).message}.`, EXIT_CONFIG);
  }
}

/** The secrets of an installation that has them. @throws StartError */
export function readSecrets(file: string): Secrets {
  const text = readIfThere(file) ?? '';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message would quote the file.
    throw new StartError(`SECRETS_FILE ${file} is broken: it is not JSON.`, EXIT_CONFIG);
  }
  const parsed = contents.safeParse(withLedgerKey(value));
  if (parsed.success) return Object.freeze(parsed.data);
  const issue = parsed.error.issues[0];
  const field = issue?.path.join('.') || 'the file';
  throw new StartError(`SECRETS_FILE ${file} is broken: ${field}: ${issue?.message}.`, EXIT_CONFIG);
}

/**
 * Installations from before the ledger have no key for it. Theirs comes out of one they have, so that every host makes
 * the same, whichever is first to write it down and whether or not it may.
 */
function withLedgerKey(value: unknown): unknown {
  const { tokenKey, ledgerKey } = (value ?? {}) as Record<string, unknown>;
  if (ledgerKey !== undefined || typeof tokenKey !== 'string') return value;
  const made = hkdfSync('sha256', Buffer.from(tokenKey, 'base64url'), '', 'duban ledger day seals', 32);
  return { ...(value as object), ledgerKey: Buffer.from(made).toString('base64url') };
}

/** So that the key stays the same when the one it came from is changed. */
function writeDownLedgerKey(file: string, secrets: Secrets): void {
  if (readIfThere(file)?.includes('"ledgerKey"')) return;
  try {
    replace(file, secrets);
  } catch (error) {
    // A mounted secret is often read-only; whoever mounts it may write the key down.
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EROFS', 'EACCES', 'EPERM', 'EBUSY'].includes(code)) throw error;
  }
}

function generate(demoPassword = readablePassword()): Secrets {
  return {
    databaseOwnerPassword: newKey(),
    databaseRuntimePassword: newKey(),
    tokenKey: newKey(),
    cursorKey: newKey(),
    personalDataKey: newKey(),
    ledgerKey: newKey(),
    demoPassword,
  };
}

const newKey = () => randomBytes(32).toString('base64url');

/** Four groups of four, without the letters and digits that people confuse: about 78 bits. */
function readablePassword(): string {
  const alphabet = 'abcdefghjkmnpqrstuvwxyz23456789';
  const letter = () => alphabet[randomInt(alphabet.length)];
  return Array.from({ length: 4 }, () => Array.from({ length: 4 }, letter).join('')).join('-');
}
