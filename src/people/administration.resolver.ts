import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Written } from '../db/write.js';
import { PageArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { findRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import {
  type ChangeAccount,
  createAccount,
  disableAccount,
  enableAccount,
  type Handed,
  handedOver,
  pairDevice,
  resetPassword,
  resetSecondFactor,
} from './account.actions.js';
import { getManaged, listAccounts } from './account.queries.js';
import {
  AccountFilterInput,
  AccountPayload,
  ChangeAccountInput,
  CreateAccountInput,
  HandedOverPayload,
  ManagedAccountConnection,
  ManagedAccountType,
} from './administration.type.js';

const ERRORS =
  'Errors: MFA_REQUIRED, FORBIDDEN (your own, or one with rights that are not yours to give), NOT_FOUND, VERSION_CONFLICT.';

/** What administrators do about accounts, inside their own region and with their second factor. */
@Resolver(() => ManagedAccountType)
export class AdministrationResolver {
  @Under('account.read')
  @Query(() => ManagedAccountConnection, {
    description: 'The accounts that belong to your regions. Errors: FORBIDDEN, NOT_FOUND (no such region).',
  })
  async accounts(
    @Args(() => PageArgsType) page: PageArgsType,
    @Arg('filter', () => AccountFilterInput, { nullable: true, description: 'Left out: all of them.' })
    filter: AccountFilterInput | null,
    @Ctx() context: Context,
  ) {
    return connect(ManagedAccountConnection, await listAccounts(context, filter ?? {}, page));
  }

  @Under('account.write')
  @Mutation(() => HandedOverPayload, {
    description:
      'Makes an account and answers what to hand over. Errors: MFA_REQUIRED, FORBIDDEN, NOT_FOUND (region), INVALID_TEXT, BAD_USER_INPUT, LOGIN_BUSY.',
  })
  async createAccount(
    @Arg('input', () => CreateAccountInput) input: CreateAccountInput,
    @Ctx() context: Context,
  ): Promise<HandedOverPayload> {
    return handed(context, await createAccount(context, input));
  }

  @Under('account.write')
  @Mutation(() => HandedOverPayload, {
    description: `Gives a person a one-time password and ends its sessions. A device: BAD_USER_INPUT. ${ERRORS}`,
  })
  async resetPassword(
    @Arg('input', () => ChangeAccountInput) input: ChangeAccountInput,
    @Ctx() context: Context,
  ): Promise<HandedOverPayload> {
    return handed(context, await resetPassword(context, input));
  }

  @Under('account.write')
  @Mutation(() => HandedOverPayload, {
    description: `Gives a device a pairing code and ends its sessions. A person: BAD_USER_INPUT. ${ERRORS}`,
  })
  async pairDevice(
    @Arg('input', () => ChangeAccountInput) input: ChangeAccountInput,
    @Ctx() context: Context,
  ): Promise<HandedOverPayload> {
    return handed(context, await pairDevice(context, input));
  }

  @Under('account.write')
  @Mutation(() => AccountPayload, {
    description: `Lets it sign in no more and ends its sessions, sockets included. ${ERRORS}`,
  })
  disableAccount(
    @Arg('input', () => ChangeAccountInput) input: ChangeAccountInput,
    @Ctx() context: Context,
  ): Promise<AccountPayload> {
    return changed(context, disableAccount, input);
  }

  @Under('account.write')
  @Mutation(() => AccountPayload, { description: `Lets a disabled one sign in again. ${ERRORS}` })
  enableAccount(
    @Arg('input', () => ChangeAccountInput) input: ChangeAccountInput,
    @Ctx() context: Context,
  ): Promise<AccountPayload> {
    return changed(context, enableAccount, input);
  }

  @Under('account.write')
  @Mutation(() => AccountPayload, {
    description: `Takes the second factor away, so that another can be enrolled: a telephone was lost. ${ERRORS}`,
  })
  resetSecondFactor(
    @Arg('input', () => ChangeAccountInput) input: ChangeAccountInput,
    @Ctx() context: Context,
  ): Promise<AccountPayload> {
    return changed(context, resetSecondFactor, input);
  }

  @FieldResolver(() => RegionType, { nullable: true, description: 'Where it belongs.' })
  region(@Root() account: ManagedAccountType, @Ctx() context: Context): Promise<RegionType | null> {
    return findRegion(context, account.regionCode);
  }
}

async function handed(context: Context, { mark, answer }: Written<Handed>): Promise<HandedOverPayload> {
  const secret = handedOver(context, answer);
  const isPerson = answer.kind === 'PERSON';
  return {
    mark,
    account: await getManaged(context, answer.accountId),
    oneTimePassword: isPerson ? secret : null,
    pairingCode: isPerson ? null : secret,
  };
}

async function changed(
  context: Context,
  act: (context: Context, input: ChangeAccount) => Promise<Written<{ accountId: string }>>,
  input: ChangeAccount,
): Promise<AccountPayload> {
  const { mark, answer } = await act(context, input);
  return { mark, account: await getManaged(context, answer.accountId) };
}
