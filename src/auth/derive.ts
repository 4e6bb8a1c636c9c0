import { createHmac, createSecretKey, type KeyObject } from 'node:crypto';

/**
 * Secrets that can be made again, and so need not be kept: whoever has only the database cannot make them, and whoever
 * has only the key does not know the parts. Two purposes never give the same.
 */
export class Deriver {
  private readonly key: KeyObject;

  constructor(key: Buffer) {
    this.key = createSecretKey(key);
  }

  /** 32 bytes. */
  derive(purpose: string, ...parts: readonly (string | number)[]): Buffer {
    return createHmac('sha256', this.key)
      .update(JSON.stringify(['derive', purpose, ...parts]))
      .digest();
  }
}
