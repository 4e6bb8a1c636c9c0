import { createHash } from 'node:crypto';

/** 32 letters and digits without those that people confuse (Crockford): five bits each. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** What people are told to type: `length` characters out of as many bytes, in groups of four. */
export function readableCode(bytes: Buffer, length: number): string {
  const characters = [...bytes.subarray(0, length)].map((byte) => ALPHABET[byte % ALPHABET.length]);
  if (characters.length < length) throw new Error(`${length} characters need as many bytes`);
  return characters.join('').replace(/(.{4})(?=.)/g, '$1-');
}

/** A code as it was typed, by its hash: spaces, hyphens, capitals and confused letters do not matter. */
export function hashCode(typed: string): string {
  const meant = typed
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s-]/g, '')
    .replace(/[il]/g, '1')
    .replace(/o/g, '0');
  return createHash('sha256').update(meant).digest('base64url');
}
