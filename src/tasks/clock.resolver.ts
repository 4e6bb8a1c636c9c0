import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import { DurationType } from '../calendars/calendar.type.js';
import type { Context } from '../http/context.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { resumeTaskClock, setTaskDuration, suspendTaskClock } from './clock.actions.js';
import { type DeadlineCourse, explainDeadline } from './clock.queries.js';
import {
  DeadlineExplanationType,
  SetTaskDurationInput,
  StopTaskClockInput,
  TaskSuspensionType,
} from './clock.type.js';
import { suspensionsOf } from './record.queries.js';
import { isSuspended } from './task.entity.js';
import { TaskPayload, TaskType, taskPayload } from './task.type.js';

const explanationOf = ({
  dueAt,
  clock,
  course,
  calendarRegion,
}: DeadlineCourse): DeadlineExplanationType => ({
  dueAt,
  calendarRegion,
  duration: clock && { ...clock.duration },
  startedAt: clock?.startedAt ?? null,
  budget: course?.budget ?? null,
  counted: course?.consumed ?? null,
  spans: (course?.counted ?? []).map(({ day, ...span }) => ({
    ...span,
    reason: day?.reason ?? null,
    name: day?.name ?? null,
    document: day?.document ?? null,
  })),
  skipped: (course?.skipped ?? []).map(({ day, date, reason }) => ({
    date,
    reason,
    name: day?.name ?? null,
    document: day?.document ?? null,
  })),
});

@Resolver(() => TaskType)
export class TaskClockResolver {
  @Under('task.read')
  @Query(() => DeadlineExplanationType, {
    description: 'How a deadline comes about. Errors: NOT_FOUND (absent or out of scope), CALENDAR_MISSING.',
  })
  async explainDeadline(
    @Arg('taskId', () => ID, { description: 'Of which task.' }) taskId: string,
    @Ctx() context: Context,
  ): Promise<DeadlineExplanationType> {
    return explanationOf(await explainDeadline(context, taskId));
  }

  @Under('task.changeDeadline')
  @Mutation(() => TaskPayload, {
    description:
      'Makes a deadline a duration, counted by the calendar of the place. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_AMOUNT, INVALID_DATE, CALENDAR_MISSING, INVALID_TEXT.',
  })
  async setTaskDuration(
    @Arg('input', () => SetTaskDurationInput) input: SetTaskDurationInput,
    @Ctx() context: Context,
  ) {
    return taskPayload(await setTaskDuration(context, input));
  }

  @Under('task.changeDeadline')
  @Mutation(() => TaskPayload, {
    description:
      'Stops the clock of a duration in working time: nothing warns and nothing is late until it runs again. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT.',
  })
  async suspendTaskClock(
    @Arg('input', () => StopTaskClockInput) input: StopTaskClockInput,
    @Ctx() context: Context,
  ) {
    return taskPayload(await suspendTaskClock(context, input));
  }

  @Under('task.changeDeadline')
  @Mutation(() => TaskPayload, {
    description:
      'Lets the clock run again with what was left. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, CALENDAR_MISSING, INVALID_TEXT.',
  })
  async resumeTaskClock(
    @Arg('input', () => StopTaskClockInput) input: StopTaskClockInput,
    @Ctx() context: Context,
  ) {
    return taskPayload(await resumeTaskClock(context, input));
  }

  @FieldResolver(() => DurationType, {
    nullable: true,
    description: 'The duration that the deadline comes from; null for a date, which never moves by itself.',
  })
  duration(@Root() { durationAmount: amount, durationUnit: unit }: TaskType): DurationType | null {
    return amount && unit ? { amount, unit } : null;
  }

  @FieldResolver(() => Boolean, { description: 'True while the clock of the duration stands.' })
  suspended(@Root() task: TaskType): boolean {
    return isSuspended(task);
  }

  @FieldResolver(() => [TaskSuspensionType], {
    description: 'Every time in which the clock stood, oldest first.',
  })
  async suspensions(@Root() task: TaskType, @Ctx() context: Context): Promise<TaskSuspensionType[]> {
    const stops = await suspensionsOf(context, task.id);
    return stops.map((stop) => Object.assign(new TaskSuspensionType(), stop));
  }
}

@Resolver(() => TaskSuspensionType)
export class TaskSuspensionResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who stopped it.' })
  by(@Root() stop: TaskSuspensionType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, stop.byId);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who started it again.' })
  async resumedBy(@Root() stop: TaskSuspensionType, @Ctx() context: Context): Promise<AccountType | null> {
    return stop.resumedById ? findAccount(context, stop.resumedById) : null;
  }
}
