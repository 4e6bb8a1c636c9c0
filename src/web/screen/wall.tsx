import { useEffect, useState } from 'react';
import { browserStorage, type Duban } from '../../client/duban.js';
import { Board } from './board.js';
import { type Home, useHomes } from './data/home.js';
import { Watch } from './data/watch.js';
import { surroundings, WatchContext } from './data/watching.js';
import { type Fault, FaultNote } from './fault.js';
import { useLanguage } from './words/language.js';

interface WallProps {
  readonly duban: Duban;
  readonly viewer: { readonly id: string; readonly name: string };
}

/** The screen of somebody who is signed in: first where they may look, then what is there. */
export function Wall({ duban, viewer }: WallProps) {
  const { homes, fault, round, refused } = useHomes(duban.ask);
  const [chosen, setChosen] = useState<Home | null>(null);
  const [watch, setWatch] = useState<Watch | null>(null);
  const home = homes?.find(({ code }) => code === chosen?.code) ?? homes?.[0] ?? null;
  const region = home?.code ?? null;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round is a reason to watch the same region anew.
  useEffect(() => {
    if (region === null) return;
    const owner = { region, viewer: viewer.id };
    const made = new Watch({
      duban,
      ...owner,
      storage: browserStorage(),
      surroundings,
      refused,
    });
    setWatch(made);
    return () => {
      setWatch(null);
      made.dispose();
    };
  }, [duban, region, viewer.id, round, refused]);
  const signOut = () => {
    watch?.ticker.forget();
    void duban.signOut();
  };
  if (homes?.length === 0) return <Alone fault={{ code: 'noGrant' }} onSignOut={signOut} />;
  if (!homes && fault) return <Alone fault={fault} onSignOut={signOut} />;
  if (!watch || !home || !homes) return null;
  return (
    <WatchContext value={watch}>
      <Board home={home} homes={homes} onHome={setChosen} viewer={viewer.name} onSignOut={signOut} />
    </WatchContext>
  );
}

/** Nothing to show but why. */
function Alone({ fault, onSignOut }: { readonly fault: Fault; readonly onSignOut: () => void }) {
  const { words } = useLanguage();
  return (
    <main className="alone">
      <div>
        <FaultNote fault={fault} />
        <button type="button" className="quiet" onClick={onSignOut}>
          {words.signIn.signOut}
        </button>
      </div>
    </main>
  );
}
