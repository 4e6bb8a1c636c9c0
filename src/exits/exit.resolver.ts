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
import { rolesFor, signedIn } from '../auth/may.js';
import { Under } from '../auth/right.js';
import { scopeOf } from '../auth/scope.js';
import { scoped } from '../db/orm.js';
import type { Written } from '../db/write.js';
import { getHousehold } from '../households/household.queries.js';
import { HouseholdType } from '../households/household.type.js';
import { WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { getItem, itemsOf, standardOf } from '../standards/standard.queries.js';
import { ExitStandardType, StandardItemType } from '../standards/standard.type.js';
import { recordEvaluation } from './evaluation.actions.js';
import { RecordEvaluationInput } from './evaluation.type.js';
import { moveExit, openHouseholdExit, openRegionExit } from './exit.actions.js';
import type { Exit } from './exit.entity.js';
import { exitsWithin, getExit, householdOf, movesOfExit } from './exit.queries.js';
import { allowedExitMoves, type ExitStatus } from './exit.rules.js';
import {
  ExitConnection,
  ExitFilter,
  ExitItemType,
  ExitMoveType,
  ExitPayload,
  ExitStatusEnum,
  ExitType,
  MoveExitInput,
  OpenHouseholdExitInput,
  OpenRegionExitInput,
} from './exit.type.js';
import { findNotice } from './notice.queries.js';
import { PublicNoticeType } from './notice.type.js';
import { standingsOf } from './standing.queries.js';

@ArgsType()
class ExitsArgs extends WithinArgsType {
  @Field(() => ExitFilter, { nullable: true, description: 'Which of them.' })
  filter?: ExitFilter | null;
}

const payload = ({ mark, answer }: Written<Exit>): ExitPayload => ({ mark, exit: answer });

@Resolver(() => ExitType)
export class ExitResolver {
  @Under('exit.read')
  @Query(() => ExitConnection, {
    description:
      'Cases in a region. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async exits(@Args(() => ExitsArgs) { within, filter, ...page }: ExitsArgs, @Ctx() context: Context) {
    return connect(ExitConnection, await exitsWithin(context, within, filter ?? {}, page));
  }

  @Under('exit.read')
  @Query(() => ExitType, { description: 'One case. Errors: FORBIDDEN, NOT_FOUND (absent or out of scope).' })
  exit(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<ExitType> {
    return getExit(context, id);
  }

  @Under('exit.move')
  @Mutation(() => ExitPayload, {
    description:
      'Begins the exit of a household. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, BAD_USER_INPUT, INVALID_TEXT.',
  })
  async openHouseholdExit(
    @Arg('input', () => OpenHouseholdExitInput) input: OpenHouseholdExitInput,
    @Ctx() context: Context,
  ) {
    return payload(await openHouseholdExit(context, input));
  }

  @Under('exit.move')
  @Mutation(() => ExitPayload, {
    description:
      'Begins the exit of a village that is planned for this year, or a county\u2019s application. Errors: FORBIDDEN, NOT_FOUND, INVALID_REGION_CODE, TRANSITION_NOT_ALLOWED, BAD_USER_INPUT, INVALID_TEXT.',
  })
  async openRegionExit(
    @Arg('input', () => OpenRegionExitInput) input: OpenRegionExitInput,
    @Ctx() context: Context,
  ) {
    return payload(await openRegionExit(context, input));
  }

  @Under('exit.move')
  @Mutation(() => ExitPayload, {
    description:
      'Moves a case: its next step, back, or what was reached is revoked. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, INVALID_TEXT, TRANSITION_NOT_ALLOWED (with `allowed`; with `gate` STANDARD and `unmet`; with `gate` NOTICE and `endsAt`, `openObjections`, `upheld`), CALENDAR_MISSING.',
  })
  async moveExit(@Arg('input', () => MoveExitInput) input: MoveExitInput, @Ctx() context: Context) {
    return payload(await moveExit(context, input));
  }

  @Under('exit.evaluate')
  @Mutation(() => ExitPayload, {
    description:
      'Records the numbers of a county\u2019s evaluation, or replaces them. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_AMOUNT.',
  })
  async recordEvaluation(
    @Arg('input', () => RecordEvaluationInput) input: RecordEvaluationInput,
    @Ctx() context: Context,
  ) {
    return payload(await recordEvaluation(context, input));
  }

  @FieldResolver(() => RegionType, { description: 'Where, or what.' })
  region(@Root() { regionCode }: ExitType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }

  @Under('household.read')
  @FieldResolver(() => HouseholdType, { nullable: true, description: 'Which household; null for a place.' })
  async household(@Root() exit: ExitType, @Ctx() context: Context): Promise<HouseholdType | null> {
    const householdId = await householdOf(context, exit);
    return householdId ? getHousehold(context, householdId) : null;
  }

  @FieldResolver(() => ExitStandardType, { description: 'By which standard it is judged.' })
  standard(@Root() { standardId }: ExitType, @Ctx() context: Context): Promise<ExitStandardType> {
    return standardOf(context, standardId);
  }

  @FieldResolver(() => PublicNoticeType, {
    nullable: true,
    description: 'The notice on which it hangs or hung.',
  })
  async notice(@Root() { noticeId }: ExitType, @Ctx() context: Context): Promise<PublicNoticeType | null> {
    return noticeId ? findNotice(context, noticeId) : null;
  }

  @FieldResolver(() => [ExitMoveType], { description: 'Every move, oldest first.' })
  async moves(@Root() { id }: ExitType, @Ctx() context: Context): Promise<ExitMoveType[]> {
    return (await movesOfExit(context, id)).map((move) => Object.assign(new ExitMoveType(), move));
  }

  @FieldResolver(() => [ExitStatusEnum], {
    description: 'Where you may move it now; a standard or a notice may stand between.',
  })
  async allowedMoves(@Root() exit: ExitType, @Ctx() context: Context): Promise<ExitStatus[]> {
    const viewer = signedIn(context.asker);
    const roles = rolesFor(viewer, 'exit.move', exit.regionCode, context.now);
    return allowedExitMoves(exit, roles, viewer.accountId, await movesOfExit(context, exit.id));
  }

  @Under('household.read')
  @FieldResolver(() => [ExitItemType], {
    description:
      'How a household or a county stands to its standard now; empty for a village, see its verdicts.',
  })
  async items(@Root() exit: ExitType, @Ctx() context: Context): Promise<ExitItemType[]> {
    if (exit.kind === 'VILLAGE') return [];
    const items = await itemsOf(context, exit.standardId);
    const standing = await scoped(context.em, [scopeOf(exit.regionCode)], (em) =>
      standingsOf(em, exit, items, context.now),
    );
    return standing.map(({ item, state, value, shortfall }) => ({
      itemId: item.id,
      state,
      value: value && `${value.numerator}/${value.denominator}`,
      shortfall: shortfall === null ? null : String(shortfall),
    }));
  }
}

@Resolver(() => ExitItemType)
export class ExitItemResolver {
  @FieldResolver(() => StandardItemType, { description: 'Which item.' })
  item(@Root() { itemId }: ExitItemType, @Ctx() context: Context): Promise<StandardItemType> {
    return getItem(context, itemId);
  }
}

@Resolver(() => ExitMoveType)
export class ExitMoveResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who moved it.' })
  by(@Root() { byId }: ExitMoveType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, byId);
  }
}
