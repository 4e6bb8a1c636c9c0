import type { AnyColumn, Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Scope } from '../auth/scope.js';

/** Words that a column may have; left out, it asks nothing. */
type Words = readonly (string | number)[] | null | undefined;

/**
 * A list's filter as a condition: each given column has one of its words. Unlike SQL's `in`, it may be asked with no
 * word at all, which matches nothing.
 */
export function isOneOf<DB, Table extends keyof DB>(
  eb: ExpressionBuilder<DB, Table>,
  columns: { readonly [Column in AnyColumn<DB, Table>]?: Words },
): Expression<SqlBool> {
  const conditions = Object.entries<Words>(columns).flatMap(([column, words]) =>
    words ? [eb.or(words.map((word) => eb(column as never, '=', word as never)))] : [],
  );
  return eb.and(conditions);
}

/**
 * Rows that are for everybody who may read their region, and of the others those whose audience the viewer belongs to
 * there. `place` is the column of the region.
 */
export function isTold<DB, Table extends keyof DB>(
  eb: ExpressionBuilder<DB, Table>,
  confided: readonly { readonly audience: string; readonly scopes: readonly Scope[] }[],
  place: AnyColumn<DB, Table>,
): Expression<SqlBool> {
  const is = (column: string, operator: '=' | '>=' | '<', value: string) =>
    eb(column as never, operator, value as never);
  return eb.or([
    is('audience', '=', 'REGION'),
    ...confided.flatMap(({ audience, scopes }) =>
      scopes.map(({ from, to }) =>
        eb.and([is('audience', '=', audience), is(place, '>=', from), is(place, '<', to)]),
      ),
    ),
  ]);
}
