import { useRef } from 'react';
import type { WallPlaceQuery } from '../../../schema/generated/documents.js';
import type { Home } from './data/home.js';
import { useRegion } from './data/region.js';
import { useIsOld } from './data/time.js';
import { useWatch, useWatched } from './data/watching.js';
import { type Fault, FaultNote } from './fault.js';
import { ListSheet } from './lists/lists.js';
import { TaskSheet } from './lists/task-sheet.js';
import { Header, StaleBanner } from './panels/header.js';
import { Panels } from './panels.js';
import { isInside } from './place.js';
import { leave, useRoute } from './route.js';
import { useLanguage } from './words/language.js';

interface BoardProps {
  readonly home: Home;
  readonly homes: readonly Home[];
  readonly onHome: (home: Home) => void;
  readonly viewer: string;
  readonly onSignOut: () => void;
}

/** Everything about one region at once, and what is open above it. */
export function Board({ home, homes, onHome, viewer, onSignOut }: BoardProps) {
  const route = useRoute();
  const code = route.region ?? home.code;
  const { place, overview, benchmark, fault, moved } = useRegion(code);
  const lastPlace = useLast(place);
  const { asOf } = useWatched(useWatch().heard);
  return (
    <div className={useIsOld() ? 'wall stale' : 'wall'}>
      <Header
        path={pathTo(lastPlace, home).slice(homes.length > 1 ? 1 : 0)}
        {...{ home, homes, onHome, viewer, onSignOut }}
      />
      <div>
        <StaleBanner asOf={asOf} />
        <ResetNotice />
      </div>
      {fault ? <Refused fault={fault} /> : <Panels {...{ code, place, overview, benchmark, moved }} />}
      {route.list && (
        <ListSheet
          key={location.hash}
          region={code}
          place={place?.region ?? null}
          {...route.list}
          moved={moved}
          onClose={() => leave({ region: route.region })}
        />
      )}
      {route.task && (
        <TaskSheet
          key={route.task}
          id={route.task}
          moved={moved}
          onClose={() => leave({ region: route.region })}
        />
      )}
    </div>
  );
}

/** The newest that there was: on the way to another region the crumbs stay until the new ones are known. */
function useLast<Value>(value: Value | null): Value | null {
  const last = useRef(value);
  if (value !== null) last.current = value;
  return last.current;
}

/** From the viewer's own region down to here; the rest of the country is not theirs to go to. */
function pathTo(place: WallPlaceQuery | null, home: Home): { code: string; name: string }[] {
  if (!place) return [home];
  const { ancestors, ...here } = place.region;
  return [...ancestors, here].filter(({ code }) => isInside(code, home.code));
}

const Refused = ({ fault }: { readonly fault: Fault }) => (
  <main className="alone">
    <FaultNote fault={fault} />
  </main>
);

/** What the feed could not tell, said until somebody has seen it. */
function ResetNotice() {
  const { words } = useLanguage();
  const { notice } = useWatch();
  const why = useWatched(notice);
  if (!why) return null;
  return (
    <p className="notice" role="status">
      {words.fresh.reset[why]}
      <button type="button" className="quiet" onClick={() => notice.set(null)}>
        {words.list.close}
      </button>
    </p>
  );
}
