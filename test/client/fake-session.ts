import type { Session, SessionState } from '../../src/client/session.js';
import { Store } from '../../src/client/store.js';

const viewer = { id: 'v', name: 'v', grants: [] };

/** A session whose tokens are numbered and good until they are refused. */
export class FakeSession implements Pick<Session, 'state' | 'token' | 'end'> {
  readonly state = new Store<SessionState>({ is: 'signedIn', viewer });
  readonly ended: string[] = [];
  /** Thrown instead of the next tokens. */
  trouble: Error | null = null;
  private count = 1;

  async token(refused?: string): Promise<string> {
    if (this.trouble) throw this.trouble;
    if (refused === this.current) this.count++;
    return this.current;
  }

  end(token: string): void {
    this.ended.push(token);
    if (token === this.current) this.state.set({ is: 'ended', why: 'revoked', viewer });
  }

  /** Another token than before, as after a renewal. */
  renew(): void {
    this.count++;
  }

  private get current(): string {
    return `token ${this.count}`;
  }
}
