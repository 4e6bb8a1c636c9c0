import { useState } from 'react';
import { browserStorage, Duban, type SessionState } from '../../client/duban.js';
import { tabStorage } from './data/tab-storage.js';
import { faultOf, surroundings, useWatched } from './data/watching.js';
import type { Fault } from './fault.js';
import { SignIn } from './sign-in.js';
import { Wall } from './wall.js';

const address = new URL('/graphql', location.href).href;

/** Kept on the device, where a wall comes back by itself after a power cut; or only as long as this tab is open. */
const lasting = () => new Duban({ address, storage: browserStorage(), surroundings });
const passing = () => new Duban({ address, storage: tabStorage, surroundings });

/** The tab's own session first: whoever else has signed in on this device does not take over an open tab. */
function restored(): Duban {
  const own = passing();
  if (own.restore()) return own;
  const kept = lasting();
  kept.restore();
  return kept;
}

export function App() {
  const [duban, setDuban] = useState(restored);
  const state = useWatched(duban.state);
  if (state.is === 'signedIn') return <Wall key={state.viewer.id} duban={duban} viewer={state.viewer} />;
  const signIn = async (username: string, password: string, keep: boolean): Promise<Fault | null> => {
    const fresh = keep ? lasting() : passing();
    try {
      await fresh.signIn(username, password);
      setDuban(fresh);
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

function endOf(state: SessionState): Fault | null {
  if (state.is !== 'ended') return null;
  return { code: state.why === 'revoked' ? 'SESSION_REVOKED' : 'TOKEN_EXPIRED' };
}
