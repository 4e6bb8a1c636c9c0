import { useState } from 'react';
import { type Post, posting } from '../live/post.js';
import { Session } from '../live/session.js';
import { browserStorage } from '../live/shelf.js';
import { tabStorage } from './data/tab-storage.js';
import { faultOf, surroundings, useWatched } from './data/watching.js';
import type { Fault } from './fault.js';
import { SignIn } from './sign-in.js';
import { Wall } from './wall.js';

const address = new URL('/graphql', location.href).href;
const post: Post = posting(address, surroundings);

/** Kept on the device, where a wall comes back by itself after a power cut; or only as long as this tab is open. */
const lasting = () => new Session({ post, storage: browserStorage(), surroundings });
const passing = () => new Session({ post, storage: tabStorage, surroundings });

/** The tab's own session first: whoever else has signed in on this device does not take over an open tab. */
function restored(): Session {
  const own = passing();
  if (own.restore()) return own;
  const session = lasting();
  session.restore();
  return session;
}

export function App() {
  const [session, setSession] = useState(restored);
  const state = useWatched(session.state);
  if (state.is === 'signedIn')
    return (
      <Wall key={state.viewer.id} address={address} post={post} session={session} viewer={state.viewer} />
    );
  const signIn = async (username: string, password: string, keep: boolean): Promise<Fault | null> => {
    const fresh = keep ? lasting() : passing();
    try {
      await fresh.signIn(username, password);
      setSession(fresh);
      return null;
    } catch (fault) {
      const { code, ...rest } = faultOf(fault);
      return { code: AT_THE_DOOR[code] ?? code, ...rest };
    }
  };
  return <SignIn ended={endOf(state)} onSignIn={signIn} />;
}

/** What a code means where somebody signs in. */
const AT_THE_DOOR: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'wrongPassword',
  RATE_LIMITED: 'lockedOut',
};

function endOf(state: ReturnType<Session['state']['get']>): Fault | null {
  if (state.is !== 'ended') return null;
  return { code: state.why === 'revoked' ? 'SESSION_REVOKED' : 'TOKEN_EXPIRED' };
}
