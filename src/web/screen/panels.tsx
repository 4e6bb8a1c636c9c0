import { useState } from 'react';
import { type WallPlaceQuery, WallTrendDocument } from '../../../schema/generated/documents.js';
import { useAnswer } from './data/answers.js';
import { useCampaignNow } from './data/time.js';
import { useWatch, useWatched } from './data/watching.js';
import type { FigureName } from './figures.js';
import type { Benchmark, Overview } from './overview.js';
import { Alerts } from './panels/alerts.js';
import { BenchmarkTable } from './panels/benchmark.js';
import { CountyMap } from './panels/county-map.js';
import { PlaceFacts } from './panels/place-facts.js';
import { Projects } from './panels/projects.js';
import { Ranking } from './panels/ranking.js';
import { Households, Villages } from './panels/targets.js';
import { Tasks } from './panels/tasks.js';
import { TickerPanel } from './panels/ticker.js';
import { Trend } from './panels/trend.js';
import { Village } from './panels/village.js';
import { isVillage, prefixOf } from './place.js';

interface PanelsProps {
  readonly code: string;
  readonly place: WallPlaceQuery | null;
  readonly overview: Overview | null;
  readonly benchmark: Benchmark | null;
  readonly moved: number;
}

const DAYS = 14;

/** What is seen of a region at once: its numbers, where they come from, what happens. */
export function Panels({ code, place, overview, benchmark, moved }: PanelsProps) {
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
