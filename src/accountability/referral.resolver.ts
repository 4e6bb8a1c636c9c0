import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Written } from '../db/write.js';
import { WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { AboutType } from '../http/subject.type.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { closeReferral, noteReferral, referMatter } from './referral.actions.js';
import type { ReferralStatus } from './referral.entity.js';
import { getReferral, notesOf, referralsWithin } from './referral.queries.js';
import {
  CloseReferralInput,
  NoteReferralInput,
  ReferMatterInput,
  ReferralConnection,
  ReferralNoteType,
  ReferralPayload,
  ReferralStatusEnum,
  ReferralType,
} from './referral.type.js';

@ArgsType()
class ReferralsArgs extends WithinArgsType {
  @Field(() => [ReferralStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  status?: ReferralStatus[] | null;
}

const payload = ({ mark, answer }: Written<ReferralType>): ReferralPayload => ({ mark, referral: answer });

@Resolver(() => ReferralType)
export class ReferralResolver {
  @Under('discipline.refer')
  @Query(() => ReferralConnection, {
    description:
      'Referrals in a region, newest first: all to its discipline inspectors, to anybody else their own. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async referrals(
    @Args(() => ReferralsArgs) { within, status, ...page }: ReferralsArgs,
    @Ctx() context: Context,
  ) {
    return connect(ReferralConnection, await referralsWithin(context, within, status ?? null, page));
  }

  @Under('discipline.refer')
  @Query(() => ReferralType, {
    description:
      'One referral. Errors: FORBIDDEN, NOT_FOUND (absent, out of scope, or not yours to know of).',
  })
  referral(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<ReferralType> {
    return getReferral(context, id);
  }

  @Under('discipline.refer')
  @Mutation(() => ReferralPayload, {
    description:
      'Refers a matter of discipline; its region\u2019s discipline inspectors are told at once, and nobody else. Errors: FORBIDDEN, NOT_FOUND (region outside your grants, or no such thing in it), INVALID_TEXT.',
  })
  async referMatter(@Arg('input', () => ReferMatterInput) input: ReferMatterInput, @Ctx() context: Context) {
    return payload(await referMatter(context, input));
  }

  @Under('discipline.handle')
  @Mutation(() => ReferralPayload, {
    description:
      'Puts a note into a case; with the first one it is under review. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED (closed), INVALID_TEXT.',
  })
  async noteReferral(
    @Arg('input', () => NoteReferralInput) input: NoteReferralInput,
    @Ctx() context: Context,
  ) {
    return payload(await noteReferral(context, input));
  }

  @Under('discipline.handle')
  @Mutation(() => ReferralPayload, {
    description:
      'Says what came of a referral. Errors: FORBIDDEN (also: you referred it), NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED (closed), INVALID_TEXT.',
  })
  async closeReferral(
    @Arg('input', () => CloseReferralInput) input: CloseReferralInput,
    @Ctx() context: Context,
  ) {
    return payload(await closeReferral(context, input));
  }

  @FieldResolver(() => RegionType, { description: 'Where it is.' })
  region(@Root() { regionCode }: ReferralType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }

  @FieldResolver(() => AboutType, {
    nullable: true,
    description: 'The thing that it is about; null: the place as such.',
  })
  subject(@Root() { subjectType, subjectId }: ReferralType): AboutType | null {
    return subjectType && subjectId ? { type: subjectType, id: subjectId } : null;
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who referred it.' })
  referredBy(@Root() { referredById }: ReferralType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, referredById);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who closed it.' })
  async closedBy(@Root() { closedById }: ReferralType, @Ctx() context: Context): Promise<AccountType | null> {
    return closedById ? findAccount(context, closedById) : null;
  }

  @FieldResolver(() => [ReferralNoteType], {
    nullable: true,
    description: 'The case notes, oldest first; null for whoever only referred it.',
  })
  notes(@Root() referral: ReferralType, @Ctx() context: Context): Promise<ReferralNoteType[] | null> {
    return notesOf(context, referral);
  }
}

@Resolver(() => ReferralNoteType)
export class ReferralNoteResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who wrote it.' })
  by(@Root() { byId }: ReferralNoteType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, byId);
  }
}
