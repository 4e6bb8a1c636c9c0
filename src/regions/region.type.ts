import { Field, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { RegionCode } from '../http/scalars.js';
import {
  POVERTY_DESIGNATIONS,
  type PovertyDesignation,
  REGION_LEVELS,
  type RegionLevel,
} from './region.entity.js';

export const RegionLevelEnum = wordEnum(
  'RegionLevel',
  'The five levels of the official list.',
  REGION_LEVELS,
);

export const PovertyDesignationEnum = wordEnum(
  'PovertyDesignation',
  'National-level or provincial-level poor county, or registered poor village.',
  POVERTY_DESIGNATIONS,
);

@Under('SIGNED_IN')
@ObjectType('Region', {
  description: 'A place of the official list of statistical divisions, keyed by its 12-digit code.',
})
export class RegionType {
  @Field(() => RegionCode, { description: 'The official code; village names are not unique, codes are.' })
  code!: string;

  @Field(() => String, { description: 'The official name, in Chinese.' })
  name!: string;

  level?: RegionLevel;
  parentCode?: string | null;
  povertyDesignation?: PovertyDesignation | null;
  developmentZone?: boolean;
  ruralPopulation?: number | null;
}

export const RegionConnection = connectionOf('Region', RegionType, 'SIGNED_IN', 'Regions by code.');
