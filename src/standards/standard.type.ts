import { Field, ID, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { wordEnum } from '../http/enums.js';
import { CalendarDate, RegionCode } from '../http/scalars.js';
import {
  ITEM_KINDS,
  type ItemKind,
  STANDARD_TARGETS,
  type StandardTarget,
  type Threshold,
} from './standard.entity.js';

export const ItemKindEnum = wordEnum('StandardItemKind', 'How much an item weighs.', ITEM_KINDS, {
  VETO: 'Not met: nothing else counts.',
  REQUIRED: 'Must be met.',
  REFERENCE: 'Looked at, does not decide.',
});
export const StandardTargetEnum = wordEnum('StandardTarget', 'What a standard is for.', STANDARD_TARGETS);

@Under('SIGNED_IN')
@ObjectType('StandardItem', { description: 'One item of an exit standard.' })
export class StandardItemType {
  @Field(() => ID, { description: 'Identity of the item.' })
  id!: string;

  @Field(() => String, { description: 'Code within its standard, such as V01.' })
  code!: string;

  nameZh!: string;
  nameEn!: string;
  bureauZh!: string;
  bureauEn!: string;
  threshold!: Threshold;

  @Field(() => ItemKindEnum, { description: 'How much it weighs.' })
  kind!: ItemKind;

  @Field(() => Boolean, { description: 'True when it binds only where conditions allow.' })
  whereApplicable!: boolean;

  @Field(() => String, {
    description: 'How the value is held against the threshold; kept with it and never rounded first.',
  })
  comparator!: string;

  @Field(() => String, { description: 'Unit of value and threshold.' })
  unit!: string;

  @Field(() => String, { description: 'Where the item was found.' })
  basis!: string;

  @Field(() => Boolean, { description: 'True while the threshold is not confirmed for this province.' })
  toBeConfirmed!: boolean;
}

@Under('SIGNED_IN')
@ObjectType('ExitStandard', {
  description: 'A versioned document: what a target must reach to leave the list.',
})
export class ExitStandardType {
  @Field(() => ID, { description: 'Identity of the document.' })
  id!: string;

  @Field(() => String, { description: 'Its code.' })
  code!: string;

  @Field(() => StandardTargetEnum, { description: 'What it is for.' })
  targetLevel!: StandardTarget;

  @Field(() => Int, { description: 'The year it is for.' })
  year!: number;

  @Field(() => RegionCode, { description: 'Whose standard it is.' })
  jurisdictionCode!: string;

  nameZh!: string;
  nameEn!: string;

  @Field(() => String, { description: 'Where it comes from.' })
  source!: string;

  @Field(() => CalendarDate, { description: 'First day on which it holds.' })
  effectiveFrom!: string;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'Last day on which it holds; null: until replaced.',
  })
  effectiveTo?: string | null;
}
