// The case of a household, a village or a county that is to leave the list, with every move of it.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Role } from '../auth/viewer.js';
import type { StandardTarget } from '../standards/measure.rules.js';
import type { ExitStatus } from './exit.rules.js';

export const ExitSchema = defineEntity({
  name: 'Exit',
  tableName: 'exit',
  properties: {
    id: p.uuid().primary(),
    kind: p.text().$type<StandardTarget>(),
    regionCode: p.text(),
    /** By which standard it is judged: the one in force when it was opened. */
    standardId: p.uuid(),
    status: p.text().$type<ExitStatus>(),
    noticeId: p.uuid().nullable(),
    openedAt: p.datetime(),
    openedById: p.uuid(),
    version: p.integer().version(),
  },
});
export class Exit extends ExitSchema.class {}
ExitSchema.setClass(Exit);

export const ExitMoveSchema = defineEntity({
  name: 'ExitMove',
  tableName: 'exit_move',
  properties: {
    id: p.uuid().primary(),
    exitId: p.uuid(),
    fromStatus: p.text().$type<ExitStatus>().nullable(),
    toStatus: p.text().$type<ExitStatus>(),
    at: p.datetime(),
    byId: p.uuid(),
    role: p.text().$type<Role>(),
    note: p.text().nullable(),
  },
});
export class ExitMove extends ExitMoveSchema.class {}
ExitMoveSchema.setClass(ExitMove);

/** Whose case it is; apart from it and behind the wall. */
export const ExitHouseholdSchema = defineEntity({
  name: 'ExitHousehold',
  tableName: 'exit_household',
  properties: {
    exitId: p.uuid().primary(),
    householdId: p.uuid(),
    regionCode: p.text(),
  },
});
export class ExitHousehold extends ExitHouseholdSchema.class {}
ExitHouseholdSchema.setClass(ExitHousehold);
