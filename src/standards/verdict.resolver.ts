import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Under } from '../auth/right.js';
import { PageArgsType, WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { RegionCode } from '../http/scalars.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { readStandard, standardOf } from './standard.queries.js';
import { ExitStandardType } from './standard.type.js';
import {
  getVerdict,
  itemsOfVerdict,
  tryStandard,
  type Verified,
  verdictHistory,
  verdictsWithin,
  verifyVerdict,
} from './standing.queries.js';
import { runVerdicts } from './verdict.actions.js';
import {
  GiveVerdictsInput,
  GiveVerdictsPayload,
  StandardTrialType,
  VerdictConnection,
  VerdictItemType,
  VerdictType,
  VerifiedVerdictType,
} from './verdict.type.js';

@ArgsType()
class VerdictsArgs extends WithinArgsType {
  @Field(() => ID, { description: 'By which standard.' })
  standardId!: string;

  @Field(() => Boolean, { nullable: true, description: 'Only villages that pass, or do not.' })
  met?: boolean | null;
}

@ArgsType()
class HistoryArgs extends PageArgsType {
  @Field(() => RegionCode, { description: 'Which village.' })
  region!: string;
}

@ArgsType()
class TryArgs {
  @Field(() => RegionCode, { description: 'Where; it must lie inside one of your grants, else FORBIDDEN.' })
  within!: string;

  @Field(() => ID, { description: 'Which standard; a draft, or any other.' })
  standardId!: string;

  @Field(() => Boolean, { nullable: true, description: 'List only villages that would pass, or would not.' })
  met?: boolean | null;

  @Field(() => Int, { description: 'How many to list, 1 to 100. Else INVALID_PAGE_SIZE.' })
  first!: number;

  @Field(() => RegionCode, { nullable: true, description: 'List on after this village.' })
  afterVillage?: string | null;
}

@Resolver(() => VerdictType)
export class VerdictResolver {
  @Under('verdict.read')
  @Query(() => VerdictConnection, {
    description:
      'The latest verdicts of a standard in a region, by village. Errors: FORBIDDEN, NOT_FOUND, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async verdicts(
    @Args(() => VerdictsArgs) { within, standardId, met, ...page }: VerdictsArgs,
    @Ctx() context: Context,
  ) {
    return connect(VerdictConnection, await verdictsWithin(context, within, { standardId, met }, page));
  }

  @Under('verdict.read')
  @Query(() => VerdictConnection, {
    description:
      'Every verdict there was of a village, newest first. Errors: FORBIDDEN, NOT_FOUND, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async verdictHistory(@Args(() => HistoryArgs) { region, ...page }: HistoryArgs, @Ctx() context: Context) {
    return connect(VerdictConnection, await verdictHistory(context, region, page));
  }

  @Under('verdict.read')
  @Query(() => VerdictType, {
    description: 'One verdict. Errors: FORBIDDEN, NOT_FOUND (absent or out of scope).',
  })
  verdict(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<VerdictType> {
    return getVerdict(context, id);
  }

  @Under('verdict.read')
  @Query(() => VerifiedVerdictType, {
    description:
      'Reckons a verdict again from what it kept, byte for byte. Errors: FORBIDDEN, NOT_FOUND (absent or out of scope).',
  })
  verifyVerdict(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<Verified> {
    return verifyVerdict(context, id);
  }

  @Under('verdict.give')
  @Query(() => StandardTrialType, {
    description:
      'Who would pass by a standard now, before it is adopted; writes nothing. Errors: FORBIDDEN, NOT_FOUND, BAD_USER_INPUT (not for villages), INVALID_PAGE_SIZE.',
  })
  tryStandard(
    @Args(() => TryArgs) { afterVillage, ...asked }: TryArgs,
    @Ctx() context: Context,
  ): Promise<StandardTrialType> {
    return tryStandard(context, { ...asked, after: afterVillage });
  }

  @Under('verdict.give')
  @Mutation(() => GiveVerdictsPayload, {
    description:
      'Holds an adopted standard against every poor village of a region. Errors: FORBIDDEN, NOT_FOUND, TRANSITION_NOT_ALLOWED (a draft), BAD_USER_INPUT (not for villages).',
  })
  async giveVerdicts(
    @Arg('input', () => GiveVerdictsInput) input: GiveVerdictsInput,
    @Ctx() context: Context,
  ): Promise<GiveVerdictsPayload> {
    const { mark, answer } = await runVerdicts(context, input);
    return { mark, ...answer, standard: await readStandard(context, input.standardId) };
  }

  @FieldResolver(() => RegionType, { description: 'Which village.' })
  region(@Root() { regionCode }: VerdictType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }

  @FieldResolver(() => ExitStandardType, { description: 'By which standard.' })
  standard(@Root() { standardId }: VerdictType, @Ctx() context: Context): Promise<ExitStandardType> {
    return standardOf(context, standardId);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who had it given.' })
  by(@Root() { byId }: VerdictType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, byId);
  }

  @FieldResolver(() => [VerdictItemType], {
    description:
      'Item by item, in the order of the standard; empty for one that was superseded, see its outcome.',
  })
  items(@Root() { id }: VerdictType, @Ctx() context: Context): Promise<VerdictItemType[]> {
    return itemsOfVerdict(context, id);
  }
}
