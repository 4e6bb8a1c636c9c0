import { type Act, demandWithin, may, nextTurn, signedIn } from '../auth/may.js';
import type { Viewer } from '../auth/viewer.js';
import type { LoggedFact } from '../events/read.js';
import type { Context } from '../http/context.js';
import { getViewer } from './account.queries.js';

/**
 * The rights of a subscription's viewer, for as long as it lives. Rights are part of the log: show every fact to
 * `see` before delivering anything that lies after it, and nothing of a later tick reaches someone whose grant ended.
 */
export class LiveRights {
  private viewer: Viewer;
  /** The grants that came with the socket may be as old as its token; what changed since is no fact to come. */
  private isFresh = false;
  /** Campaign time at which they were last looked at: a grant that has begun or ended since is still to be noticed. */
  private lookedAt: Date;

  constructor(private readonly context: Pick<Context, 'em' | 'asker' | 'clock'>) {
    this.viewer = signedIn(context.asker);
    this.lookedAt = context.clock.now();
  }

  /**
   * Reads the rights again when a fact says that they have changed, and the first time in any case: so take your
   * place in the log first, then call this.
   * @throws SESSION_REVOKED
   */
  async see(facts: readonly LoggedFact[]): Promise<void> {
    this.lookedAt = this.context.clock.now();
    if (this.isFresh && !facts.some((fact) => this.concerns(fact))) return;
    const viewer = await getViewer(this.context.em, this.viewer);
    // What the socket came with holds nearly always, and is held anyway.
    if (JSON.stringify(viewer) !== JSON.stringify(this.viewer)) this.viewer = viewer;
    this.isFresh = true;
  }

  /** Reads them, whatever has been seen. @throws SESSION_REVOKED */
  async read(): Promise<void> {
    this.forget();
    await this.see([]);
  }

  /** When one of the grants begins or ends next; null when none does any more. */
  get turn(): Date | null {
    return nextTurn(this.viewer.grants, this.lookedAt);
  }

  /** The viewer with the grants of now. */
  get current(): Viewer {
    return this.viewer;
  }

  get accountId(): string {
    return this.viewer.accountId;
  }

  /** Facts were missed: what was known may no longer be so. */
  forget(): void {
    this.isFresh = false;
  }

  /** Also ends by the campaign clock, when the last grant's time is over. @throws FORBIDDEN */
  demand(act: Act, regionCode: string): void {
    demandWithin(this.viewer, act, regionCode, this.context.clock.now());
  }

  may(act: Act, regionCode: string): boolean {
    return may(this.viewer, act, regionCode, this.context.clock.now());
  }

  /**
   * Calls `wake` when one of the grants has begun or ended by the campaign clock since `see` was last called: no fact
   * says so. The answer takes that back. To be handed to a wait as it is.
   */
  readonly onTurn = (wake: () => void): (() => void) => {
    const { clock } = this.context;
    const now = clock.now();
    // A clock that was moved back comes by the same turns again.
    const wasMovedBack = now < this.lookedAt;
    const turn = nextTurn(this.viewer.grants, wasMovedBack ? now : this.lookedAt);
    return turn ? clock.alarm(turn, wake) : () => undefined;
  };

  /** Whether a fact says that they have changed. */
  concerns(fact: LoggedFact): boolean {
    if (fact.kind === 'SESSION_ENDED') return fact.subject.id === this.viewer.sessionId;
    return fact.kind === 'GRANT_CHANGED' && fact.params.accountId === this.viewer.accountId;
  }
}
