import { useCallback } from 'react';
import { Chart, type Room } from '../chart.js';
import { type Child, type FigureName, readFigure } from '../figures.js';
import { Legend } from '../levels.js';
import type { Overview } from '../overview.js';
import { go } from '../route.js';
import { SHADES } from '../shades.js';
import { useLanguage } from '../words/language.js';
import { FigureChoice } from './figure-choice.js';
import { mapOption, scaleOf } from './map-option.js';
import { OUTLINES, useOutlines } from './outlines.js';
import { Panel } from './panel.js';

interface CountyMapProps {
  readonly overview: Overview | null;
  readonly figure: FigureName;
  readonly onFigure: (figure: FigureName) => void;
}

/** The counties coloured by the chosen figure; a click goes inside. */
export function CountyMap({ overview, figure, onFigure }: CountyMapProps) {
  const language = useLanguage();
  const { words } = language;
  const isThere = useOutlines();
  const draw = useCallback(
    (room: Room) => mapOption(OUTLINES, overview?.children ?? [], figure, language, room),
    [overview, figure, language],
  );
  return (
    <Panel
      area="map"
      title={words.panels.map}
      asOf={overview?.asOf}
      aside={<FigureChoice figure={figure} onFigure={onFigure} />}
    >
      {isThere && (
        <Chart
          draw={draw}
          label={`${words.panels.map}: ${words.figures[figure]}`}
          onPick={(adcode) => go({ region: `${adcode}000000` })}
        />
      )}
      {figure === 'standing' ? <Legend /> : <ScaleNote regions={overview?.children ?? []} figure={figure} />}
    </Panel>
  );
}

interface ScaleProps {
  readonly regions: readonly Child[];
  readonly figure: FigureName;
}

/** What the shades of a measured figure stand for. */
function ScaleNote({ regions, figure }: ScaleProps) {
  const { number, percent } = useLanguage();
  const { from, to } = scaleOf(regions, figure);
  const isShare = regions.some((region) => readFigure(region, figure).whole !== undefined);
  const end = (value: number) => (isShare ? percent(value, 1) : number(value));
  return (
    <p className="scale">
      {end(from)}
      {SHADES.map((shade) => (
        <i key={shade} className={`shade-${shade}`} />
      ))}
      {end(to)}
    </p>
  );
}
