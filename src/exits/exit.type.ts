import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';
import type { StandardTarget } from '../standards/measure.rules.js';
import { StandardTargetEnum } from '../standards/standard.type.js';
import type { ClauseState } from '../standards/verdict.rules.js';
import { ClauseStateEnum } from '../standards/verdict.type.js';
import { EXIT_STATUSES, type ExitStatus } from './exit.rules.js';

export const ExitStatusEnum = wordEnum('ExitStatus', 'How far a case has come.', EXIT_STATUSES, {
  REVIEWED: 'Household: the villagers have proposed it.',
  VERIFIED: 'Household: committee and team have verified it.',
  AGREED: 'Household: it has signed.',
  PLANNED: 'Village: it is planned for this year.',
  SELF_CHECK_PASSED: 'Village: its own check found it to pass.',
  TOWNSHIP_VERIFIED: 'Village: the township found it to pass.',
  COUNTY_VERIFIED: 'Village: the county found it to pass.',
  APPLIED: 'County: it has applied.',
  CITY_REVIEWED: 'County: the city has reviewed it.',
  PROVINCE_VERIFIED: 'County: the province has verified it.',
  IN_PUBLICITY: 'It hangs where everybody can see it.',
  TOWNSHIP_REVIEWED: 'Household: the township has reviewed and announced it.',
  COUNTY_APPROVED: 'Household: the county has approved it.',
  EXITED: 'Off the list.',
  RETURNED: 'Sent back; it begins anew.',
  REVOKED: 'What was reached was taken back.',
});

@Under('exit.read')
@ObjectType('Exit', {
  description: 'The case of a household, a village or a county that is to leave the list.',
})
export class ExitType {
  regionCode!: string;
  standardId!: string;
  noticeId?: string | null;

  @Field(() => ID, { description: 'Identity of the case.' })
  id!: string;

  @Field(() => StandardTargetEnum, { description: 'What is to leave the list.' })
  kind!: StandardTarget;

  @Field(() => ExitStatusEnum, { description: 'How far it has come.' })
  status!: ExitStatus;

  @Field(() => DateTime, { description: 'When it was begun, campaign time.' })
  openedAt!: Date;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;
}

export const ExitConnection = connectionOf('Exit', ExitType, 'exit.read', 'Cases, newest first.');

@Under('exit.read')
@ObjectType('ExitMove', { description: 'A move of a case.' })
export class ExitMoveType {
  byId!: string;
  fromStatus?: ExitStatus | null;
  toStatus!: ExitStatus;

  @Field(() => DateTime, { description: 'When, campaign time.' })
  at!: Date;

  @Field(() => String, { nullable: true, description: 'What the mover wrote.' })
  note?: string | null;

  @Field(() => ExitStatusEnum, { nullable: true, description: 'Status before; null for the first.' })
  from(): ExitStatus | null {
    return this.fromStatus ?? null;
  }

  @Field(() => ExitStatusEnum, { description: 'Status after.' })
  to(): ExitStatus {
    return this.toStatus;
  }
}

@Under('household.read')
@ObjectType('ExitItem', {
  description: 'How a household or a county stands to one item of its standard, now.',
})
export class ExitItemType {
  itemId!: string;

  @Field(() => ClauseStateEnum, { description: 'How it stands.' })
  state!: ClauseState;

  @Field(() => String, {
    nullable: true,
    description: 'The value as `numerator/denominator`, never divided; null where it is not known.',
  })
  value!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'By how many the numerator falls short, in whole numbers; 0: it passes; null: it is not known.',
  })
  shortfall!: string | null;
}

@InputType({ description: 'Which cases. A field left out asks nothing; an empty list matches nothing.' })
export class ExitFilter {
  @Field(() => [StandardTargetEnum], { nullable: true, description: 'Of one of these.' })
  kind?: StandardTarget[] | null;

  @Field(() => [ExitStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  status?: ExitStatus[] | null;
}

const STANDARD = 'By which standard; needed only where several are in force.';
const NOTE = 'At most 500 characters, no personal data.';

@InputType({ description: 'Begins the exit of a household, after the review by the villagers.' })
export class OpenHouseholdExitInput extends ChangeInput {
  @Field(() => ID, { description: 'Which household; expectedVersion is its own.' })
  householdId!: string;

  @Field(() => ID, { nullable: true, description: STANDARD })
  standardId?: string | null;

  @Field(() => String, { nullable: true, description: NOTE })
  note?: string | null;
}

@InputType({ description: 'Begins the exit of a village, or a county\u2019s application.' })
export class OpenRegionExitInput extends CreateInput {
  @Field(() => RegionCode, { description: 'A village that is planned for this year, or a county.' })
  regionCode!: string;

  @Field(() => ID, { nullable: true, description: STANDARD })
  standardId?: string | null;

  @Field(() => String, { nullable: true, description: NOTE })
  note?: string | null;
}

@InputType({ description: 'Moves a case.' })
export class MoveExitInput extends ChangeInput {
  @Field(() => ID, { description: 'Which case.' })
  exitId!: string;

  @Field(() => ExitStatusEnum, { description: 'Where to; see Exit.allowedMoves.' })
  to!: ExitStatus;

  @Field(() => String, {
    nullable: true,
    description: `${NOTE} Needed for AGREED (which signature), RETURNED and REVOKED (why).`,
  })
  note?: string | null;
}

@Under('exit.read')
@ObjectType('ExitPayload', { description: 'A changed case.' })
export class ExitPayload extends Payload {
  @Field(() => ExitType, { description: 'The case after the change.' })
  exit!: ExitType;
}
