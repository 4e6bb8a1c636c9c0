import { useEffect, useState, useSyncExternalStore } from 'react';
import { access } from './session.js';

const SECOND_MS = 1000;

/** How long the token in the headers is still good. */
export function TimeLeft() {
  const current = useSyncExternalStore(access.subscribe, access.get);
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, []);
  if (!current) return <span className="left">waiting for a token …</span>;
  const seconds = Math.max(0, Math.round((current.endsAt - now) / SECOND_MS));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return (
    <span className="left" title="Renewed by itself for as long as this page is open.">
      token good for {time}
    </span>
  );
}
