import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';
import { ExitStandardType } from './standard.type.js';
import { CLAUSE_STATES, type ClauseState } from './verdict.rules.js';

export const ClauseStateEnum = wordEnum('ClauseState', 'How an item of a standard stands.', CLAUSE_STATES, {
  MET: 'The value passes, and is confirmed.',
  NOT_MET: 'The value does not pass.',
  UNKNOWN: 'Nobody has measured it, or somebody who should be counted is not recorded.',
  UNCONFIRMED: 'The value passes, but no other office has confirmed it.',
  NOT_APPLICABLE: 'Conditions do not allow it, and the standard does not ask for it then.',
});

@Under('verdict.read')
@ObjectType('VerdictItem', { description: 'What a verdict says of one item.' })
export class VerdictItemType {
  itemId!: string;
  regionCode!: string;

  @Field(() => ClauseStateEnum, { description: 'How it stands.' })
  state!: ClauseState;

  @Field(() => Boolean, { description: 'True for what keeps the village from passing.' })
  isGap!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'The part or the count; null where nobody has measured it.',
  })
  numerator?: number | null;

  @Field(() => Int, { nullable: true, description: 'The whole; 1 for what is no share.' })
  denominator?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'By how many the part or the count falls short; 0: it passes; null: nobody has measured it.',
  })
  shortfall?: number | null;
}

@Under('verdict.read')
@ObjectType('Verdict', { description: 'What a standard says of a village, with all that it looked at.' })
export class VerdictType {
  regionCode!: string;
  standardId!: string;
  byId!: string;

  @Field(() => ID, { description: 'Identity of the verdict.' })
  id!: string;

  @Field(() => ID, {
    description: 'The same for every verdict of this standard on this village; alerts name it.',
  })
  standingId!: string;

  @Field(() => Boolean, { description: 'Whether the village passes.' })
  met!: boolean;

  @Field(() => Int, { nullable: true, description: 'The points it has, in a standard by points.' })
  points?: number | null;

  @Field(() => Int, { description: 'Items that keep it from passing.' })
  unmet!: number;

  @Field(() => DateTime, { description: 'When it was given, campaign time.' })
  at!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When a later one took its place, campaign time.' })
  supersededAt?: Date | null;

  @Field(() => String, {
    description: 'What it looked at and of which versions: JSON, byte for byte as it was.',
  })
  inputs!: string;

  @Field(() => String, { description: 'What came out: JSON, byte for byte as it was.' })
  outcome!: string;

  @Field(() => String, { description: 'SHA-256 of the inputs, in hexadecimal.' })
  inputsHash!: string;

  @Field(() => String, { description: 'SHA-256 of the outcome, in hexadecimal.' })
  outcomeHash!: string;
}

export const VerdictConnection = connectionOf('Verdict', VerdictType, 'verdict.read', 'Verdicts.');
export const GapConnection = connectionOf(
  'Gap',
  VerdictItemType,
  'verdict.read',
  'What keeps villages from passing, by place and by the order of the standard.',
);

@Under('overview.read')
@ObjectType('GapCount', { description: 'Villages of a region that fall short of one item.' })
export class GapCountType {
  regionCode!: string;
  itemId!: string;

  @Field(() => Int, { description: 'How many villages.' })
  gaps!: number;

  @Field(() => Int, { description: 'Those of them where it is not measured or not confirmed.' })
  unknown!: number;
}

@Under('verdict.read')
@ObjectType('ShortestRoad', {
  description: 'What a village must still do to pass, and nothing that it need not.',
})
export class ShortestRoadType {
  @Field(() => VerdictType, { description: 'The verdict that it starts from.' })
  verdict!: VerdictType;

  @Field(() => [VerdictItemType], {
    nullable: true,
    description:
      'Every item that must change; without any one of them it does not pass. Null: all of it is not enough.',
  })
  steps!: VerdictItemType[] | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Calendar days to the end of the year in which the village is to exit; null: it is not planned.',
  })
  daysLeft!: number | null;
}

@Under('verdict.read')
@ObjectType('VerifiedVerdict', { description: 'A verdict that was reckoned again from what it kept.' })
export class VerifiedVerdictType {
  @Field(() => Boolean, { description: 'True when every byte of it came out again.' })
  isSame!: boolean;

  @Field(() => String, { description: 'SHA-256 of the inputs now, in hexadecimal.' })
  inputsHash!: string;

  @Field(() => String, { description: 'SHA-256 of the outcome now, in hexadecimal.' })
  outcomeHash!: string;
}

@Under('WITH_PARENT')
@ObjectType('TriedVillage', { description: 'What a standard would say of a village.' })
export class TriedVillageType {
  @Field(() => RegionCode, { description: 'Which village.' })
  regionCode!: string;

  @Field(() => Boolean, { description: 'Whether it would pass.' })
  met!: boolean;

  @Field(() => Int, { nullable: true, description: 'The points it would have.' })
  points!: number | null;

  @Field(() => Int, { description: 'Items that would keep it from passing.' })
  unmet!: number;
}

@Under('verdict.give')
@ObjectType('StandardTrial', {
  description: 'What a standard would say of the poor villages of a region, now.',
})
export class StandardTrialType {
  @Field(() => Int, { description: 'Poor villages of the region.' })
  villages!: number;

  @Field(() => Int, { description: 'Those that would pass.' })
  met!: number;

  @Field(() => [TriedVillageType], { description: 'Villages by code, as many as were asked for.' })
  listed!: readonly TriedVillageType[];
}

@InputType({ description: 'Holds a standard against every poor village of a region.' })
export class GiveVerdictsInput extends CreateInput {
  @Field(() => RegionCode, { description: 'Your own region or one inside it, else NOT_FOUND.' })
  within!: string;

  @Field(() => ID, { description: 'An adopted standard for villages.' })
  standardId!: string;
}

@Under('verdict.give')
@ObjectType('GiveVerdictsPayload', { description: 'What a run came to.' })
export class GiveVerdictsPayload extends Payload {
  @Field(() => ExitStandardType, { description: 'The standard by which they were given.' })
  standard!: ExitStandardType;

  @Field(() => Int, { description: 'Verdicts that were given.' })
  villages!: number;

  @Field(() => Int, { description: 'Those by which the village passes.' })
  met!: number;

  @Field(() => Int, { description: 'Those that say otherwise than the one before, or are the first.' })
  changed!: number;
}
