// The numbers of every region, kept by a follower of the log and by nothing else: never counted at a request, and
// exact at the place in the log where that follower stands.
import { defineEntity, p } from '@mikro-orm/postgresql';

export const MEASURES = [
  'household.status',
  'task.status',
  'task.schedule',
  'project.stage',
  'alert.severity',
] as const;
/** What is counted, by which word. */
export type Measure = (typeof MEASURES)[number];

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
