import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../http/context.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { TaskType } from './task.type.js';
import { timelineOf } from './timeline.queries.js';
import { TimelineEntryType } from './timeline.type.js';

@Resolver(() => TaskType)
export class TaskTimelineResolver {
  @FieldResolver(() => [TimelineEntryType], { description: 'Everything that happened to it, oldest first.' })
  timeline(@Root() task: TaskType, @Ctx() context: Context): Promise<TimelineEntryType[]> {
    return timelineOf(context, task);
  }
}

@Resolver(() => TimelineEntryType)
export class TimelineEntryResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who did it; null for the house itself.' })
  async by(@Root() entry: TimelineEntryType, @Ctx() context: Context): Promise<AccountType | null> {
    return entry.byId ? findAccount(context, entry.byId) : null;
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who was named, or is no longer.' })
  async account(@Root() entry: TimelineEntryType, @Ctx() context: Context): Promise<AccountType | null> {
    return entry.accountId ? findAccount(context, entry.accountId) : null;
  }
}
