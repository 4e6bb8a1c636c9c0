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
import { createTask } from './task.actions.js';
import { isSuspended, scheduleOf, type TaskSchedule } from './task.entity.js';
import { getTask, tasksWithin } from './task.queries.js';
import {
  CreateTaskInput,
  TaskConnection,
  TaskFilter,
  TaskPayload,
  TaskScheduleEnum,
  TaskType,
  taskPayload,
} from './task.type.js';

@ArgsType()
class TasksArgs extends WithinArgsType {
  @Field(() => TaskFilter, { nullable: true, description: 'Which of them.' })
  filter?: TaskFilter | null;
}

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

  @Under('task.instruct')
  @Mutation(() => TaskPayload, {
    description:
      'Gives a task: an INSTRUCTION, or an ASSIGNMENT (not by a leader). Errors: FORBIDDEN, NOT_FOUND (place or account), INVALID_DATE, INVALID_TEXT, BAD_USER_INPUT.',
  })
  async createTask(@Arg('input', () => CreateTaskInput) input: CreateTaskInput, @Ctx() context: Context) {
    return taskPayload(await createTask(context, input));
  }

  @FieldResolver(() => String, { description: 'What is to be done.' })
  title(@Root() task: TaskType, @Args(() => LocaleArgsType) { locale }: LocaleArgsType): string {
    return inLocale({ zh: task.titleZh, en: task.titleEn ?? undefined }, locale);
  }

  @FieldResolver(() => TaskScheduleEnum, { description: 'How it stands against its deadline now.' })
  schedule(@Root() task: TaskType, @Ctx() context: Context): TaskSchedule {
    return scheduleOf(task.status, task.dueAt, context.now, isSuspended(task));
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
}
