import type { AnyColumn, Expression, ExpressionBuilder, SqlBool } from 'kysely';

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
