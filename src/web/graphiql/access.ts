import type { Session } from '../../client/session.js';
import { Store, type Watched } from '../../client/store.js';
import type { Surroundings } from '../../client/surroundings.js';

/** How often to look whether the token is due for renewal; the session decides. */
const LOOK_MS = 5000;

/** The access token to be shown and sent. */
export interface Access {
  readonly token: string;
  /** On the clock of the surroundings. */
  readonly endsAt: number;
}

/** The token of whoever is signed in, renewed before its end for as long as the page is open. */
export function accessOf(
  session: Pick<Session, 'state' | 'token'>,
  { now, after }: Pick<Surroundings, 'now' | 'after'>,
): Watched<Access | null> & { readonly look: () => void } {
  const access = new Store<Access | null>(null);
  const isSignedIn = () => session.state.get().is === 'signedIn';
  const renew = async () => {
    const token = await session.token();
    if (isSignedIn() && token !== access.get()?.token) access.set({ token, endsAt: now() + lifeOf(token) });
  };
  const look = () => {
    // The session tells its own end; whatever else went wrong may be well at the next look.
    if (isSignedIn()) renew().catch(() => undefined);
    else access.set(null);
  };
  const lookOn = () => {
    look();
    after(LOOK_MS, lookOn);
  };
  session.state.subscribe(look);
  lookOn();
  return { get: access.get, subscribe: access.subscribe, look };
}

/** From when it was issued to its end, in ms: the server's clock need not agree with the one here. */
function lifeOf(token: string): number {
  try {
    const claims = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/');
    const { iat, exp } = JSON.parse(atob(claims)) as { iat: number; exp: number };
    return (exp - iat) * 1000;
  } catch {
    return 0;
  }
}
