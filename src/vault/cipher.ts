import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto';

/**
 * What an encrypted column holds: format · algorithm · key id (4) · nonce (12) · ciphertext · tag (16). The number of
 * the algorithm leaves room: 2 is kept for SM4 with HMAC-SM3, should an assessment of cryptography ask for it.
 */
export const FORMAT = 1;
export const AES_256_GCM = 1;

const HEADER = 6;
const NONCE = 12;
const TAG = 16;
const BLOCK = 16;

/** Where the bytes of the key id lie, as SQL counts them, so that the database can find what another key sealed. */
export const KEY_ID_IN_SQL = { from: 3, length: 4 } as const;

/** The key id as it stands in a blob. */
export function keyIdBytes(id: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(id);
  return bytes;
}

/** The id of the key that sealed it; null when this is no blob of ours. */
export function keyIdOf(blob: Buffer): number | null {
  if (blob.length < HEADER + NONCE + BLOCK + TAG) return null;
  if (blob[0] !== FORMAT || blob[1] !== AES_256_GCM) return null;
  return blob.readUInt32BE(2);
}

/** @param about what the blob belongs to; it opens nowhere else */
export function sealBlob(key: KeyObject, id: number, about: string, plain: string): Buffer {
  const header = Buffer.alloc(HEADER);
  header[0] = FORMAT;
  header[1] = AES_256_GCM;
  header.writeUInt32BE(id, 2);
  return Buffer.concat([header, ...encrypt(key, aad(header, about), pad(plain))]);
}

/** The text, or null when it is not what was sealed there with this key. */
export function openBlob(key: KeyObject, about: string, blob: Buffer): string | null {
  const opened = decrypt(key, aad(blob.subarray(0, HEADER), about), blob.subarray(HEADER));
  return opened && unpad(opened);
}

/** A data key under the key of the installation: nonce · ciphertext · tag. */
export const wrapKey = (kek: KeyObject, about: string, key: Buffer): Buffer =>
  Buffer.concat(encrypt(kek, Buffer.from(about), key));

/** null when this is not the key it was wrapped with. */
export const unwrapKey = (kek: KeyObject, about: string, wrapped: Buffer): Buffer | null =>
  decrypt(kek, Buffer.from(about), wrapped);

const aad = (header: Buffer, about: string): Buffer => Buffer.concat([header, Buffer.from(about)]);

function encrypt(key: KeyObject, about: Buffer, plain: Buffer): Buffer[] {
  const nonce = nextNonce();
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG });
  cipher.setAAD(about);
  const text = cipher.update(plain);
  cipher.final();
  return [nonce, text, cipher.getAuthTag()];
}

function decrypt(key: KeyObject, about: Buffer, body: Buffer): Buffer | null {
  if (body.length < NONCE + TAG) return null;
  const cipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, NONCE), { authTagLength: TAG });
  cipher.setAAD(about);
  cipher.setAuthTag(body.subarray(-TAG));
  const plain = cipher.update(body.subarray(NONCE, -TAG));
  try {
    cipher.final();
  } catch {
    return null;
  }
  return plain;
}

const pool = Buffer.alloc(NONCE * 256);
let used = pool.length;

/** Random bytes by the hundred: asking for twelve at a time costs more than the encryption itself. */
function nextNonce(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const nonce = Buffer.from(pool.subarray(used, used + NONCE));
  used += NONCE;
  return nonce;
}

/** To whole blocks: otherwise the length of the ciphertext would tell DISABLED from HEALTHY. */
function pad(plain: string): Buffer {
  const length = Buffer.byteLength(plain);
  const padded = Buffer.alloc(length + BLOCK - (length % BLOCK));
  padded.write(plain);
  padded[length] = 0x80;
  return padded;
}

function unpad(padded: Buffer): string | null {
  const end = padded.lastIndexOf(0x80);
  return end < 0 ? null : padded.toString('utf8', 0, end);
}
