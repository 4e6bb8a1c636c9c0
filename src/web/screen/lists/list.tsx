import type { ReactNode } from 'react';
import type { Pages } from '../data/pages.js';
import { FaultNote } from '../fault.js';
import { useLanguage } from '../words/language.js';

/** One column of a list. */
export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
}

interface ListProps<Row> {
  readonly pages: Pages<Row>;
  readonly columns: readonly Column<Row>[];
  readonly keyOf: (row: Row) => string;
}

/** A list as a table, page after page; the first column names the row. */
export function List<Row>({ pages, columns, keyOf }: ListProps<Row>) {
  const { words, number } = useLanguage();
  const { rows, total, fault, isBusy, more, again } = pages;
  return (
    <>
      <p className="total" role="status">
        {total !== null && words.list.total(number(total))}
        {total === null && !fault && words.list.loading}
      </p>
      {fault && <FaultNote fault={fault} onRetry={again} />}
      {total === 0 && <p className="empty">{words.list.none}</p>}
      {rows.length > 0 && (
        <div className="scroller">
          <table className="rows">
            <thead>
              <tr>
                {columns.map(({ title }) => (
                  <th scope="col" key={title}>
                    {title}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={keyOf(row)}>
                  {columns.map(({ title, cell }) => (
                    <td key={title}>{cell(row)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
          {more && (
            <button type="button" onClick={more} disabled={isBusy}>
              {words.list.more}
            </button>
          )}
        </div>
      )}
    </>
  );
}
