import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Written } from '../db/write.js';
import { PageArgsType, WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { inLocale, LocaleArgsType } from '../http/locale.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { TaskConnection } from '../tasks/task.type.js';
import { assignInspectors } from './crew.actions.js';
import { allowedTransitions, inspectorsOf, villagesOf } from './crew.queries.js';
import { changeInspectionStatus, createInspection } from './inspection.actions.js';
import type { InspectionStatus } from './inspection.entity.js';
import { getInspection, historyOf, inspectionsWithin, tasksOf, workListOf } from './inspection.queries.js';
import {
  AssignInspectorsInput,
  ChangeInspectionStatusInput,
  CreateInspectionInput,
  InspectionConnection,
  InspectionMoveType,
  InspectionPayload,
  InspectionStatusEnum,
  InspectionType,
} from './inspection.type.js';

const payload = ({ mark, answer }: Written<InspectionType>): InspectionPayload => ({
  mark,
  inspection: answer,
});

@Resolver(() => InspectionType)
export class InspectionResolver {
  @Under('inspection.read')
  @Query(() => InspectionConnection, {
    description:
      'Inspections that belong to a region or visit a village in it. Errors: FORBIDDEN, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async inspections(
    @Args(() => WithinArgsType) { within, ...page }: WithinArgsType,
    @Ctx() context: Context,
  ) {
    return connect(InspectionConnection, await inspectionsWithin(context, within, page));
  }

  @Under('inspection.read')
  @Query(() => InspectionType, { description: 'One inspection. Errors: NOT_FOUND (absent or not for you).' })
  inspection(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<InspectionType> {
    return getInspection(context, id);
  }

  @Under('SIGNED_IN')
  @Query(() => [InspectionType], {
    description: 'What you are to inspect today: assigned to you, not yet submitted, its days include today.',
  })
  workList(@Ctx() context: Context): Promise<InspectionType[]> {
    return workListOf(context);
  }

  @Under('inspection.create')
  @Mutation(() => InspectionPayload, {
    description:
      'Plans an inspection. Errors: FORBIDDEN, NOT_FOUND, BAD_USER_INPUT, INVALID_REGION_CODE (no village), INVALID_DATE, INVALID_TEXT.',
  })
  async createInspection(
    @Arg('input', () => CreateInspectionInput) input: CreateInspectionInput,
    @Ctx() context: Context,
  ) {
    return payload(await createInspection(context, input));
  }

  @Under('inspection.assign')
  @Mutation(() => InspectionPayload, {
    description:
      'Adds inspectors. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, BAD_USER_INPUT.',
  })
  async assignInspectors(
    @Arg('input', () => AssignInspectorsInput) input: AssignInspectorsInput,
    @Ctx() context: Context,
  ) {
    return payload(await assignInspectors(context, input));
  }

  @Under('inspection.changeStatus')
  @Mutation(() => InspectionPayload, {
    description:
      'Moves an inspection. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT.',
  })
  async changeInspectionStatus(
    @Arg('input', () => ChangeInspectionStatusInput) input: ChangeInspectionStatusInput,
    @Ctx() context: Context,
  ) {
    return payload(await changeInspectionStatus(context, input));
  }

  @FieldResolver(() => String, { description: 'Its title.' })
  title(@Root() inspection: InspectionType, @Args(() => LocaleArgsType) { locale }: LocaleArgsType): string {
    return inLocale({ zh: inspection.titleZh, en: inspection.titleEn ?? undefined }, locale);
  }

  @FieldResolver(() => RegionType, { description: 'The smallest region that contains all its villages.' })
  region(@Root() inspection: InspectionType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, inspection.regionCode);
  }

  @FieldResolver(() => [RegionType], { description: 'The villages it visits, by code; at most 100.' })
  async villages(@Root() inspection: InspectionType, @Ctx() context: Context): Promise<RegionType[]> {
    const codes = await villagesOf(context, inspection.id);
    return Promise.all(codes.map((code) => getRegion(context, code)));
  }

  @FieldResolver(() => [AccountType], { description: 'Who carries it out; at most 20.' })
  async inspectors(@Root() inspection: InspectionType, @Ctx() context: Context): Promise<AccountType[]> {
    const ids = await inspectorsOf(context, inspection.id);
    const accounts = await Promise.all(ids.map((id) => findAccount(context, id)));
    return accounts.filter((account) => account !== null);
  }

  @Under('task.read')
  @FieldResolver(() => TaskConnection, { description: 'The tasks of its villages that you may read.' })
  async tasks(
    @Root() inspection: InspectionType,
    @Args(() => PageArgsType) page: PageArgsType,
    @Ctx() context: Context,
  ) {
    return connect(TaskConnection, await tasksOf(context, inspection.id, page));
  }

  @FieldResolver(() => [InspectionStatusEnum], { description: 'The moves that you may make now.' })
  allowedTransitions(
    @Root() inspection: InspectionType,
    @Ctx() context: Context,
  ): Promise<InspectionStatus[]> {
    return allowedTransitions(context, inspection);
  }

  @FieldResolver(() => [InspectionMoveType], { description: 'Every move, oldest first.' })
  async history(@Root() inspection: InspectionType, @Ctx() context: Context): Promise<InspectionMoveType[]> {
    const moves = await historyOf(context, inspection.id);
    return moves.map((move) => Object.assign(new InspectionMoveType(), move));
  }
}

@Resolver(() => InspectionMoveType)
export class InspectionMoveResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who moved it.' })
  async by(@Root() move: InspectionMoveType, @Ctx() context: Context): Promise<AccountType | null> {
    return move.byId ? findAccount(context, move.byId) : null;
  }
}

@Resolver(() => RegionType)
export class RegionInspectionsResolver {
  @Under('inspection.read')
  @FieldResolver(() => InspectionConnection, {
    // Null, so that a region outside your grants can still be read without them.
    nullable: true,
    description: 'Inspections that belong to the region or visit a village in it. Errors: as `inspections`.',
  })
  async inspections(
    @Root() region: RegionType,
    @Args(() => PageArgsType) page: PageArgsType,
    @Ctx() context: Context,
  ) {
    return connect(InspectionConnection, await inspectionsWithin(context, region.code, page));
  }
}
