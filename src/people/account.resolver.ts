import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import { WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { findRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { findAccount, grantsWithin, readViewer } from './account.queries.js';
import {
  AccountType,
  GrantConnection,
  GrantPayload,
  GrantRoleInput,
  GrantType,
  LoginType,
  RevokeGrantInput,
  SessionType,
  ViewerType,
} from './account.type.js';
import { grantRole, revokeGrant } from './grant.actions.js';
import { logout } from './leaving.actions.js';
import { login, refreshSession } from './session.actions.js';

@Resolver(() => SessionType)
export class SessionResolver {
  @Under('ANYBODY')
  @Mutation(() => LoginType, {
    description:
      'Signs in. Errors: UNAUTHENTICATED; RATE_LIMITED (5 failures in 15 minutes for a name, 20 in an hour from an address; a right password is refused alike) and LOGIN_BUSY, both with `retryAfterMs`.',
  })
  async login(
    @Arg('username', () => String, { description: 'The account\u2019s user name.' }) username: string,
    @Arg('password', () => String, { description: 'Its password.' }) password: string,
    @Ctx() context: Context,
  ): Promise<LoginType> {
    const { viewer, ...session } = await login(context, username, password);
    return { ...session, viewer: Object.assign(new ViewerType(), viewer) };
  }

  @Under('ANYBODY')
  @Mutation(() => SessionType, {
    description:
      'New tokens for a refresh token, which is used up. Used again within some seconds (an answer was lost), it is answered the same refresh token again; later the whole session ends. Errors: SESSION_REVOKED.',
  })
  refreshSession(
    @Arg('refreshToken', () => String, { description: 'From login or the last refresh.' })
    refreshToken: string,
    @Arg('deviceSecret', () => String, {
      nullable: true,
      description: 'Of a paired device: the secret it chose in signInDevice. Wrong: its session ends.',
    })
    deviceSecret: string | null,
    @Ctx() context: Context,
  ): Promise<SessionType> {
    return refreshSession(context, refreshToken, deviceSecret ?? null);
  }

  @Under('IDENTIFIED')
  @Mutation(() => Boolean, { description: 'Ends the session of the access token. Errors: UNAUTHENTICATED.' })
  logout(@Ctx() context: Context): Promise<boolean> {
    return logout(context);
  }

  @Under('IDENTIFIED')
  @Query(() => ViewerType, { description: 'The account that asks. Errors: UNAUTHENTICATED.' })
  viewer(@Ctx() context: Context): ViewerType {
    return Object.assign(new ViewerType(), readViewer(context));
  }
}

@Resolver(() => GrantType)
export class GrantResolver {
  @Under('account.read')
  @Query(() => GrantConnection, {
    description: 'Every grant in a region, revoked ones included. Errors: FORBIDDEN, NOT_FOUND.',
  })
  async grants(@Args(() => WithinArgsType) { within, ...page }: WithinArgsType, @Ctx() context: Context) {
    return connect(GrantConnection, await grantsWithin(context, within, page));
  }

  @Under('grant.write')
  @Mutation(() => GrantPayload, {
    description:
      'Gives a role. Errors: FORBIDDEN (with the `field` that is beyond your own grant), NOT_FOUND, INVALID_REGION_CODE (the role is not held at this level), INVALID_DATE.',
  })
  async grantRole(
    @Arg('input', () => GrantRoleInput) input: GrantRoleInput,
    @Ctx() context: Context,
  ): Promise<GrantPayload> {
    const { mark, answer } = await grantRole(context, input);
    return { mark, grant: answer };
  }

  @Under('grant.write')
  @Mutation(() => GrantPayload, {
    description:
      'Ends a grant now. Errors: FORBIDDEN (also a role that you could not give there), NOT_FOUND, VERSION_CONFLICT.',
  })
  async revokeGrant(
    @Arg('input', () => RevokeGrantInput) input: RevokeGrantInput,
    @Ctx() context: Context,
  ): Promise<GrantPayload> {
    const { mark, answer } = await revokeGrant(context, input);
    return { mark, grant: answer };
  }

  @FieldResolver(() => RegionType, { nullable: true, description: 'Where the role holds.' })
  region(@Root() grant: GrantType, @Ctx() context: Context): Promise<RegionType | null> {
    return findRegion(context, grant.regionCode);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who holds it.' })
  account(@Root() grant: GrantType, @Ctx() context: Context): Promise<AccountType | null> {
    return grant.accountId ? findAccount(context, grant.accountId) : Promise.resolve(null);
  }
}
