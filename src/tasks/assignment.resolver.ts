import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { assignTask, assignTasks, setAssistingUnits } from './assignment.actions.js';
import {
  AssignTaskInput,
  AssignTasksInput,
  SetAssistingUnitsInput,
  SignReceiptInput,
  TaskReceiptType,
} from './assignment.type.js';
import { signReceipt } from './receipt.actions.js';
import { isLate } from './receipt.entity.js';
import { assistingOf, receiptsOf } from './record.queries.js';
import { TaskPayload, TasksPayload, TaskType, taskPayload } from './task.type.js';

@Resolver(() => TaskType)
export class TaskAssignmentResolver {
  @Under('task.assign')
  @Mutation(() => TaskPayload, {
    description:
      'Names who answers for a task; the 24 hours of the receipt begin. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, BAD_USER_INPUT.',
  })
  async assignTask(@Arg('input', () => AssignTaskInput) input: AssignTaskInput, @Ctx() context: Context) {
    return taskPayload(await assignTask(context, input));
  }

  @Under('task.assign')
  @Mutation(() => TasksPayload, {
    description:
      'Names who answers for many tasks: all of them or none. Errors, with the `index` of the first that fails: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, BAD_USER_INPUT.',
  })
  async assignTasks(
    @Arg('input', () => AssignTasksInput) input: AssignTasksInput,
    @Ctx() context: Context,
  ): Promise<TasksPayload> {
    const { mark, answer } = await assignTasks(context, input);
    return { mark, tasks: answer.tasks };
  }

  @Under('task.assign')
  @Mutation(() => TaskPayload, {
    description:
      'Says which units assist. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, BAD_USER_INPUT (with `index`).',
  })
  async setAssistingUnits(
    @Arg('input', () => SetAssistingUnitsInput) input: SetAssistingUnitsInput,
    @Ctx() context: Context,
  ) {
    return taskPayload(await setAssistingUnits(context, input));
  }

  @Under('task.answerFor')
  @Mutation(() => TaskPayload, {
    description:
      'Signs for a task; too late is still signed, and says so. Errors: FORBIDDEN (another answers for it), NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED.',
  })
  async signReceipt(@Arg('input', () => SignReceiptInput) input: SignReceiptInput, @Ctx() context: Context) {
    return taskPayload(await signReceipt(context, input));
  }

  @FieldResolver(() => TaskReceiptType, {
    nullable: true,
    description: 'The receipt of the latest assignment; null for a task that nobody was named for.',
  })
  async receipt(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskReceiptType | null> {
    const latest = (await receiptsOf(context, task.id)).at(-1);
    return latest ? { ...latest, signedAt: latest.signedAt ?? null, endedAt: latest.endedAt ?? null } : null;
  }

  @FieldResolver(() => [AccountType], {
    description: 'The units that assist now, in the order they were named.',
  })
  async assisting(@Root() task: TaskType, @Ctx() context: Context): Promise<AccountType[]> {
    const now = (await assistingOf(context, task.id)).filter(({ endedAt }) => !endedAt);
    const accounts = await Promise.all(now.map(({ assistingId }) => findAccount(context, assistingId)));
    return accounts.filter((account) => account !== null);
  }
}

@Resolver(() => TaskReceiptType)
export class TaskReceiptResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who was named.' })
  responsible(@Root() receipt: TaskReceiptType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, receipt.responsibleId);
  }

  @FieldResolver(() => Boolean, { description: 'Signed after its time, or not signed and its time is over.' })
  late(@Root() receipt: TaskReceiptType, @Ctx() context: Context): boolean {
    return isLate(receipt, context.now);
  }
}
