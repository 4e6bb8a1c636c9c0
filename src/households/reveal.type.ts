import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { WithinArgsType } from '../http/args.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import { PERSONAL_FIELDS, type PersonalField, REVEAL_STATUSES, type RevealStatus } from './reveal.entity.js';

const PersonalFieldEnum = wordEnum('PersonalField', 'A value that can be shown in full.', PERSONAL_FIELDS, {
  ID_NUMBER: 'A member\u2019s ID number.',
  PHONE: 'A member\u2019s telephone number.',
  BANK_ACCOUNT: 'The household\u2019s bank account.',
  NAME: 'A member\u2019s name; masked only of those under 14.',
});

export const RevealStatusEnum = wordEnum(
  'RevealStatus',
  'Where a request for an approval stands.',
  REVEAL_STATUSES,
  {
    REQUESTED: 'Nobody has decided yet.',
    APPROVED: 'May be used for one reveal by whoever asked, until it expires.',
    REFUSED: 'Another person said no.',
    USED: 'The value has been revealed with it.',
    EXPIRED: 'Not decided, or not used, within 24 hours (real time).',
  },
);

const PURPOSE =
  'Why the value is needed: 10 to 500 characters, kept in the ledger. Shorter: BAD_USER_INPUT; longer or invisible ones: INVALID_TEXT. Write no personal data into it.';

@InputType()
abstract class RevealTargetInput extends CreateInput {
  @Field(() => ID, { description: 'Which household.' })
  householdId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'Which of its members; left out for BANK_ACCOUNT alone, else BAD_USER_INPUT. Unknown: NOT_FOUND.',
  })
  memberId?: string | null;

  @Field(() => PersonalFieldEnum, { description: 'Which value.' })
  field!: PersonalField;

  @Field(() => String, { description: PURPOSE })
  purpose!: string;
}

@InputType({ description: 'Shows one value in full, once.' })
export class RevealPersonalDataInput extends RevealTargetInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'Your own approved request for the same value: for those under 14 (else APPROVAL_REQUIRED), and above the quota. Another\u2019s: NOT_FOUND; used, refused or expired: APPROVAL_REQUIRED.',
  })
  approvalId?: string | null;
}

@InputType({ description: 'Asks for a second person\u2019s yes to one reveal.' })
export class RequestRevealInput extends RevealTargetInput {}

@InputType({ description: 'Says yes or no to another person\u2019s request.' })
export class DecideRevealInput extends ChangeInput {
  @Field(() => ID, { description: 'Which request.' })
  requestId!: string;

  @Field(() => Boolean, { description: 'True approves it, false refuses it.' })
  approve!: boolean;

  @Field(() => String, { nullable: true, description: 'Why, at most 500 characters. Else INVALID_TEXT.' })
  note?: string | null;
}

@Under('household.read')
@ObjectType('RevealRequest', {
  description:
    'A request to see one value in full, and what another person said to it. Real time throughout.',
})
export class RevealRequestType {
  @Field(() => ID, { description: 'Identity of the request; an approved one is the approvalId of a reveal.' })
  id!: string;

  @Field(() => PersonalFieldEnum, { description: 'Which value.' })
  field!: PersonalField;

  @Field(() => String, { description: 'Why it is needed.' })
  purpose!: string;

  @Field(() => DateTime, { description: 'When it was asked for.' })
  askedAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was decided; null while it is not.' })
  decidedAt?: Date | null;

  @Field(() => String, { nullable: true, description: 'What the deciding person wrote.' })
  note?: string | null;

  @Field(() => DateTime, {
    description: '24 hours after it was asked for; once approved, 24 hours after that. Then it is EXPIRED.',
  })
  expiresAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was used; null while it is not.' })
  usedAt?: Date | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  householdId!: string;
  memberId?: string | null;
  askedById!: string;
  decidedById?: string | null;
}

export const RevealRequestConnection = connectionOf(
  'RevealRequest',
  RevealRequestType,
  'household.read',
  'Requests for approvals, newest first.',
);

@InputType({ description: 'Which requests. A field left out asks nothing; an empty list matches nothing.' })
class RevealRequestFilterInput {
  @Field(() => [RevealStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  status?: RevealStatus[] | null;
}

@ArgsType()
export class RevealRequestsArgs extends WithinArgsType {
  @Field(() => RevealRequestFilterInput, { nullable: true, description: 'Which of them.' })
  filter?: RevealRequestFilterInput | null;
}

@Under('household.reveal')
@ObjectType('RevealPayload', {
  description: 'A value in full. It is kept nowhere: a retry under the same idempotencyKey opens it anew.',
})
export class RevealPayload extends Payload {
  @Field(() => String, { nullable: true, description: 'The value; null where none is recorded.' })
  value!: string | null;

  householdId!: string;
  memberId!: string | null;
}

@Under('household.read')
@ObjectType('RevealRequestPayload', { description: 'A changed request.' })
export class RevealRequestPayload extends Payload {
  @Field(() => RevealRequestType, { description: 'The request after the change.' })
  request!: RevealRequestType;
}
