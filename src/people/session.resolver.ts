import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { openSessionsOf } from './account.queries.js';
import { LoginType, ViewerType } from './account.type.js';
import { signInDevice } from './device.actions.js';
import { confirmSecondFactor, enrolSecondFactor } from './factor.actions.js';
import { endAllSessions, endSession } from './leaving.actions.js';
import { changePassword } from './password.actions.js';
import { OpenSessionType, SecondFactorConfirmationType, SecondFactorEnrolmentType } from './session.type.js';

/** What an account does about itself. Not keyed: what is given here is secret, and its fingerprint must not be kept. */
@Resolver(() => ViewerType)
export class OwnAccountResolver {
  @Under('IDENTIFIED')
  @Mutation(() => Boolean, {
    description:
      'Changes one\u2019s own password and ends all other sessions of the account. At least 12 characters, at most 128, no forced pattern; not a common one, and not the account\u2019s own name: else BAD_USER_INPUT. Errors: UNAUTHENTICATED (wrong current password), RATE_LIMITED, LOGIN_BUSY.',
  })
  changePassword(
    @Arg('currentPassword', () => String, { description: 'The one it has now.' }) currentPassword: string,
    @Arg('newPassword', () => String, { description: 'The one it shall have.' }) newPassword: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    return changePassword(context, currentPassword, newPassword);
  }

  @Under('IDENTIFIED')
  @Mutation(() => Boolean, {
    description: 'Ends one of one\u2019s own sessions and closes its sockets. Errors: NOT_FOUND.',
  })
  endSession(
    @Arg('sessionId', () => ID, { description: 'From `viewer { sessions { id } }`.' }) sessionId: string,
    @Ctx() context: Context,
  ): Promise<boolean> {
    return endSession(context, sessionId);
  }

  @Under('IDENTIFIED')
  @Mutation(() => Int, {
    description:
      'Ends all of one\u2019s own sessions, the asking one too. Answers how many. Errors: UNAUTHENTICATED.',
  })
  endAllSessions(@Ctx() context: Context): Promise<number> {
    return endAllSessions(context);
  }

  @Under('SIGNED_IN')
  @Mutation(() => SecondFactorEnrolmentType, {
    description:
      'First step after MFA_REQUIRED with `enrolled: false`: makes a secret for an authenticator app. Second step: confirmSecondFactor with a code of it; then send the refused request again. Where a factor is enrolled already, this replaces it and asks for it first (MFA_REQUIRED). Errors: UNAUTHENTICATED (wrong password), RATE_LIMITED, LOGIN_BUSY.',
  })
  enrolSecondFactor(
    @Arg('password', () => String, { description: 'The account\u2019s password, again.' }) password: string,
    @Ctx() context: Context,
  ): Promise<SecondFactorEnrolmentType> {
    return enrolSecondFactor(context, password);
  }

  @Under('SIGNED_IN')
  @Mutation(() => SecondFactorConfirmationType, {
    description:
      'Shows the second factor in this session, for 15 minutes of real time (SECOND_FACTOR_MINUTES). The first code of a new secret activates it. A code is good once, 30 seconds early or late included. Errors: UNAUTHENTICATED (wrong or used code), RATE_LIMITED (5 failures in 15 minutes).',
  })
  confirmSecondFactor(
    @Arg('code', () => String, { description: 'Six digits from the app, or a recovery code.' }) code: string,
    @Ctx() context: Context,
  ): Promise<SecondFactorConfirmationType> {
    return confirmSecondFactor(context, code);
  }

  @Under('ANYBODY')
  @Mutation(() => LoginType, {
    description:
      'Signs in the browser of a wall screen that an administrator pairs (createAccount, pairDevice). Its session is refreshed only together with `deviceSecret`. Errors: UNAUTHENTICATED (wrong, used or late code), RATE_LIMITED, BAD_USER_INPUT.',
  })
  async signInDevice(
    @Arg('code', () => String, { description: 'The pairing code, good once and for 15 minutes.' })
    code: string,
    @Arg('deviceSecret', () => String, {
      description: 'Chosen at random and kept by the browser: 22 to 200 characters. Only its hash is stored.',
    })
    deviceSecret: string,
    @Ctx() context: Context,
  ): Promise<LoginType> {
    const { viewer, ...session } = await signInDevice(context, code, deviceSecret);
    return { ...session, viewer: Object.assign(new ViewerType(), viewer) };
  }

  @FieldResolver(() => [OpenSessionType], {
    description: 'Its sessions that have not ended, newest first, at most 100.',
  })
  async sessions(@Root() viewer: ViewerType, @Ctx() context: Context): Promise<OpenSessionType[]> {
    const open = await openSessionsOf(context, viewer.accountId);
    return open.map((session) => ({ ...session, current: session.id === viewer.sessionId }));
  }
}
