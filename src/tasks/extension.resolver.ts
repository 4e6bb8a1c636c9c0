import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Int,
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
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { decideExtension, requestExtension } from './extension.actions.js';
import type { ExtensionStatus } from './extension.entity.js';
import { extensionsWithin } from './extension.queries.js';
import {
  DecideExtensionInput,
  ExtensionStatusEnum,
  RequestExtensionInput,
  TaskExtensionConnection,
  TaskExtensionPayload,
  TaskExtensionType,
} from './extension.type.js';
import { extensionsOf } from './record.queries.js';
import { getTask } from './task.queries.js';
import { TaskType } from './task.type.js';

@ArgsType()
class ExtensionsArgs extends WithinArgsType {
  @Field(() => [ExtensionStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  status?: ExtensionStatus[] | null;
}

const payload = ({ mark, answer }: Written<TaskExtensionType>): TaskExtensionPayload => ({
  mark,
  extension: answer,
});

@Resolver(() => TaskExtensionType)
export class ExtensionResolver {
  @Under('task.read')
  @Query(() => TaskExtensionConnection, {
    description:
      'Requests for more time in a region. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async extensionRequests(
    @Args(() => ExtensionsArgs) { within, status, ...page }: ExtensionsArgs,
    @Ctx() context: Context,
  ) {
    return connect(TaskExtensionConnection, await extensionsWithin(context, within, status ?? null, page));
  }

  @Under('task.answerFor')
  @Mutation(() => TaskExtensionPayload, {
    description:
      'Asks for more time: the village team, the township, or who answers for the task. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED (closed, or a request is open), INVALID_DATE, INVALID_TEXT.',
  })
  async requestExtension(
    @Arg('input', () => RequestExtensionInput) input: RequestExtensionInput,
    @Ctx() context: Context,
  ) {
    return payload(await requestExtension(context, input));
  }

  @Under('task.decideExtension')
  @Mutation(() => TaskExtensionPayload, {
    description:
      'Decides another\u2019s request; a yes moves the deadline, and the first one is kept. Errors: FORBIDDEN (your own), NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_DATE, INVALID_TEXT.',
  })
  async decideExtension(
    @Arg('input', () => DecideExtensionInput) input: DecideExtensionInput,
    @Ctx() context: Context,
  ) {
    return payload(await decideExtension(context, input));
  }

  @FieldResolver(() => TaskType, { description: 'For which task.' })
  task(@Root() extension: TaskExtensionType, @Ctx() context: Context): Promise<TaskType> {
    return getTask(context, extension.taskId);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who asked.' })
  requestedBy(@Root() extension: TaskExtensionType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, extension.requestedById);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who decided, or closed the task.' })
  async decidedBy(
    @Root() extension: TaskExtensionType,
    @Ctx() context: Context,
  ): Promise<AccountType | null> {
    return extension.decidedById ? findAccount(context, extension.decidedById) : null;
  }
}

@Resolver(() => TaskType)
export class TaskExtensionsResolver {
  @FieldResolver(() => [TaskExtensionType], { description: 'Every request for more time, oldest first.' })
  extensions(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskExtensionType[]> {
    return extensionsOf(context, task.id);
  }

  @FieldResolver(() => Int, { description: 'How often more time was granted on request.' })
  async extended(@Root() task: TaskType, @Ctx() context: Context): Promise<number> {
    return (await extensionsOf(context, task.id)).filter(({ status }) => status === 'APPROVED').length;
  }
}
