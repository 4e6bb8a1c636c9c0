import { type Act, demandWithin, may, signedIn } from '../auth/may.js';
import type { Viewer } from '../auth/viewer.js';
import type { LoggedFact } from '../events/read.js';
import type { Context } from '../http/context.js';
import { grantsOf } from './account.queries.js';

/**
 * The rights of a subscription's viewer, for as long as it lives. Rights are part of the log: show every fact to
 * `see` before delivering anything that lies after it, and nothing of a later tick reaches someone whose grant ended.
 */
export class LiveRights {
  private viewer: Viewer;

  constructor(private readonly context: Context) {
    this.viewer = signedIn(context.asker);
  }

  /** Reads the grants again when a fact says that they have changed. */
  async see(facts: readonly LoggedFact[]): Promise<void> {
    const concerns = (fact: LoggedFact) =>
      fact.kind === 'GRANT_CHANGED' && fact.params.accountId === this.viewer.accountId;
    if (!facts.some(concerns)) return;
    this.viewer = { ...this.viewer, grants: await grantsOf(this.context.em, this.viewer.accountId) };
  }

  /** Also ends by the campaign clock, when the last grant's time is over. @throws FORBIDDEN */
  demand(act: Act, regionCode: string): void {
    demandWithin(this.viewer, act, regionCode, this.context.clock.now());
  }

  may(act: Act, regionCode: string): boolean {
    return may(this.viewer, act, regionCode, this.context.clock.now());
  }
}
