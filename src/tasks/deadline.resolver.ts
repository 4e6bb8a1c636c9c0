import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { DateTime } from '../http/scalars.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { changeTaskDeadline } from './deadline.actions.js';
import { ChangeTaskDeadlineInput, TaskDeadlineMoveType } from './deadline.type.js';
import { deadlineHistoryOf } from './record.queries.js';
import { TaskPayload, TaskType, taskPayload } from './task.type.js';

@Resolver(() => TaskType)
export class TaskDeadlineResolver {
  @Under('task.changeDeadline')
  @Mutation(() => TaskPayload, {
    description:
      'Moves a deadline to a date; a duration that ran until then is over. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_DATE, INVALID_TEXT.',
  })
  async changeTaskDeadline(
    @Arg('input', () => ChangeTaskDeadlineInput) input: ChangeTaskDeadlineInput,
    @Ctx() context: Context,
  ) {
    return taskPayload(await changeTaskDeadline(context, input));
  }

  @FieldResolver(() => [TaskDeadlineMoveType], { description: 'Every change of the deadline, oldest first.' })
  async deadlineHistory(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskDeadlineMoveType[]> {
    const moves = await deadlineHistoryOf(context, task.id);
    return moves.map((move) => Object.assign(new TaskDeadlineMoveType(), move));
  }

  @FieldResolver(() => DateTime, { description: 'The deadline that it had at first, campaign time.' })
  async firstDueAt(@Root() task: TaskType, @Ctx() context: Context): Promise<Date> {
    const [first] = await deadlineHistoryOf(context, task.id);
    return first?.fromAt ?? task.dueAt;
  }
}

@Resolver(() => TaskDeadlineMoveType)
export class TaskDeadlineMoveResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who changed it.' })
  by(@Root() move: TaskDeadlineMoveType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, move.byId);
  }
}
