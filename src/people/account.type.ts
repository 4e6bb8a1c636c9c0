import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { ACCOUNT_KINDS, type AccountKind, ROLES, type Role } from '../auth/viewer.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';

export const RoleEnum = wordEnum('Role', 'What an account may do in a region.', ROLES, {
  LEADER: 'City or county leader: sees everything in the region.',
  SUPERVISION_OFFICE:
    'City supervision office: inspections, deadlines, reopening, the province\u2019s result.',
  COUNTY_OFFICE: 'County office: confirms what townships confirmed.',
  TOWNSHIP_OFFICE: 'Township office: confirms what villages declared.',
  VILLAGE_TEAM: 'Resident work team of a village: works on the tasks and declares them met.',
  INSPECTOR: 'Sees the villages of an inspection during its days.',
  DISCIPLINE_INSPECTOR: 'Discipline inspection: handles what is referred to it, which nobody else sees.',
  AUDITOR: 'Reads everything in the region.',
  ADMIN: 'Accounts and configuration; no personal data.',
  SCREEN: 'A wall screen: aggregates and the feed; no personal data.',
});

export const AccountKindEnum = wordEnum('AccountKind', 'What an account is.', ACCOUNT_KINDS, {
  PERSON: 'An office, a team or an official: signs in with a password.',
  DEVICE:
    'The browser of a wall screen: paired by a code, holds no role but SCREEN, and is answered only the documents of schema/operations, whatever TRUSTED_DOCUMENTS says.',
});

@Under('SIGNED_IN')
@ObjectType('Account', { description: 'Who acts: an office, a team or an official, by display name.' })
export class AccountType {
  @Field(() => ID, { description: 'Identity of the account.' })
  id!: string;

  @Field(() => String, { description: 'Display name.' })
  name!: string;
}

@Under('WITH_PARENT')
@ObjectType('Grant', { description: 'A role in a region for a time (campaign time).' })
export class GrantType {
  @Field(() => ID, { description: 'Identity of the grant.' })
  id!: string;

  @Field(() => RoleEnum, { description: 'The role.' })
  role!: Role;

  @Field(() => DateTime, { description: 'Holds from this instant.' })
  validFrom!: Date;

  @Field(() => DateTime, { nullable: true, description: 'Holds until before this instant; null: no end.' })
  validTo?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was revoked; null while it stands.' })
  revokedAt?: Date | null;

  @Field(() => Int, { nullable: true, description: 'Version for expectedVersion.' })
  version?: number;

  regionCode!: string;
  accountId?: string;
}

export const GrantConnection = connectionOf('Grant', GrantType, 'WITH_PARENT', 'Grants by id.');

@Under('WITH_PARENT')
@ObjectType('SecondFactor', {
  description:
    'The second factor of the asking account and session: six digits that change every 30 seconds (TOTP, RFC 6238). Acts that ask for it answer MFA_REQUIRED until `validUntil` lies ahead.',
})
export class SecondFactorType {
  @Field(() => Boolean, {
    description:
      'False: call enrolSecondFactor, then confirmSecondFactor with a code. True: confirmSecondFactor is enough.',
  })
  enrolled!: boolean;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until when this session counts as having shown it (real time); null: it has not.',
  })
  validUntil!: Date | null;
}

@Under('WITH_PARENT')
@ObjectType('Viewer', { description: 'The account that asks, with its grants.' })
export class ViewerType {
  accountId!: string;

  @Field(() => ID, { description: 'Identity of the account.' })
  id(): string {
    return this.accountId;
  }

  @Field(() => String, { description: 'Display name.' })
  name!: string;

  @Field(() => AccountKindEnum, { description: 'What the account is.' })
  kind!: AccountKind;

  @Field(() => Boolean, {
    description:
      'True: an administrator handed the password over. Until changePassword everything else answers FORBIDDEN with the extension `mustChangePassword`.',
  })
  mustChangePassword!: boolean;

  @Field(() => SecondFactorType, { description: 'Its second factor.' })
  secondFactor!: SecondFactorType;

  @Field(() => [GrantType], { description: 'Every grant that is not revoked, in force or not.' })
  grants!: GrantType[];

  sessionId!: string;
}

@Under('WITH_PARENT')
@ObjectType('Session', { description: 'Proof of sign-in. Token life is real time, not campaign time.' })
export class SessionType {
  @Field(() => String, { description: 'For `Authorization: Bearer …` and for connection_init.' })
  accessToken!: string;

  @Field(() => DateTime, { description: 'When the access token ends.' })
  expiresAt!: Date;

  @Field(() => String, { description: 'Used once, by refreshSession.' })
  refreshToken!: string;
}

@Under('WITH_PARENT')
@ObjectType('Login', { description: 'A new session and who it belongs to.' })
export class LoginType extends SessionType {
  @Field(() => ViewerType, { description: 'The account that signed in.' })
  viewer!: ViewerType;
}

@InputType({ description: 'Gives an account a role in a region for a time.' })
export class GrantRoleInput extends CreateInput {
  @Field(() => ID, { description: 'Who receives it.' })
  accountId!: string;

  @Field(() => RoleEnum, { description: 'The role.' })
  role!: Role;

  @Field(() => RegionCode, {
    description:
      'Where; inside your own region, else NOT_FOUND, and at a level of the role, else INVALID_REGION_CODE.',
  })
  regionCode!: string;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From when, campaign time; left out: from now. Before your own grant began: FORBIDDEN.',
  })
  validFrom?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Until before this instant; left out: no end. After your own grant ends: FORBIDDEN.',
  })
  validTo?: Date | null;
}

@InputType({ description: 'Ends a grant now.' })
export class RevokeGrantInput extends ChangeInput {
  @Field(() => ID, { description: 'Which grant.' })
  grantId!: string;
}

@Under('WITH_PARENT')
@ObjectType('GrantPayload', { description: 'A changed grant.' })
export class GrantPayload extends Payload {
  @Field(() => GrantType, { description: 'The grant after the change.' })
  grant!: GrantType;
}
