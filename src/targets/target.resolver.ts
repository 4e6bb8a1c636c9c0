import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Under } from '../auth/right.js';
import { notFound } from '../errors.js';
import { PageArgsType, WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { RegionCode } from '../http/scalars.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionConnection, RegionType } from '../regions/region.type.js';
import { decideAdjustment, requestAdjustment } from './adjustment.actions.js';
import { draftTargets } from './target.actions.js';
import type { AdjustmentStatus } from './target.entity.js';
import { adjustmentsWithin, readTargets, type TargetsView, villagesOf } from './target.queries.js';
import {
  AdjustmentStatusEnum,
  DecideAdjustmentInput,
  DraftTargetsInput,
  RequestAdjustmentInput,
  TargetAdjustmentConnection,
  TargetAdjustmentPayload,
  TargetAdjustmentType,
  TargetLineType,
  TargetsPayload,
  TargetsType,
} from './target.type.js';

const shown = ({ lines, ...plan }: TargetsView): TargetsType => ({
  ...plan,
  lines: lines.map((line) => ({ ...line, planId: plan.id })),
});

@ArgsType()
class AdjustmentsArgs extends WithinArgsType {
  @Field(() => [AdjustmentStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  status?: AdjustmentStatus[] | null;
}

@Resolver(() => TargetsType)
export class TargetsResolver {
  @Under('target.read')
  @Query(() => TargetsType, {
    nullable: true,
    description:
      'The plan of a city for a year, or a county\u2019s part of it; null while nobody has drafted one. Errors: FORBIDDEN, NOT_FOUND, INVALID_REGION_CODE (neither city nor county).',
  })
  async targets(
    @Arg('region', () => RegionCode, { description: 'A city or a county inside one of your grants.' })
    region: string,
    @Arg('year', () => Int, { description: 'Which year.' }) year: number,
    @Ctx() context: Context,
  ): Promise<TargetsType | null> {
    const targets = await readTargets(context, region, year);
    return targets && shown(targets);
  }

  @Under('target.read')
  @Query(() => TargetAdjustmentConnection, {
    description:
      'What was asked to be changed of locked plans, oldest first. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async targetAdjustments(
    @Args(() => AdjustmentsArgs) { within, status, ...page }: AdjustmentsArgs,
    @Ctx() context: Context,
  ) {
    const adjustments = await adjustmentsWithin(context, within, status ?? null, page);
    return connect(TargetAdjustmentConnection, adjustments);
  }

  @Under('target.draft')
  @Mutation(() => TargetsPayload, {
    description:
      'Drafts the plan of a city for a year, the whole of it each time, until the day on which it is locked. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, INVALID_REGION_CODE (with the field), INVALID_DATE, INVALID_AMOUNT, BAD_USER_INPUT (no line), TRANSITION_NOT_ALLOWED (locked).',
  })
  async draftTargets(
    @Arg('input', () => DraftTargetsInput) input: DraftTargetsInput,
    @Ctx() context: Context,
  ): Promise<TargetsPayload> {
    const { mark, answer } = await draftTargets(context, input);
    const targets = await readTargets(context, answer.regionCode, answer.year);
    if (!targets) throw notFound('plan');
    return { mark, targets: shown(targets) };
  }

  @Under('target.adjust')
  @Mutation(() => TargetAdjustmentPayload, {
    description:
      'Asks for a change of a county\u2019s part of a locked plan. Errors: FORBIDDEN, NOT_FOUND, TRANSITION_NOT_ALLOWED (not locked, or a request is open), INVALID_REGION_CODE (with the field), INVALID_AMOUNT, INVALID_TEXT, BAD_USER_INPUT (it would change nothing).',
  })
  async requestAdjustment(
    @Arg('input', () => RequestAdjustmentInput) input: RequestAdjustmentInput,
    @Ctx() context: Context,
  ): Promise<TargetAdjustmentPayload> {
    const { mark, answer } = await requestAdjustment(context, input);
    return { mark, adjustment: answer };
  }

  @Under('target.approve')
  @Mutation(() => TargetAdjustmentPayload, {
    description:
      'Approves or refuses a request; never by who asked. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED (decided already), INVALID_REGION_CODE (not possible any more), INVALID_TEXT.',
  })
  async decideAdjustment(
    @Arg('input', () => DecideAdjustmentInput) input: DecideAdjustmentInput,
    @Ctx() context: Context,
  ): Promise<TargetAdjustmentPayload> {
    const { mark, answer } = await decideAdjustment(context, input);
    return { mark, adjustment: answer };
  }

  @FieldResolver(() => RegionType, { description: 'Whose plan.' })
  region(@Root() { regionCode }: TargetsType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }
}

@Resolver(() => TargetLineType)
export class TargetLineResolver {
  @FieldResolver(() => RegionType, { description: 'The county.' })
  region(@Root() { regionCode }: TargetLineType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }

  @FieldResolver(() => RegionConnection, {
    description: 'The villages that it names, by code. Errors: INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async namedVillages(
    @Root() { planId, regionCode }: TargetLineType,
    @Args(() => PageArgsType) page: PageArgsType,
    @Ctx() context: Context,
  ) {
    return connect(RegionConnection, await villagesOf(context, planId, regionCode, page));
  }
}

@Resolver(() => TargetAdjustmentType)
export class TargetAdjustmentResolver {
  @FieldResolver(() => RegionType, { description: 'The county.' })
  region(@Root() { regionCode }: TargetAdjustmentType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who asked.' })
  requestedBy(
    @Root() { requestedById }: TargetAdjustmentType,
    @Ctx() context: Context,
  ): Promise<AccountType | null> {
    return findAccount(context, requestedById);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who decided.' })
  async decidedBy(
    @Root() { decidedById }: TargetAdjustmentType,
    @Ctx() context: Context,
  ): Promise<AccountType | null> {
    return decidedById ? findAccount(context, decidedById) : null;
  }
}
