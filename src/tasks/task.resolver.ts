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
import { inLocale, LocaleArgsType } from '../http/locale.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { findItem } from '../standards/standard.queries.js';
import { StandardItemType } from '../standards/standard.type.js';
import { assignTask, changeTaskDeadline, changeTaskStatus } from './task.actions.js';
import { scheduleOf, type TaskSchedule, type TaskStatus } from './task.entity.js';
import { allowedTransitions, deadlineHistoryOf, getTask, historyOf, tasksWithin } from './task.queries.js';
import {
  AssignTaskInput,
  ChangeTaskDeadlineInput,
  ChangeTaskStatusInput,
  TaskConnection,
  TaskDeadlineMoveType,
  TaskFilter,
  TaskMoveType,
  TaskPayload,
  TaskScheduleEnum,
  TaskStatusEnum,
  TaskType,
} from './task.type.js';

@ArgsType()
class TasksArgs extends WithinArgsType {
  @Field(() => TaskFilter, { nullable: true, description: 'Which of them.' })
  filter?: TaskFilter | null;
}

/** A copy: a second change of the task in the same request meets the same entity, and has a history of its own. */
const payload = ({ mark, answer }: Written<TaskType>): TaskPayload => ({ mark, task: answer });

@Resolver(() => TaskType)
export class TaskResolver {
  @Under('task.read')
  @Query(() => TaskConnection, {
    description:
      'Tasks in a region. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async tasks(@Args(() => TasksArgs) { within, filter, ...page }: TasksArgs, @Ctx() context: Context) {
    return connect(TaskConnection, await tasksWithin(context, within, filter ?? {}, page));
  }

  @Under('task.read')
  @Query(() => TaskType, { description: 'One task. Errors: NOT_FOUND (absent or out of scope).' })
  task(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<TaskType> {
    return getTask(context, id);
  }

  @Under('task.changeStatus')
  @Mutation(() => TaskPayload, {
    description:
      'Moves a task. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT.',
  })
  async changeTaskStatus(
    @Arg('input', () => ChangeTaskStatusInput) input: ChangeTaskStatusInput,
    @Ctx() context: Context,
  ) {
    return payload(await changeTaskStatus(context, input));
  }

  @Under('task.changeDeadline')
  @Mutation(() => TaskPayload, {
    description:
      'Moves a deadline. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_DATE, INVALID_TEXT.',
  })
  async changeTaskDeadline(
    @Arg('input', () => ChangeTaskDeadlineInput) input: ChangeTaskDeadlineInput,
    @Ctx() context: Context,
  ) {
    return payload(await changeTaskDeadline(context, input));
  }

  @Under('task.assign')
  @Mutation(() => TaskPayload, {
    description:
      'Names who answers for a task. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, BAD_USER_INPUT.',
  })
  async assignTask(@Arg('input', () => AssignTaskInput) input: AssignTaskInput, @Ctx() context: Context) {
    return payload(await assignTask(context, input));
  }

  @FieldResolver(() => String, { description: 'What is to be done.' })
  title(@Root() task: TaskType, @Args(() => LocaleArgsType) { locale }: LocaleArgsType): string {
    return inLocale({ zh: task.titleZh, en: task.titleEn ?? undefined }, locale);
  }

  @FieldResolver(() => TaskScheduleEnum, { description: 'How it stands against its deadline now.' })
  schedule(@Root() task: TaskType, @Ctx() context: Context): TaskSchedule {
    return scheduleOf(task.status, task.dueAt, context.now);
  }

  @FieldResolver(() => RegionType, { description: 'Where.' })
  region(@Root() task: TaskType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, task.regionCode);
  }

  @FieldResolver(() => StandardItemType, {
    nullable: true,
    description: 'The item of the exit standard it comes from.',
  })
  async standardItem(@Root() task: TaskType, @Ctx() context: Context): Promise<StandardItemType | null> {
    return task.standardItemId ? findItem(context, task.standardItemId) : null;
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who answers for it.' })
  async responsible(@Root() task: TaskType, @Ctx() context: Context): Promise<AccountType | null> {
    return task.responsibleId ? findAccount(context, task.responsibleId) : null;
  }

  @FieldResolver(() => [TaskStatusEnum], { description: 'The moves that you may make now.' })
  allowedTransitions(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskStatus[]> {
    return allowedTransitions(context, task);
  }

  @FieldResolver(() => [TaskMoveType], { description: 'Every move, oldest first.' })
  async history(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskMoveType[]> {
    const moves = await historyOf(context, task.id);
    return moves.map((move) => Object.assign(new TaskMoveType(), move));
  }

  @FieldResolver(() => [TaskDeadlineMoveType], { description: 'Every change of the deadline, oldest first.' })
  async deadlineHistory(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskDeadlineMoveType[]> {
    const moves = await deadlineHistoryOf(context, task.id);
    return moves.map((move) => Object.assign(new TaskDeadlineMoveType(), move));
  }
}

@Resolver(() => TaskMoveType)
export class TaskMoveResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who moved it.' })
  by(@Root() move: TaskMoveType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, move.byId);
  }
}

@Resolver(() => TaskDeadlineMoveType)
export class TaskDeadlineMoveResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who changed it.' })
  by(@Root() move: TaskDeadlineMoveType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, move.byId);
  }
}
