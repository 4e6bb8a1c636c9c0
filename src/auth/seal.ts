import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * Makes positions and list cursors opaque and unforgeable: text that leaves the house and must come back
 * unchanged. Not secret, only signed; so nothing personal goes in. Two purposes never accept each other's tokens.
 */
export class Sealer {
  private readonly key: KeyObject;

  constructor(key: Buffer) {
    // Made once: turning the bytes into a key costs more than the signature itself, and a page has a hundred.
    this.key = createSecretKey(key);
  }

  seal(purpose: string, text: string): string {
    return `${Buffer.from(text).toString('base64url')}.${this.mac(purpose, text).toString('base64url')}`;
  }

  /** The text that was sealed for this purpose, or null when the token was not made by this installation. */
  open(purpose: string, token: string): string | null {
    const [body = '', mac = '', more] = token.split('.');
    if (more !== undefined || body === '' || mac === '') return null;
    const text = Buffer.from(body, 'base64url').toString();
    const given = Buffer.from(mac, 'base64url');
    const expected = this.mac(purpose, text);
    // base64url decoding forgives stray characters; sealing again refuses any second spelling of one token.
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    return this.seal(purpose, text) === token ? text : null;
  }

  private mac(purpose: string, text: string): Buffer {
    // As JSON, so that no purpose can pass for the beginning of another's text.
    return createHmac('sha256', this.key)
      .update(JSON.stringify([purpose, text]))
      .digest()
      .subarray(0, 16);
  }
}
