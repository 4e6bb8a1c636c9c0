import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { readStandard } from '../standards/standard.queries.js';
import { VerdictItemType } from '../standards/verdict.type.js';
import { openTasksFromGaps } from './gap.actions.js';
import { taskForGap } from './gap.queries.js';
import { OpenTasksFromGapsInput, OpenTasksFromGapsPayload } from './gap.type.js';
import { TaskType } from './task.type.js';

@Resolver(() => VerdictItemType)
export class GapTaskResolver {
  @Under('task.create')
  @Mutation(() => OpenTasksFromGapsPayload, {
    description:
      'Opens a task for every gap that nobody has a task for, at most 2,000 at once. Errors: FORBIDDEN, NOT_FOUND, INVALID_DATE, BAD_USER_INPUT.',
  })
  async openTasksFromGaps(
    @Arg('input', () => OpenTasksFromGapsInput) input: OpenTasksFromGapsInput,
    @Ctx() context: Context,
  ): Promise<OpenTasksFromGapsPayload> {
    const { mark, answer } = await openTasksFromGaps(context, input);
    return { mark, ...answer, standard: await readStandard(context, input.standardId) };
  }

  @Under('task.read')
  @FieldResolver(() => TaskType, {
    nullable: true,
    description: 'The latest task for it that is not cancelled; its deadline says how many days are left.',
  })
  task(@Root() item: VerdictItemType, @Ctx() context: Context): Promise<TaskType | null> {
    return taskForGap(context, item);
  }
}
