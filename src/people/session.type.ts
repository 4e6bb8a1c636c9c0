import { Field, ID, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { DateTime } from '../http/scalars.js';

@Under('WITH_PARENT')
@ObjectType('OpenSession', {
  description: 'A sign-in of one\u2019s own that has not ended. Times are real time.',
})
export class OpenSessionType {
  @Field(() => ID, { description: 'Identity of the session, for endSession.' })
  id!: string;

  @Field(() => DateTime, { description: 'When it was signed in.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When its tokens were last renewed.' })
  refreshedAt!: Date;

  @Field(() => String, { description: 'The network address it was signed in from.' })
  address!: string;

  @Field(() => String, {
    nullable: true,
    description: 'What signed in called itself (User-Agent); null: nothing.',
  })
  device!: string | null;

  @Field(() => Boolean, { description: 'True for the session that asks.' })
  current!: boolean;
}

@Under('WITH_PARENT')
@ObjectType('SecondFactorEnrolment', {
  description:
    'A new secret, shown this once. It counts when confirmSecondFactor is given a code of it within 15 minutes.',
})
export class SecondFactorEnrolmentType {
  @Field(() => String, {
    description:
      'The secret in base32, to be typed into an authenticator app (TOTP: SHA-1, 6 digits, 30 seconds).',
  })
  secret!: string;

  @Field(() => String, { description: 'The same as an `otpauth://` address, to be shown as a QR code.' })
  uri!: string;
}

@Under('WITH_PARENT')
@ObjectType('SecondFactorConfirmation', { description: 'The session has shown its second factor.' })
export class SecondFactorConfirmationType {
  @Field(() => DateTime, { description: 'Until when acts that ask for it go through (real time).' })
  validUntil!: Date;

  @Field(() => [String], {
    description:
      'After the first code of a new secret: ten codes, each good once in place of a code of the app, shown this once. Else empty.',
  })
  recoveryCodes!: string[];
}
