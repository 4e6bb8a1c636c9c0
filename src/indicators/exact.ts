// Numbers and the place in the log at which they are exact. The follower moves both in one transaction, so one
// statement that reads both reads them from one snapshot.
import { sql } from 'kysely';
import type { Truth } from '../db/page.js';
import { type Position, START, writeCursor } from '../events/position.js';
import type { Context } from '../http/context.js';
import type { Measure } from './counter.entity.js';
import { INDICATORS } from './counter.followers.js';

/** What every statement that reads numbers selects besides them. */
export const PLACE = `
  (select tick from follower where name = '${INDICATORS}')::text as tick,
  (select id from follower where name = '${INDICATORS}')::text as id`;

/** What {@link PLACE} gives; null before the first page. */
export interface PlaceRow {
  readonly tick: string | null;
  readonly id: string | null;
}

/** When numbers were read, and where they are exact. */
export interface Exact {
  readonly asOf: Date;
  readonly cursor: string;
  readonly position: Position;
}

export function exactAt({ clock, sealer, tail }: Context, { tick, id }: PlaceRow): Exact {
  const position = placeOf(tick, id);
  return { asOf: clock.now(), cursor: writeCursor(sealer, tail.line, position), position };
}

const placeOf = (tick: string | null, id: string | null): Position =>
  tick === null ? START : { tick: BigInt(tick), id: id === null ? null : BigInt(id) };

/** A list of numbers is true where the follower that moves them is, not at the moment in which it is read. */
export const COUNTED: Truth = {
  mark: sql<string>`(select coalesce(max(tick || '.' || coalesce(id::text, '')), '') from follower where name = ${INDICATORS})`,
  position: (mark, { era }) => {
    const [tick, id] = mark.split('.');
    return { ...placeOf(tick || null, id || null), era };
  },
};

/** A region as every answer names it. */
export interface Place {
  readonly code: string;
  readonly name: string;
}

/** One kept number; null of a region that has none. */
export interface CounterRow {
  readonly measure: Measure | null;
  readonly key: string;
  readonly value: string;
}

/** The numbers of one region by what is counted. */
export class Counters {
  private readonly values: Map<string, number>;

  constructor(rows: readonly CounterRow[]) {
    this.values = new Map(rows.map(({ measure, key, value }) => [`${measure} ${key}`, Number(value)]));
  }

  /** The sum over some keys. */
  of(measure: Measure, ...keys: readonly string[]): number {
    return keys.reduce((sum, key) => sum + (this.values.get(`${measure} ${key}`) ?? 0), 0);
  }
}
