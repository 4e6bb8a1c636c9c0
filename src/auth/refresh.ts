import { timingSafeEqual } from 'node:crypto';
import { parse, stringify, validate } from 'uuid';
import type { Deriver } from './derive.js';

/** Of which session a refresh token is, and its how-manieth. */
export interface RefreshClaim {
  readonly sessionId: string;
  readonly generation: number;
}

const ID_BYTES = 16;
const COUNT_BYTES = 4;
const BYTES = ID_BYTES + COUNT_BYTES + 32;

/**
 * Refresh tokens: the session, a count, and a proof derived from both with the session's own nonce. Nothing of them is
 * stored: the same successor can be made again for an answer that was lost, and an old one is known for what it is
 * however many came after it.
 */
export class RefreshMint {
  constructor(private readonly deriver: Deriver) {}

  issue({ sessionId, generation }: RefreshClaim, nonce: string): string {
    const head = Buffer.alloc(ID_BYTES + COUNT_BYTES);
    head.set(parse(sessionId));
    head.writeUInt32BE(generation, ID_BYTES);
    return Buffer.concat([head, this.proof({ sessionId, generation }, nonce)]).toString('base64url');
  }

  /** What the token says of itself; null when it cannot be one of ours. Proves nothing yet. */
  read(token: string): RefreshClaim | null {
    const bytes = Buffer.from(token, 'base64url');
    // Decoding forgives stray characters; there is one spelling of each token.
    if (bytes.length !== BYTES || bytes.toString('base64url') !== token) return null;
    const sessionId = idOf(bytes.subarray(0, ID_BYTES));
    return sessionId === null ? null : { sessionId, generation: bytes.readUInt32BE(ID_BYTES) };
  }

  /** Whether the token was issued for the session that has this nonce. */
  isGenuine(token: string, claim: RefreshClaim, nonce: string): boolean {
    const expected = Buffer.from(this.issue(claim, nonce));
    const given = Buffer.from(token);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  private proof({ sessionId, generation }: RefreshClaim, nonce: string): Buffer {
    return this.deriver.derive('refresh', sessionId, generation, nonce);
  }
}

function idOf(bytes: Uint8Array): string | null {
  try {
    const id = stringify(bytes);
    return validate(id) ? id : null;
  } catch {
    return null;
  }
}
