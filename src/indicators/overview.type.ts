import { Field, Int, ObjectType } from 'type-graphql';
import type { Severity } from '../events/facts.js';
import type { HouseholdStatus } from '../households/household.entity.js';
import { HouseholdStatusEnum } from '../households/household.type.js';
import { DateTime, FeedCursor } from '../http/scalars.js';
import { SeverityEnum } from '../http/subject.type.js';
import type { ProjectStage } from '../projects/project.entity.js';
import { ProjectStageEnum } from '../projects/project.type.js';
import { RegionType } from '../regions/region.type.js';
import type { TaskStatus } from '../tasks/task.entity.js';
import { TaskStatusEnum } from '../tasks/task.type.js';
import type { Overview } from './overview.queries.js';

@ObjectType('HouseholdStatusCount', { description: 'How many households are in one status.' })
class HouseholdStatusCountType {
  @Field(() => HouseholdStatusEnum, { description: 'The status.' })
  status!: HouseholdStatus;

  @Field(() => Int, { description: 'Households in it.' })
  count!: number;
}

@ObjectType('HouseholdNumbers', { description: 'The households of a region.' })
class HouseholdNumbersType {
  @Field(() => Int, { description: 'All on the register, cancelled ones included.' })
  total!: number;

  @Field(() => [HouseholdStatusCountType], { description: 'Every status in its order, also with none.' })
  byStatus!: HouseholdStatusCountType[];
}

@ObjectType('TaskStatusCount', { description: 'How many tasks are in one status.' })
class TaskStatusCountType {
  @Field(() => TaskStatusEnum, { description: 'The status.' })
  status!: TaskStatus;

  @Field(() => Int, { description: 'Tasks in it.' })
  count!: number;
}

@ObjectType('TaskNumbers', { description: 'The tasks of a region.' })
class TaskNumbersType {
  @Field(() => Int, { description: 'All, cancelled ones included.' })
  total!: number;

  @Field(() => Int, { description: 'Confirmed by the county or passed by the province.' })
  met!: number;

  @Field(() => Int, { description: 'Blocked, or not started with at most 15 calendar days left.' })
  behind!: number;

  @Field(() => Int, { description: 'Open with at most 7 calendar days left.' })
  dueSoon!: number;

  @Field(() => Int, { description: 'Open and past their deadline.' })
  overdue!: number;

  @Field(() => [TaskStatusCountType], { description: 'Every status in its order, also with none.' })
  byStatus!: TaskStatusCountType[];
}

@ObjectType('ProjectStageCount', { description: 'How many projects are in one stage.' })
class ProjectStageCountType {
  @Field(() => ProjectStageEnum, { description: 'The stage.' })
  stage!: ProjectStage;

  @Field(() => Int, { description: 'Projects in it.' })
  count!: number;
}

@ObjectType('ProjectNumbers', { description: 'The projects of a region.' })
class ProjectNumbersType {
  @Field(() => Int, { description: 'All.' })
  total!: number;

  @Field(() => [ProjectStageCountType], { description: 'Every stage in its order, also with none.' })
  byStage!: ProjectStageCountType[];
}

@ObjectType('AlertSeverityCount', { description: 'How many alerts of one severity are not resolved.' })
class AlertSeverityCountType {
  @Field(() => SeverityEnum, { description: 'The severity.' })
  severity!: Severity;

  @Field(() => Int, { description: 'Alerts of it.' })
  count!: number;
}

@ObjectType('AlertNumbers', { description: 'The alerts of a region whose cause still holds.' })
class AlertNumbersType {
  @Field(() => Int, { description: 'Open and acknowledged ones.' })
  open!: number;

  @Field(() => [AlertSeverityCountType], { description: 'Every severity in rising order, also with none.' })
  bySeverity!: AlertSeverityCountType[];
}

@ObjectType('OverviewChild', { description: 'A region directly inside, in short.' })
class OverviewChildType {
  @Field(() => RegionType, { description: 'Which. Development zones are listed, and never to be ranked.' })
  region!: RegionType;

  @Field(() => Int, { description: 'All its tasks.' })
  tasksTotal!: number;

  @Field(() => Int, { description: 'Of them confirmed by the county or passed by the province.' })
  tasksMet!: number;

  @Field(() => Int, { description: 'Of them open and past their deadline.' })
  tasksOverdue!: number;

  @Field(() => Int, { description: 'Alerts open or acknowledged.' })
  alertsOpen!: number;
}

@ObjectType('Overview', {
  description: 'A region in numbers, each of which moves only by events of the log: exact at `cursor`.',
})
export class OverviewType implements Omit<Overview, 'position'> {
  @Field(() => DateTime, {
    description: 'Campaign time at which the numbers were read; they hold everything up to `cursor`.',
  })
  asOf!: Date;

  @Field(() => FeedCursor, {
    description: 'Where in the log the numbers are exact; as `after` of supervisionFeed it misses nothing.',
  })
  cursor!: string;

  @Field(() => RegionType, { description: 'Which region, with everything inside it.' })
  region!: RegionType;

  @Field(() => HouseholdNumbersType, { description: 'Its households.' })
  households!: HouseholdNumbersType;

  @Field(() => TaskNumbersType, { description: 'Its tasks.' })
  tasks!: TaskNumbersType;

  @Field(() => ProjectNumbersType, { description: 'Its projects.' })
  projects!: ProjectNumbersType;

  @Field(() => AlertNumbersType, { description: 'Its alerts.' })
  alerts!: AlertNumbersType;

  @Field(() => [OverviewChildType], { description: 'The regions directly inside, by code.' })
  children!: OverviewChildType[];
}
