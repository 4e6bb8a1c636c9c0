import { type ReactNode, useCallback } from 'react';
import type { WallPlaceQuery } from '../../../../schema/generated/documents.js';
import { Chart, type Room } from '../chart.js';
import type { FigureName } from '../figures.js';
import { Legend, Sign } from '../levels.js';
import type { Overview } from '../overview.js';
import { useLanguage } from '../words/language.js';
import { FigureChoice } from './figure-choice.js';
import { placeOption } from './map-option.js';
import { OUTLINES, useOutlines } from './outlines.js';
import { Figure, Panel } from './panel.js';

interface PlaceFactsProps {
  readonly place: WallPlaceQuery | null;
  readonly overview: Overview | null;
  readonly figure: FigureName;
  readonly onFigure: (figure: FigureName) => void;
}

/** Where there is no map: what this place is, and how it stands. */
export function PlaceFacts({ place, overview, figure, onFigure }: PlaceFactsProps) {
  const { words, percent } = useLanguage();
  const region = place?.region;
  const tasks = overview?.tasks;
  const standing = tasks?.standing ?? 'NONE';
  const facts: [string, ReactNode][] = [];
  if (region) {
    // One fact: a designation is a kind of place, and how the place stands is told below.
    const { level, povertyDesignation: designation } = region;
    const kinds = [words.level[level], ...(designation ? [words.designation[designation]] : [])];
    facts.push([words.list.kind, kinds.join(' · ')]);
  }
  if (overview) {
    facts.push([words.figures.standing, <Standing key="standing" standing={standing} />]);
    facts.push([words.figures.met, percent(tasks?.met ?? 0, tasks?.total ?? 0)]);
    facts.push([
      words.figures.overdue,
      <Figure
        key="overdue"
        value={tasks?.overdue ?? null}
        title={words.figures.overdue}
        unit={words.unit.tasks}
        list={{ name: 'tasks', filter: { schedule: 'OVERDUE' } }}
      />,
    ]);
  }
  const county = region && [region, ...region.ancestors].find(({ level }) => level === 'COUNTY');
  const choice = <FigureChoice figure={figure} onFigure={onFigure} />;
  return (
    <Panel area="map" title={words.panels.where} asOf={overview?.asOf} aside={choice}>
      <div className="place">
        <dl>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
        {county && <PlaceMap county={county} />}
      </div>
      <Legend />
    </Panel>
  );
}

function PlaceMap({ county }: { readonly county: { readonly code: string; readonly name: string } }) {
  const { words, place } = useLanguage();
  const isThere = useOutlines();
  const name = place(county);
  const draw = useCallback(
    (room: Room) => placeOption(OUTLINES, { code: county.code, name }, room),
    [county.code, name],
  );
  return isThere && <Chart draw={draw} label={`${words.panels.where}: ${name}`} />;
}

function Standing({ standing }: { readonly standing: NonNullable<Overview['tasks']['standing']> | 'NONE' }) {
  const { words } = useLanguage();
  return (
    <>
      <Sign level={standing} /> {words.standing[standing]}
    </>
  );
}
