import { Sign } from '../levels.js';
import type { Benchmark } from '../overview.js';
import { go } from '../route.js';
import { SHADES, shadeOf, WHOLE } from '../shades.js';
import { useLanguage } from '../words/language.js';
import { Panel } from './panel.js';

type Item = Benchmark['items'][number];
type Cell = Pick<Item, 'total' | 'met' | 'overdue' | 'standing'>;

/** Items of the standard × regions: where which item is behind. A table, so that it can be read without seeing it. */
export function BenchmarkTable({ benchmark }: { readonly benchmark: Benchmark | null }) {
  const { words, place, pick } = useLanguage();
  const columns = (benchmark?.children ?? []).filter(({ items }) => items.some(({ total }) => total > 0));
  const rows = benchmark?.items ?? [];
  return (
    <Panel area="benchmark" title={words.panels.benchmark} asOf={benchmark?.asOf} aside={<Hint />}>
      {benchmark && rows.length === 0 && <p className="empty">{words.benchmark.none}</p>}
      {rows.length > 0 && (
        <div className="scroller">
          <table className="benchmark">
            <thead>
              <tr>
                <th scope="col">{words.benchmark.item}</th>
                <th scope="col">{words.benchmark.whole}</th>
                {columns.map(({ region }) => (
                  <th scope="col" key={region.code}>
                    <button type="button" onClick={() => go({ region: region.code })}>
                      {place(region)}
                    </button>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row, at) => (
                <tr key={row.item.id}>
                  <th scope="row" title={pick(row.item)}>
                    <small>{row.item.code}</small> {pick(row.item)}
                  </th>
                  <ItemCell cell={row} item={row} region={benchmark?.region.code ?? null} />
                  {columns.map(({ region, items }) => (
                    <ItemCell key={region.code} cell={items[at] ?? NOTHING} item={row} region={region.code} />
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

/** How to read a cell. */
function Hint() {
  const { words, percent } = useLanguage();
  return (
    <span className="hint">
      {words.benchmark.hint} {percent(0, 1)}
      {SHADES.map((shade) => (
        <i key={shade} className={`shade-${shade}`} />
      ))}
      {percent(1, 1)} <Sign level="OVERDUE" /> {words.schedule.OVERDUE}
    </span>
  );
}

const NOTHING: Cell = { total: 0, met: 0, overdue: 0, standing: null };

interface ItemCellProps {
  readonly cell: Cell;
  readonly item: Item;
  readonly region: string | null;
}

/** As bright as much of it is met; marked where something is overdue. */
function ItemCell({ cell, item, region }: ItemCellProps) {
  const { words, pick, number } = useLanguage();
  const { total, met, overdue, standing } = cell;
  if (total === 0) return <td>–</td>;
  return (
    <td className={`shade-${shadeOf(met / total, WHOLE)}`}>
      <button
        type="button"
        onClick={() => go({ region, list: { name: 'tasks', filter: { item: item.item.id } } })}
      >
        <span className="unseen">{pick(item.item)}: </span>
        {met}/{total}
        {overdue > 0 && (
          <b>
            <Sign level="OVERDUE" label={words.schedule.OVERDUE} />
            {number(overdue)}
          </b>
        )}
        <span className="unseen">, {words.standing[standing ?? 'NONE']}</span>
      </button>
    </td>
  );
}
