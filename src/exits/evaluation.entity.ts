// The evaluation that goes with a county's application: the numbers of its samples, from which the four rates come.
import { defineEntity, p } from '@mikro-orm/postgresql';

export const EvaluationSchema = defineEntity({
  name: 'Evaluation',
  tableName: 'evaluation',
  properties: {
    exitId: p.uuid().primary(),
    ruralPopulation: p.integer(),
    remainingPoor: p.integer(),
    unregisteredPopulation: p.integer(),
    exitedPopulation: p.integer(),
    sampledUnregistered: p.integer(),
    omitted: p.integer(),
    sampledExited: p.integer(),
    wronglyExited: p.integer(),
    surveyedHouseholds: p.integer(),
    approvingHouseholds: p.integer(),
    at: p.datetime(),
    byId: p.uuid(),
  },
});
export class Evaluation extends EvaluationSchema.class {}
EvaluationSchema.setClass(Evaluation);
