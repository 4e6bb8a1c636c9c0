import { useMemo, useRef, useState } from 'react';
import {
  WallBenchmarkDocument,
  WallOverviewDocument,
  WallPlaceDocument,
  type WallPlaceQuery,
  WallTrendDocument,
} from '../../../schema/generated/documents.js';
import { useAnswer, useCampaignNow, useFreshness, useLive, useMoved, useWatch, useWatched } from './data.js';
import { type Fault, FaultNote, isPassing } from './fault.js';
import type { FigureName } from './figures.js';
import type { Home } from './home.js';
import { ListSheet } from './lists/lists.js';
import { TaskSheet } from './lists/task-sheet.js';
import type { Benchmark, Overview } from './overview.js';
import { Alerts } from './panels/alerts.js';
import { BenchmarkTable } from './panels/benchmark.js';
import { CountyMap } from './panels/county-map.js';
import { Header, StaleBanner } from './panels/header.js';
import { PlaceFacts } from './panels/place-facts.js';
import { Projects } from './panels/projects.js';
import { Ranking } from './panels/ranking.js';
import { Households, Villages } from './panels/targets.js';
import { Tasks } from './panels/tasks.js';
import { TickerPanel } from './panels/ticker.js';
import { Trend } from './panels/trend.js';
import { Village } from './panels/village.js';
import { isInside, isVillage, prefixOf } from './place.js';
import { go, useRoute } from './route.js';
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
  const moved = useMoved(code);
  const { heard, generation } = useWatch();
  const { asOf } = useWatched(heard);
  const again = useWatched(generation);
  const { state } = useFreshness();
  const { data: place, fault: misplaced } = useAnswer(WallPlaceDocument, { code }, again);
  const lastPlace = useLast(place);
  const overviews = useLive(WallOverviewDocument, { region: code });
  const benchmarks = useLive(WallBenchmarkDocument, { region: code });
  const refusals = [misplaced, overviews.fault, benchmarks.fault];
  // What passes does not take the last good numbers off the wall.
  const fault = refusals.find((each) => each !== null && !isPassing(each));
  const isOld = state === 'stale' || state === 'away';
  const overview = useTrueAt(overviews.data?.overviewChanged ?? null, isOld ? null : asOf);
  const benchmark = useTrueAt(benchmarks.data?.benchmarkChanged ?? null, isOld ? null : asOf);
  return (
    <div className={isOld ? 'wall stale' : 'wall'}>
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
          onClose={() => go({ region: route.region })}
        />
      )}
      {route.task && (
        <TaskSheet
          key={route.task}
          id={route.task}
          moved={moved}
          onClose={() => go({ region: route.region })}
        />
      )}
    </div>
  );
}

/** Numbers are sent when they move; while the feed lives, those that did not move are as true as its last batch. */
function useTrueAt<Numbers extends { asOf: string }>(
  numbers: Numbers | null,
  heardOf: string | null,
): Numbers | null {
  return useMemo(() => {
    if (!numbers || heardOf === null || heardOf <= numbers.asOf) return numbers;
    return { ...numbers, asOf: heardOf };
  }, [numbers, heardOf]);
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

interface PanelsProps {
  readonly code: string;
  readonly place: WallPlaceQuery | null;
  readonly overview: Overview | null;
  readonly benchmark: Benchmark | null;
  readonly moved: number;
}

const DAYS = 14;

function Panels({ code, place, overview, benchmark, moved }: PanelsProps) {
  const [figure, setFigure] = useState<FigureName>('met');
  const { generation } = useWatch();
  const again = useWatched(generation);
  const today = useCampaignNow('day');
  // Days that are over do not change: asked for once a day, and after a cut.
  const asked = today === null ? null : { region: code, days: DAYS };
  const trend = useAnswer(WallTrendDocument, asked, `${today} ${again}`);
  // Only counties have outlines, and only the city has counties.
  const hasMap = prefixOf(code).length <= 4;
  return (
    <main>
      <div className="column">
        <Villages overview={overview} />
        <Households overview={overview} />
        <Tasks overview={overview} />
        <Projects overview={overview} />
      </div>
      <div className="centre">
        {isVillage(code) ? (
          <Village code={code} moved={moved} />
        ) : (
          <>
            {hasMap ? (
              <CountyMap overview={overview} figure={figure} onFigure={setFigure} />
            ) : (
              <PlaceFacts place={place} overview={overview} figure={figure} onFigure={setFigure} />
            )}
            <Ranking overview={overview} figure={figure} />
            <BenchmarkTable benchmark={benchmark} />
          </>
        )}
      </div>
      <div className="column">
        <Alerts overview={overview} />
        <TickerPanel region={code} />
        <Trend days={trend.data?.trend ?? []} overview={overview} />
      </div>
    </main>
  );
}
