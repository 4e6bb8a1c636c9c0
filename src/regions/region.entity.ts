// The tree of places, from the province down to the village. The official 12-digit code is the key everywhere and
// never changes parent; rows come from an official list (npm run regions), not from people.
import { defineEntity, p } from '@mikro-orm/postgresql';
import { LEVELS, type Level } from '../auth/scope.js';

export const REGION_LEVELS = LEVELS;
export type RegionLevel = Level;

export const POVERTY_DESIGNATIONS = ['NATIONAL', 'PROVINCIAL', 'POOR_VILLAGE'] as const;
export type PovertyDesignation = (typeof POVERTY_DESIGNATIONS)[number];

export const RegionSchema = defineEntity({
  name: 'Region',
  tableName: 'region',
  properties: {
    code: p.text().primary(),
    name: p.text(),
    level: p.text().$type<RegionLevel>(),
    parentCode: p.text().nullable(),
    povertyDesignation: p.text().$type<PovertyDesignation>().nullable(),
    developmentZone: p.boolean(),
    ruralPopulation: p.integer().nullable(),
    plannedExitYear: p.integer().nullable(),
    synthetic: p.boolean(),
  },
});

export class Region extends RegionSchema.class {}
RegionSchema.setClass(Region);
