import { LoginDocument, LogoutDocument, RefreshDocument } from '../../schema/generated/documents.js';
import { type Answer, ApiError, type Post } from './post.js';
import { type KeptSession, sessionShelf, type Viewer } from './session.kept.js';
import type { Shelf, Storing } from './shelf.js';
import { Store, type Watched } from './store.js';
import type { Surroundings } from './surroundings.js';

const KEY = 'duban.session';
/** The shortest life the server gives a token. Taken when its own clock is not told with the answer. */
const SHORTEST_LIFE_MS = 60_000;
/** A token is renewed this long before its end, or in the last fifth of a short life. */
const AHEAD_MS = 60_000;
/** How long another page, which was faster with the same refresh token, may take to say what it got for it. */
const OVERTAKEN_MS = 2000;

/** `expired`: it could not be renewed any more. `revoked`: it was ended while its token was still good. */
export type SessionState =
  | { readonly is: 'signedOut' }
  | { readonly is: 'signedIn'; readonly viewer: Viewer }
  | { readonly is: 'ended'; readonly why: 'expired' | 'revoked'; readonly viewer: Viewer };

/** The session in use. */
interface Held {
  readonly viewer: Viewer;
  refreshToken: string;
  access: { readonly token: string; readonly renewAt: number; readonly endsAt: number } | null;
  renewal: Promise<string> | null;
}

/** After these nothing but signing in helps; after anything else the session may well go on. */
const END_CODES: ReadonlySet<string> = new Set(['SESSION_REVOKED', 'UNAUTHENTICATED']);
export const isEndOfSession = (fault: unknown): boolean =>
  fault instanceof ApiError && END_CODES.has(fault.code);

interface SessionOptions {
  readonly post: Post;
  /** Where the session outlives the page, shared by all pages that use it; null keeps it in this page only. */
  readonly storage: Storing | null;
  readonly surroundings: Pick<Surroundings, 'now' | 'after' | 'alone'>;
}

/**
 * Who is signed in, and the access token that proves it. The session ends only when the server says so: a network that
 * is away, a server that restarts and a clock that is wrong do not end it.
 */
export class Session {
  private readonly post: Post;
  private readonly shelf: Shelf<KeptSession>;
  private readonly surroundings: SessionOptions['surroundings'];
  private readonly current = new Store<SessionState>({ is: 'signedOut' });
  private held: Held | null = null;

  constructor({ post, storage, surroundings }: SessionOptions) {
    this.post = post;
    this.shelf = sessionShelf(storage, KEY);
    this.surroundings = surroundings;
  }

  get state(): Watched<SessionState> {
    return this.current;
  }

  /** Rejects with ApiError UNAUTHENTICATED, the same whether the name or the password is wrong; or Unreachable. */
  async signIn(username: string, password: string): Promise<Viewer> {
    const sentAt = this.surroundings.now();
    const answer = await this.post(LoginDocument, { username, password });
    const { viewer, refreshToken, accessToken, expiresAt } = answer.data.login;
    const access = this.accessOf(accessToken, expiresAt, sentAt, answer);
    this.hold({ viewer, refreshToken, access, renewal: null });
    this.shelf.write({ viewer, refreshToken });
    return viewer;
  }

  /** Takes up the session that was kept by this page or another one; false when there is none. Asks nobody. */
  restore(): boolean {
    const kept = this.shelf.read();
    if (kept) this.hold({ ...kept, access: null, renewal: null });
    return kept !== null;
  }

  /**
   * An access token that is still good; another one than `refused`, which the server would not take. However many ask at
   * once, it is renewed once. Rejects with an ApiError of the session's end, or (the session goes on) with Unreachable
   * or another ApiError: ask again later.
   */
  async token(refused?: string): Promise<string> {
    const { held } = this;
    if (!held) throw new ApiError('UNAUTHENTICATED', 'Nobody is signed in.');
    const { access } = held;
    const { now } = this.surroundings;
    const isGood = (until: number) => now() < until;
    const own = access?.token === refused ? null : access;
    if (own && isGood(own.renewAt)) return own.token;
    held.renewal ??= this.renew(held).finally(() => {
      held.renewal = null;
    });
    try {
      return await held.renewal;
    } catch (fault) {
      // It was renewed ahead of its end, so there is time for more than one attempt.
      if (own && isGood(own.endsAt) && !isEndOfSession(fault)) return own.token;
      throw fault;
    }
  }

  /** The server says that the session of this token is over. No news unless it is the token in use. */
  end(token: string): void {
    if (this.held && this.held.access?.token === token) this.drop(this.held, 'revoked');
  }

  /** Forgets the session at once and tells the server, which ends it for all its pages. Never rejects. */
  async signOut(): Promise<void> {
    const { held } = this;
    if (!held) return this.current.set({ is: 'signedOut' });
    const token = this.token();
    this.drop(held, null);
    try {
      await this.post(LogoutDocument, {}, { token: await token });
    } catch {
      // Nobody holds its tokens any more; unrenewed, the server ends it by itself.
    }
  }

  private hold(held: Held): void {
    this.held = held;
    this.current.set({ is: 'signedIn', viewer: held.viewer });
  }

  private drop(held: Held, why: 'expired' | 'revoked' | null): void {
    // Another page may have signed in anew meanwhile, and what is kept then is its own.
    if (this.shelf.read()?.refreshToken === held.refreshToken) this.shelf.clear();
    if (this.held !== held) return;
    this.held = null;
    this.current.set(why ? { is: 'ended', why, viewer: held.viewer } : { is: 'signedOut' });
  }

  private renew(held: Held): Promise<string> {
    const { alone } = this.surroundings;
    const work = () => this.refresh(held);
    return alone ? alone(KEY, work) : work();
  }

  /** A refresh token is good once, so whatever another page got last is what counts. */
  private async refresh(held: Held): Promise<string> {
    for (;;) {
      const refreshToken = this.newestOf(held);
      const sentAt = this.surroundings.now();
      try {
        const answer = await this.post(RefreshDocument, { refreshToken });
        const { accessToken, expiresAt, refreshToken: next } = answer.data.refreshSession;
        held.access = this.accessOf(accessToken, expiresAt, sentAt, answer);
        this.keep(held, next);
        return accessToken;
      } catch (fault) {
        if (!isEndOfSession(fault)) throw fault;
        if (await this.isOvertaken(held, refreshToken)) continue;
        this.drop(held, 'expired');
        throw fault;
      }
    }
  }

  private newestOf({ viewer, refreshToken }: Held): string {
    const kept = this.shelf.read();
    return kept?.viewer.id === viewer.id ? kept.refreshToken : refreshToken;
  }

  /** Without locks two pages may use one refresh token at once; the slower one finds what the faster one got. */
  private async isOvertaken(held: Held, used: string): Promise<boolean> {
    if (this.newestOf(held) !== used) return true;
    if (this.surroundings.alone) return false;
    await new Promise<void>((resolve) => this.surroundings.after(OVERTAKEN_MS, resolve));
    return this.newestOf(held) !== used;
  }

  private keep(held: Held, refreshToken: string): void {
    const kept = this.shelf.read();
    held.refreshToken = refreshToken;
    const isForeign = kept !== null && kept.viewer.id !== held.viewer.id;
    // Whoever signed out while it was being renewed must not find it kept again.
    if (this.held === held && !isForeign) this.shelf.write({ viewer: held.viewer, refreshToken });
  }

  /** By how long the token lives, counted from before it was asked for: what clock the server has does not matter. */
  private accessOf(token: string, expiresAt: string, sentAt: number, { servedAt }: Answer<unknown>) {
    const told = servedAt === null ? 0 : Date.parse(expiresAt) - servedAt;
    const life = Math.max(told, SHORTEST_LIFE_MS);
    const endsAt = sentAt + life;
    return { token, endsAt, renewAt: endsAt - Math.min(AHEAD_MS, life / 5) };
  }
}
