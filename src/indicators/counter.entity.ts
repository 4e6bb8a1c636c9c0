// The numbers of every region, kept by a follower of the log and by nothing else: never counted at a request, and
// exact at the place in the log where that follower stands.
import { defineEntity, p } from '@mikro-orm/postgresql';

/**
 * What is counted, by which word:
 * - `household.status`, `task.status`, `task.schedule`, `alert.severity`: the word itself
 * - `alert.confided`: the same of alerts for who may read households
 * - `household.plan`: `YEAR:PLANNED` and `YEAR:LIFTED`, of the households planned to exit in a year
 * - `project.stage`: `KIND:STAGE`
 * - `item.schedule`: `ITEM:SCHEDULE`, of the benchmark tasks of an item of a standard
 * - `item.met`, `item.cancelled`: the item
 * - `village.benchmark`: `PLANNED` and `MET`, in villages; derived from the items of each village
 */
export const MEASURES = [
  'household.status',
  'household.plan',
  'task.status',
  'task.schedule',
  'project.stage',
  'alert.severity',
  'alert.confided',
  'item.schedule',
  'item.met',
  'item.cancelled',
  'village.benchmark',
] as const;
export type Measure = (typeof MEASURES)[number];

/** Those whose value at the end of each day is kept as well. */
export const DAILY_MEASURES = [
  'household.plan',
  'task.status',
  'task.schedule',
  'alert.severity',
  'alert.confided',
  'village.benchmark',
] as const satisfies readonly Measure[];

export const CounterSchema = defineEntity({
  name: 'Counter',
  tableName: 'counter',
  properties: {
    regionCode: p.text().primary(),
    measure: p.text().$type<Measure>().primary(),
    key: p.text().primary(),
    value: p.bigint(),
  },
});
export class Counter extends CounterSchema.class {}
CounterSchema.setClass(Counter);

/**
 * What a number was at the end of a day on which it moved; of the day being counted, what it is. A day without a row
 * ended as the one before.
 */
export const CounterDaySchema = defineEntity({
  name: 'CounterDay',
  tableName: 'counter_day',
  properties: {
    regionCode: p.text().primary(),
    measure: p.text().$type<(typeof DAILY_MEASURES)[number]>().primary(),
    key: p.text().primary(),
    day: p.date().primary(),
    value: p.bigint(),
  },
});
export class CounterDay extends CounterDaySchema.class {}
CounterDaySchema.setClass(CounterDay);

/** One row: the first day that was counted, and the one being counted, which only ever goes forward. */
export const CountedDaysSchema = defineEntity({
  name: 'CountedDays',
  tableName: 'counted_days',
  properties: {
    one: p.boolean().primary(),
    first: p.date(),
    last: p.date(),
  },
});
export class CountedDays extends CountedDaysSchema.class {}
CountedDaysSchema.setClass(CountedDays);
