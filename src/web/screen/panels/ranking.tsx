import { type FigureName, isWithheld, type Rank, rank } from '../figures.js';
import { Sign } from '../levels.js';
import type { Overview } from '../overview.js';
import { go } from '../route.js';
import { type Language, useLanguage } from '../words/language.js';
import { Panel } from './panel.js';

/** The regions directly inside by the chosen figure; also the map's way for keyboards and screen readers. */
export function Ranking({
  overview,
  figure,
}: {
  readonly overview: Overview | null;
  readonly figure: FigureName;
}) {
  const { words } = useLanguage();
  const rows = rank(overview?.children ?? [], figure);
  return (
    <Panel area="ranking" title={`${words.panels.ranking} · ${words.figures[figure]}`} asOf={overview?.asOf}>
      {overview && rows.length === 0 && <p className="empty">{words.ranking.none}</p>}
      <ol className="ranking">
        {rows.map((row) => (
          <Row key={row.child.region.code} row={row} />
        ))}
      </ol>
    </Panel>
  );
}

function Row({ row }: { readonly row: Rank }) {
  const language = useLanguage();
  const { words, place } = language;
  const { region, standing } = row.child;
  const unranked = region.developmentZone
    ? words.ranking.zone
    : isWithheld(row.reading)
      ? words.withheld.meaning
      : words.ranking.unplanned;
  return (
    <li className={row.place === null ? 'unranked' : undefined}>
      <button
        type="button"
        onClick={() => go({ region: region.code })}
        title={row.place === null ? unranked : undefined}
      >
        <b className="place">{row.place ?? '–'}</b>
        <span className="name">
          <Sign level={standing ?? 'NONE'} label={words.standing[standing ?? 'NONE']} /> {place(region)}
        </span>
        <i style={{ transform: `scaleX(${row.length})` }} />
        <span className="value">
          {row.place === null && !isWithheld(row.reading) ? <small>{unranked}</small> : <Value row={row} />}
        </span>
      </button>
    </li>
  );
}

function Value({ row: { reading } }: { readonly row: Rank }) {
  const language = useLanguage();
  const { part, whole } = reading;
  if (whole === undefined) return <b>{language.count(part)}</b>;
  return (
    <>
      {!isWithheld(reading) && <b>{shortly(language, reading)}</b>}{' '}
      <small>
        {language.count(part)}/{language.count(whole)}
      </small>
    </>
  );
}

/** A reading in words short enough for a label on the map. */
export function shortly(language: Language, { part, whole }: Rank['reading']): string {
  if (part === null || whole === null) return language.words.withheld.short;
  return whole === undefined ? language.number(part) : language.percent(part, whole);
}
