// What somebody has measured in a village: one row per measurement, never changed but to be confirmed by another. The
// latest by date is what a verdict looks at; the earlier ones are what it was.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { MeasureCode } from './measure.rules.js';

export const MeasurementSchema = defineEntity({
  name: 'Measurement',
  tableName: 'measurement',
  properties: {
    id: p.uuid().primary(),
    regionCode: p.text(),
    measure: p.text().$type<MeasureCode>(),
    /** Null where conditions do not allow it: there is nothing to measure. */
    numerator: p.bigint('number').nullable(),
    denominator: p.bigint('number').nullable(),
    /** YYYY-MM-DD */
    measuredOn: p.text(),
    source: p.text(),
    evidence: p.array(),
    recordedAt: p.datetime(),
    recordedById: p.uuid().nullable(),
    confirmedAt: p.datetime().nullable(),
    confirmedById: p.uuid().nullable(),
    version: p.integer().version(),
  },
});
export class Measurement extends MeasurementSchema.class {}
MeasurementSchema.setClass(Measurement);
