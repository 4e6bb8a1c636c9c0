import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';

/** What a day seal says of its day. */
export interface DaySeal {
  /** Calendar day in Asia/Shanghai, YYYY-MM-DD. */
  readonly day: string;
  readonly firstSeq: string;
  readonly lastSeq: string;
  readonly entries: string;
  /** Hash of the chain at its last entry, in hexadecimal. */
  readonly hash: string;
  readonly keyId: string;
  /** Real time, RFC 3339 in UTC with milliseconds. */
  readonly signedAt: string;
}

/** An Ed25519 key in PKCS #8 is these bytes and then the key's own 32. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

const textOf = ({ day, firstSeq, lastSeq, entries, hash, keyId, signedAt }: DaySeal): Buffer =>
  Buffer.from(['duban ledger day 1', day, firstSeq, lastSeq, entries, hash, keyId, signedAt].join('\n'));

/** Signs days with the installation's private key. */
export class DaySigner {
  /** 32 bytes in base64url, to be kept outside the installation. */
  readonly publicKey: string;
  readonly keyId: string;
  private readonly key: KeyObject;

  constructor(seed: Buffer) {
    this.key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    this.publicKey = createPublicKey(this.key).export({ format: 'jwk' }).x ?? '';
    this.keyId = keyIdOf(this.publicKey);
  }

  sign(day: Omit<DaySeal, 'keyId' | 'signedAt'>, now: Date): DaySeal & { readonly signature: Buffer } {
    const seal = { ...day, keyId: this.keyId, signedAt: now.toISOString() };
    return { ...seal, signature: sign(null, textOf(seal), this.key) };
  }
}

/** Which key a day was signed with. */
const keyIdOf = (publicKey: string): string =>
  createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest('hex').slice(0, 16);

/** True when the holder of the private key has signed exactly this. A key that is none has signed nothing. */
export function isSigned(seal: DaySeal, signature: Buffer, publicKey: string): boolean {
  if (!isPublicKey(publicKey) || seal.keyId !== keyIdOf(publicKey)) return false;
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: publicKey }, format: 'jwk' });
  return verify(null, textOf(seal), key, signature);
}

export const isPublicKey = (text: string): boolean =>
  /^[\w-]{43}$/.test(text) && Buffer.from(text, 'base64url').length === 32;
