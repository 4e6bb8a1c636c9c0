import { Arg, Ctx, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { reportProgress } from './progress.actions.js';
import { expectedPercent, percentOf } from './progress.entity.js';
import { ReportProgressInput, TaskProgressReportType } from './progress.type.js';
import { progressOf } from './record.queries.js';
import { rollUpOf } from './subtask.queries.js';
import { TaskPayload, TaskType, taskPayload } from './task.type.js';

@Resolver(() => TaskType)
export class TaskProgressResolver {
  @Under('task.answerFor')
  @Mutation(() => TaskPayload, {
    description:
      'Reports progress: by the village team, who answers for the task, or who assists. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_AMOUNT, INVALID_TEXT.',
  })
  async reportProgress(
    @Arg('input', () => ReportProgressInput) input: ReportProgressInput,
    @Ctx() context: Context,
  ) {
    return taskPayload(await reportProgress(context, input));
  }

  @FieldResolver(() => Int, {
    description:
      'Per cent: what its parts come to by their weights, else what was last reported; 100 when it is met.',
  })
  async progress(@Root() task: TaskType, @Ctx() context: Context): Promise<number> {
    const parts = await rollUpOf(context, task.id);
    const reported = (await progressOf(context, task.id)).at(-1)?.percent ?? null;
    return percentOf(task.status, parts?.percent ?? reported);
  }

  @FieldResolver(() => Int, {
    description:
      'Per cent of the time from creation to deadline that has passed: how far it should have come.',
  })
  expectedProgress(@Root() task: TaskType, @Ctx() context: Context): number {
    return expectedPercent(task.createdAt, task.dueAt, context.now);
  }

  @FieldResolver(() => [TaskProgressReportType], { description: 'Every report, oldest first.' })
  progressReports(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskProgressReportType[]> {
    return progressOf(context, task.id);
  }
}

@Resolver(() => TaskProgressReportType)
export class TaskProgressReportResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who said it.' })
  by(@Root() report: TaskProgressReportType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, report.byId);
  }
}
