import { type FormEvent, useState, useSyncExternalStore } from 'react';
import { ApiError } from '../../client/post.js';
import type { SessionState } from '../../client/session.js';
import seal from '../seal.svg';
import { session } from './session.js';
import { TimeLeft } from './time-left.js';
import { rightsOf } from './viewer.js';

/** The accounts of the demo, as the contract names them; any other name can be typed. */
const ACCOUNTS = [
  'city.leader',
  'city.office',
  'funan.office',
  'longwang.town',
  'lucheng.town',
  'hesheng.village',
  'liulou.village',
  'inspector.one',
  'auditor',
  'admin',
  'wall.screen',
];

/** The bar above the explorer: who is signed in, or the way in. */
export function SignInBar() {
  const state = useSyncExternalStore(session.state.subscribe, session.state.get);
  return (
    <header className="bar">
      <h1>
        <img src={seal} alt="" width="22" height="22" />
        duban explorer
      </h1>
      {state.is === 'signedIn' ? <SignedIn viewer={state.viewer} /> : <SignInForm state={state} />}
      <a href="/screen/">Leadership screen</a>
    </header>
  );
}

function SignedIn({ viewer }: Pick<SessionState & { is: 'signedIn' }, 'viewer'>) {
  return (
    <>
      <p className="who" role="status">
        <b>{viewer.name}</b> <span>{rightsOf(viewer)}</span>
      </p>
      <TimeLeft />
      <button type="button" onClick={() => void session.signOut()}>
        Sign out
      </button>
    </>
  );
}

function SignInForm({ state }: { readonly state: SessionState }) {
  const [fault, setFault] = useState<string | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFault(await signIn(String(form.get('username')), String(form.get('password'))));
    setBusy(false);
  };
  const sentence = fault ?? whyEnded(state);
  return (
    <form onSubmit={submit} method="post">
      <label>
        Account
        <input
          name="username"
          list="accounts"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
      </label>
      <datalist id="accounts">
        {ACCOUNTS.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button type="submit" disabled={isBusy}>
        {isBusy ? 'Signing in …' : 'Sign in'}
      </button>
      <p className="fault" role="alert">
        {!isBusy && sentence}
      </p>
    </form>
  );
}

/** Answers what went wrong. */
async function signIn(username: string, password: string): Promise<string | null> {
  try {
    await session.signIn(username, password);
    return null;
  } catch (fault) {
    if (!(fault instanceof ApiError)) return 'The server does not answer. Is it running?';
    if (fault.code === 'UNAUTHENTICATED') return 'Wrong account or password.';
    if (fault.code === 'RATE_LIMITED') return 'Too many attempts have failed. Wait a quarter of an hour.';
    if (fault.code === 'LOGIN_BUSY') return 'Many are signing in just now. Try again in a moment.';
    if (fault.code === 'SERVICE_UNAVAILABLE') return 'The server is not ready yet. Try again in a moment.';
    return `${fault.message} (${fault.code})`;
  }
}

function whyEnded(state: SessionState): string | null {
  if (state.is !== 'ended') return null;
  return state.why === 'revoked'
    ? 'Your session was ended. Sign in again.'
    : 'Your session has expired. Sign in again.';
}
