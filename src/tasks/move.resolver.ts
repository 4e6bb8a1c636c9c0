import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { changeTaskStatus, changeTaskStatuses } from './move.actions.js';
import { allowedTransitions } from './move.queries.js';
import { ChangeTaskStatusesInput, ChangeTaskStatusInput, TaskMoveType } from './move.type.js';
import { historyOf } from './record.queries.js';
import type { TaskStatus } from './task.entity.js';
import { TaskPayload, TaskStatusEnum, TasksPayload, TaskType, taskPayload } from './task.type.js';

const countOf = async (context: Context, { id }: TaskType, to: TaskStatus): Promise<number> =>
  (await historyOf(context, id)).filter(({ toStatus }) => toStatus === to).length;

@Resolver(() => TaskType)
export class TaskMovesResolver {
  @Under('task.changeStatus')
  @Mutation(() => TaskPayload, {
    description:
      'Moves a task; cancelled, it takes its open parts with it. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED (with `unmetParts` where parts are open), INVALID_TEXT.',
  })
  async changeTaskStatus(
    @Arg('input', () => ChangeTaskStatusInput) input: ChangeTaskStatusInput,
    @Ctx() context: Context,
  ) {
    return taskPayload(await changeTaskStatus(context, input));
  }

  @Under('task.changeStatus')
  @Mutation(() => TasksPayload, {
    description:
      'Moves many tasks: all of them or none. Errors, with the `index` of the first that fails: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT, BAD_USER_INPUT.',
  })
  async changeTaskStatuses(
    @Arg('input', () => ChangeTaskStatusesInput) input: ChangeTaskStatusesInput,
    @Ctx() context: Context,
  ): Promise<TasksPayload> {
    const { mark, answer } = await changeTaskStatuses(context, input);
    return { mark, tasks: answer.tasks };
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

  @FieldResolver(() => Int, { description: 'How often it was sent back.' })
  returns(@Root() task: TaskType, @Ctx() context: Context): Promise<number> {
    return countOf(context, task, 'RETURNED');
  }

  @FieldResolver(() => Int, { description: 'How often it was found unmet after it was confirmed.' })
  reopenings(@Root() task: TaskType, @Ctx() context: Context): Promise<number> {
    return countOf(context, task, 'REOPENED');
  }
}

@Resolver(() => TaskMoveType)
export class TaskMoveResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who moved it.' })
  by(@Root() move: TaskMoveType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, move.byId);
  }
}
