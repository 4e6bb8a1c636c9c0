import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Written } from '../db/write.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getHousehold, membersOf } from './household.queries.js';
import { HouseholdType } from './household.type.js';
import { HouseholdMemberType } from './member.type.js';
import { householdOfPerson } from './person.queries.js';
import { decideReveal, type KeptRequest, requestReveal, revealPersonalData } from './reveal.actions.js';
import type { RevealRequest, RevealStatus } from './reveal.entity.js';
import { getRevealRequest, openRevealed, revealRequestsWithin } from './reveal.queries.js';
import { statusAt } from './reveal.rules.js';
import {
  DecideRevealInput,
  RequestRevealInput,
  RevealPayload,
  RevealPersonalDataInput,
  RevealRequestConnection,
  RevealRequestPayload,
  RevealRequestsArgs,
  RevealRequestType,
  RevealStatusEnum,
} from './reveal.type.js';

const payload = async (
  context: Context,
  { mark, answer }: Written<KeptRequest>,
): Promise<RevealRequestPayload> => ({ mark, request: await getRevealRequest(context, answer.id) });

/** One member of a household; null when it has left the household since. */
const memberOf = async (context: Context, householdId: string, id: string | null | undefined) =>
  (id && (await membersOf(context, householdId)).find((member) => member.id === id)) || null;

@Resolver(() => RevealRequestType)
export class RevealRequestResolver {
  @Under('household.reveal')
  @Mutation(() => RevealPayload, {
    description:
      'Shows one masked value in full, for a purpose. Each reveal, also a refused one, is an entry of the ledger. 30 an hour and 200 a day (real time) without approval. Errors: FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, INVALID_TEXT, APPROVAL_REQUIRED, RATE_LIMITED (with retryAfterMs), MFA_REQUIRED, IDEMPOTENCY_KEY_REUSED (also ten minutes after the first answer), AUDIT_UNAVAILABLE.',
  })
  async revealPersonalData(
    @Arg('input', () => RevealPersonalDataInput) input: RevealPersonalDataInput,
    @Ctx() context: Context,
  ): Promise<RevealPayload> {
    const { mark, answer } = await revealPersonalData(context, input);
    const { householdId, memberId } = answer;
    return { mark, value: await openRevealed(context, answer), householdId, memberId };
  }

  @Under('household.reveal')
  @Mutation(() => RevealRequestPayload, {
    description:
      'Asks for a second person\u2019s yes to one reveal. Errors: FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, INVALID_TEXT, MFA_REQUIRED.',
  })
  async requestReveal(
    @Arg('input', () => RequestRevealInput) input: RequestRevealInput,
    @Ctx() context: Context,
  ): Promise<RevealRequestPayload> {
    return payload(context, await requestReveal(context, input));
  }

  @Under('household.approveReveal')
  @Mutation(() => RevealRequestPayload, {
    description:
      'Approves or refuses another person\u2019s request. Errors: FORBIDDEN (also for your own), NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED (decided or expired already), INVALID_TEXT, MFA_REQUIRED.',
  })
  async decideReveal(
    @Arg('input', () => DecideRevealInput) input: DecideRevealInput,
    @Ctx() context: Context,
  ): Promise<RevealRequestPayload> {
    return payload(context, await decideReveal(context, input));
  }

  @Under('household.read')
  @Query(() => RevealRequestConnection, {
    description:
      'Requests in a region, newest first: those you may decide on, and your own. Errors: FORBIDDEN, NOT_FOUND, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async revealRequests(
    @Args(() => RevealRequestsArgs) { within, filter, ...page }: RevealRequestsArgs,
    @Ctx() context: Context,
  ) {
    return connect(RevealRequestConnection, await revealRequestsWithin(context, within, filter ?? {}, page));
  }

  @Under('household.read')
  @Query(() => HouseholdType, {
    description:
      'The household of the person with exactly this ID number. Each search is an entry of the ledger. Errors: FORBIDDEN, INVALID_ID_NUMBER, NOT_FOUND (absent or out of scope), AUDIT_UNAVAILABLE.',
  })
  householdOfPerson(
    @Arg('idNumber', () => String, { description: '18 characters by GB 11643. Else INVALID_ID_NUMBER.' })
    idNumber: string,
    @Ctx() context: Context,
  ): Promise<HouseholdType> {
    return householdOfPerson(context, idNumber);
  }

  @FieldResolver(() => RevealStatusEnum, { description: 'Where it stands now.' })
  status(@Root() request: RevealRequestType, @Ctx() { clock }: Context): RevealStatus {
    return statusAt(request as RevealRequest, clock.real());
  }

  @FieldResolver(() => HouseholdType, { description: 'Whose value it is, or the household of whose member.' })
  household(@Root() request: RevealRequestType, @Ctx() context: Context): Promise<HouseholdType> {
    return getHousehold(context, request.householdId);
  }

  @FieldResolver(() => HouseholdMemberType, {
    nullable: true,
    description: 'Whose value it is; null for the household\u2019s, and for a member who has left it since.',
  })
  member(@Root() request: RevealRequestType, @Ctx() context: Context): Promise<HouseholdMemberType | null> {
    return memberOf(context, request.householdId, request.memberId);
  }

  @Under('SIGNED_IN')
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who asks.' })
  askedBy(@Root() request: RevealRequestType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, request.askedById);
  }

  @Under('SIGNED_IN')
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who decided; null while nobody has.' })
  async decidedBy(@Root() request: RevealRequestType, @Ctx() context: Context): Promise<AccountType | null> {
    return request.decidedById ? findAccount(context, request.decidedById) : null;
  }
}

@Resolver(() => RevealPayload)
export class RevealPayloadResolver {
  @Under('household.read')
  @FieldResolver(() => HouseholdType, { description: 'The household, masked as always.' })
  household(@Root() { householdId }: RevealPayload, @Ctx() context: Context): Promise<HouseholdType> {
    return getHousehold(context, householdId);
  }

  @Under('household.read')
  @FieldResolver(() => HouseholdMemberType, {
    nullable: true,
    description: 'The member, masked as always; null for a value of the household.',
  })
  member(
    @Root() { householdId, memberId }: RevealPayload,
    @Ctx() context: Context,
  ): Promise<HouseholdMemberType | null> {
    return memberOf(context, householdId, memberId);
  }
}
