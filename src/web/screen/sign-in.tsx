import { type FormEvent, useState } from 'react';
import { type Fault, useFaultSentence } from './fault.js';
import { useLanguage } from './words/language.js';

interface SignInProps {
  /** Why the viewer has to sign in again; null at the first time. */
  readonly ended: Fault | null;
  /** Resolves to what went wrong, or to null when the viewer is in. */
  readonly onSignIn: (username: string, password: string, keep: boolean) => Promise<Fault | null>;
}

/** The door of the screen. */
export function SignIn({ ended, onSignIn }: SignInProps) {
  const { words, locale, setLocale } = useLanguage();
  const [fault, setFault] = useState(ended);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFault(await onSignIn(String(form.get('username')), String(form.get('password')), form.has('keep')));
    setBusy(false);
  };
  return (
    <main className="door">
      <form onSubmit={submit} method="post">
        <h1>
          <span className="seal" aria-hidden="true">
            督办
          </span>
          {words.subtitle}
        </h1>
        <p className="lead">{words.signIn.lead}</p>
        <label>
          {words.signIn.username}
          <input name="username" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
        </label>
        <label>
          {words.signIn.password}
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <label className="check">
          <input name="keep" type="checkbox" defaultChecked />
          {words.signIn.keep}
        </label>
        {fault && <FaultLine fault={fault} />}
        <button type="submit" disabled={isBusy}>
          {isBusy ? words.signIn.busy : words.signIn.submit}
        </button>
        <button type="button" className="link" onClick={() => setLocale(locale === 'zh' ? 'en' : 'zh')}>
          {words.otherLanguage}
        </button>
      </form>
    </main>
  );
}

function FaultLine({ fault }: { readonly fault: Fault }) {
  return (
    <p className="fault" role="alert">
      {useFaultSentence(fault)}
    </p>
  );
}
