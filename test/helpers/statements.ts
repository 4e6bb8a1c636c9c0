import { jest } from '@jest/globals';
import pg from 'pg';

/**
 * The statements that some work sends to the database, of those that fit (other rooms and followers go on meanwhile),
 * without parameters and lengths of lists: the same work on more rows must give the same statements.
 */
export async function statementsOf(work: () => Promise<unknown>, fits: RegExp): Promise<string[]> {
  const spy = jest.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    const texts = spy.mock.calls.map(([query]) => textOf(query)).filter((text) => fits.test(text));
    return texts.map(withoutCounts).sort();
  } finally {
    spy.mockRestore();
  }
}

/** However many ids a list has, and whatever number the parameter behind it comes to have. */
const withoutCounts = (text: string): string =>
  text.replaceAll(/\((\$\d+(, )?)+\)/g, '(…)').replaceAll(/\$\d+/g, '$n');

function textOf(query: unknown): string {
  if (typeof query === 'string') return query;
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : '';
}
