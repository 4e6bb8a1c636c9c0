import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import { PageArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { breakDownTask } from './subtask.actions.js';
import { parentOf, partsOf, rollUpOf } from './subtask.queries.js';
import { BreakDownTaskInput, BreakDownTaskPayload, TaskRollUpType } from './subtask.type.js';
import { TaskConnection, TaskType } from './task.type.js';

@Resolver(() => TaskType)
export class SubtaskResolver {
  @Under('task.breakDown')
  @Mutation(() => BreakDownTaskPayload, {
    description:
      'Breaks a task down into parts for smaller regions: all of them or none. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, BAD_USER_INPUT; with the `index` of the part: INVALID_REGION_CODE, INVALID_DATE, INVALID_TEXT, NOT_FOUND.',
  })
  async breakDownTask(
    @Arg('input', () => BreakDownTaskInput) input: BreakDownTaskInput,
    @Ctx() context: Context,
  ): Promise<BreakDownTaskPayload> {
    const { mark, answer } = await breakDownTask(context, input);
    return { mark, task: answer.task, parts: answer.parts };
  }

  @FieldResolver(() => TaskType, {
    nullable: true,
    description: 'The task that it is a part of, if you may see that.',
  })
  parent(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskType | null> {
    return parentOf(context, task);
  }

  @FieldResolver(() => TaskConnection, {
    description: 'Its parts, by deadline. Errors: INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async parts(@Root() task: TaskType, @Args(() => PageArgsType) page: PageArgsType, @Ctx() context: Context) {
    return connect(TaskConnection, await partsOf(context, task.id, page));
  }

  @FieldResolver(() => TaskRollUpType, { nullable: true, description: 'Null for a task without parts.' })
  rollUp(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskRollUpType | null> {
    return rollUpOf(context, task.id);
  }
}
