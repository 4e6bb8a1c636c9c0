import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { Refusal } from '../errors.js';
import { normalPassword } from './password.js';

/** argon2id with the OWASP minimum: 19 MiB, 2 passes, 1 lane. */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** By then some of the queue has gone on. */
const RETRY_AFTER_MS = 1000;

export interface HashingLimits {
  /** Passwords worked on at once, on this node. */
  readonly atOnce: number;
  /** How many more may wait. */
  readonly waiting: number;
}

/** An attempt whose failures are counted. */
export interface Counted {
  /** @throws RATE_LIMITED */
  demandOpen(): Promise<void>;
  /** @throws RATE_LIMITED */
  failed(): Promise<void>;
  succeeded(): Promise<void>;
}

/** Lets so many through at once and so many more wait, in order; whoever comes on top is turned away. */
export class Turnstile {
  private inside = 0;
  private readonly queue: (() => void)[] = [];

  constructor(private readonly limits: HashingLimits) {}

  /** @throws LOGIN_BUSY */
  async through<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private async enter(): Promise<void> {
    const { atOnce, waiting } = this.limits;
    if (this.inside < atOnce) this.inside += 1;
    else if (this.queue.length < waiting) await new Promise<void>((go) => this.queue.push(go));
    else
      throw new Refusal('LOGIN_BUSY', 'Too many passwords are being checked just now. Try again shortly.', {
        retryAfterMs: RETRY_AFTER_MS,
      });
  }

  /** Whoever waits takes the place over, so that nobody slips in between. */
  private leave(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.inside -= 1;
  }
}

/** Password hashes, bounded: hashing is dear on purpose, and a flood of sign-ins must not stop what else a node does. */
export class Hasher {
  private readonly turnstile: Turnstile;
  /** Compared where there is nothing to compare with, so that it takes as long as a wrong password. */
  private nobody: string | undefined;

  constructor(limits: HashingLimits) {
    this.turnstile = new Turnstile(limits);
  }

  /** @throws LOGIN_BUSY */
  hash(password: string): Promise<string> {
    return this.turnstile.through(() => hashPassword(password));
  }

  /**
   * False also where no hash is kept. What counts failures is asked and told in the same place of the queue, so that
   * hardly more are checked than may fail, however many come at once.
   * @throws LOGIN_BUSY, and what `attempt` throws
   */
  verify(kept: string | null | undefined, password: string, attempt: Counted): Promise<boolean> {
    return this.turnstile.through(async () => {
      await attempt.demandOpen();
      this.nobody ??= await hashPassword(randomBytes(16).toString('hex'));
      const isRight =
        (await verify(kept ?? this.nobody, normalPassword(password))) && typeof kept === 'string';
      await (isRight ? attempt.succeeded() : attempt.failed());
      return isRight;
    });
  }
}

/** Unbounded, for commands and the demo loader; what serves requests uses {@link Hasher}. */
export const hashPassword = (password: string): Promise<string> => hash(normalPassword(password), ARGON2);
