import { createHash } from 'node:crypto';

const UINT32 = 2 ** 32;
const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** How often each value is drawn: parts of one. */
export type Shares<K extends string> = Readonly<Record<K, number>>;

/**
 * The demo's one source of chance: xoshiro128** (Blackman and Vigna, public domain), seeded by a hash of the seed
 * and the stream's name. Named streams depend on names only, never on what was drawn before, so that more
 * households do not move the villages.
 */
export class Random {
  private readonly path: string;
  private readonly state: Int32Array;

  constructor(seed: string) {
    this.path = seed;
    const digest = createHash('sha256').update(seed).digest();
    this.state = Int32Array.from([0, 4, 8, 12], (at) => digest.readInt32LE(at));
  }

  /** An independent source that has the same draws whatever this one has drawn. */
  stream(name: string): Random {
    return new Random(`${this.path}/${name}`);
  }

  /** The next 32 bits as a whole number from 0 to 2^32 - 1. */
  uint32(): number {
    const s = this.state as Int32Array & [number, number, number, number];
    const result = Math.imul(rotl(Math.imul(s[1], 5), 7), 9) >>> 0;
    const t = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotl(s[3], 11);
    return result;
  }

  /** At least 0 and below 1. */
  fraction(): number {
    return this.uint32() / UINT32;
  }

  /** A whole number from `min` to `max`, both included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** True in `share` of all draws. */
  chance(share: number): boolean {
    return this.fraction() < share;
  }

  /** One of the list, each as likely as the others. */
  pick<T>(list: readonly T[]): T {
    if (list.length === 0) throw new RangeError('Nothing to pick from.');
    return list[this.int(0, list.length - 1)] as T;
  }

  /** One key, as often as its share says. */
  weighted<K extends string>(shares: Shares<K>): K {
    let left = this.fraction();
    let last: K | undefined;
    for (const key in shares) {
      if (shares[key] === 0) continue;
      last = key;
      left -= shares[key];
      if (left < 0) return key;
    }
    // Shares such as ten times 0.1 add up to a hair less than one: the last key takes what is left.
    if (last === undefined) throw new RangeError('No share to draw from.');
    return last;
  }

  /** A new list in another order (Fisher and Yates). */
  shuffle<T>(list: readonly T[]): T[] {
    const mixed = [...list];
    for (let i = mixed.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
    }
    return mixed;
  }

  /** A UUID in the form of version 7 whose time is `at`: ids that sort by time, the same for the same seed. */
  uuid(at: Date): string {
    const ms = hex(at.getTime(), 12);
    const a = hex(0x7000 | (this.uint32() >>> 20), 4);
    const b = hex(0x8000 | (this.uint32() >>> 18), 4);
    const tail = hex(this.uint32(), 8) + hex(this.uint32() >>> 16, 4);
    return `${ms.slice(0, 8)}-${ms.slice(8)}-${a}-${b}-${tail}`;
  }
}
