import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { AccountKind } from '../auth/viewer.js';
import { connectionOf } from '../http/connection.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';
import { AccountKindEnum } from './account.type.js';

@Under('account.read')
@ObjectType('ManagedAccount', { description: 'An account as those see it who look after it.' })
export class ManagedAccountType {
  @Field(() => ID, { description: 'Identity of the account.' })
  id!: string;

  @Field(() => String, { description: 'What it signs in with.' })
  username!: string;

  @Field(() => String, { description: 'Display name.' })
  name!: string;

  @Field(() => AccountKindEnum, { description: 'What it is.' })
  kind!: AccountKind;

  @Field(() => Boolean, { description: 'True until a password that was handed over has been changed.' })
  mustChangePassword!: boolean;

  @Field(() => Boolean, { description: 'True when it has a second factor.' })
  hasSecondFactor!: boolean;

  @Field(() => DateTime, { description: 'When it was made (campaign time).' })
  createdAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was disabled (real time); null: it is not.',
  })
  disabledAt!: Date | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  regionCode!: string;
}

export const ManagedAccountConnection = connectionOf(
  'ManagedAccount',
  ManagedAccountType,
  'account.read',
  'Accounts by id.',
);

@InputType({ description: 'Which accounts; everything left out does not narrow.' })
export class AccountFilterInput {
  @Field(() => RegionCode, {
    nullable: true,
    description: 'Of this region and everything inside it; must lie inside your own, else FORBIDDEN.',
  })
  within?: string | null;

  @Field(() => AccountKindEnum, { nullable: true, description: 'Of this kind.' })
  kind?: AccountKind | null;

  @Field(() => Boolean, { nullable: true, description: 'Only disabled ones, or only those that are not.' })
  disabled?: boolean | null;

  @Field(() => String, { nullable: true, description: 'The one with exactly this user name.' })
  username?: string | null;
}

@InputType({ description: 'Makes an account, without any right yet (grantRole).' })
export class CreateAccountInput extends CreateInput {
  @Field(() => String, {
    description:
      'What it signs in with: 3 to 64 lower-case letters, digits, dots, hyphens and underscores (else INVALID_TEXT), and nobody else\u2019s (else BAD_USER_INPUT).',
  })
  username!: string;

  @Field(() => String, { description: 'Display name, at most 100 characters. Everybody sees it.' })
  name!: string;

  @Field(() => AccountKindEnum, { description: 'What it is; never changes.' })
  kind!: AccountKind;

  @Field(() => RegionCode, {
    description: 'Where it belongs; must lie inside your own region, else NOT_FOUND.',
  })
  regionCode!: string;
}

@InputType({ description: 'An administrator\u2019s act on one account.' })
export class ChangeAccountInput extends ChangeInput {
  @Field(() => ID, { description: 'Which account; not your own.' })
  accountId!: string;
}

@Under('WITH_PARENT')
@ObjectType('AccountPayload', { description: 'A changed account.' })
export class AccountPayload extends Payload {
  @Under('account.read')
  @Field(() => ManagedAccountType, { description: 'The account after the change.' })
  account!: ManagedAccountType;
}

@Under('WITH_PARENT')
@ObjectType('HandedOver', { description: 'A changed account, and what to hand over to whoever uses it.' })
export class HandedOverPayload extends AccountPayload {
  @Field(() => String, {
    nullable: true,
    description:
      'For a person: a password to sign in with; until it is changed (changePassword) everything else answers FORBIDDEN. Shown here only; the same key and body again show it again.',
  })
  oneTimePassword!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'For a device: a code for signInDevice, good once and for 15 minutes. Shown here only.',
  })
  pairingCode!: string | null;
}
