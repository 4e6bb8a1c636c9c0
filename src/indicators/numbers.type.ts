import { Field, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Severity } from '../events/facts.js';
import type { HouseholdStatus } from '../households/household.entity.js';
import { HouseholdStatusEnum } from '../households/household.type.js';
import { SeverityEnum } from '../http/subject.type.js';
import type { ProjectKind, ProjectStage } from '../projects/project.entity.js';
import { ProjectKindEnum, ProjectStageEnum } from '../projects/project.type.js';
import type { TaskStatus } from '../tasks/task.entity.js';
import { TaskStatusEnum } from '../tasks/task.type.js';
import type { Standing, TaskCounts } from './standing.js';
import { StandingEnum } from './standing.type.js';

@Under('overview.read')
@ObjectType('VillageNumbers', { description: 'The villages of a region that are held against a standard.' })
export class VillageNumbersType {
  @Field(() => Int, { description: 'Villages with at least one benchmark task that is not cancelled.' })
  planned!: number;

  @Field(() => Int, { description: 'Of them those where every such task is met.' })
  met!: number;
}

/** What null means wherever households are counted. */
export const WITHHELD =
  'Null: withheld from a viewer who may not see households here, because it is from 1 to 4 or because such a count would follow from it.';

@Under('overview.read')
@ObjectType('HouseholdStatusCount', { description: 'How many households are in one status.' })
class HouseholdStatusCountType {
  @Field(() => HouseholdStatusEnum, { description: 'The status.' })
  status!: HouseholdStatus;

  @Field(() => Int, { nullable: true, description: `Households in it. ${WITHHELD}` })
  count!: number | null;
}

@Under('overview.read')
@ObjectType('HouseholdNumbers', {
  description:
    'The households of a region. Viewers with a role that may see households here get every number; others (SCREEN, ADMIN) none from 1 to 4, and none that such a one would follow from.',
})
export class HouseholdNumbersType {
  @Field(() => Int, {
    nullable: true,
    description: `All on the register, cancelled ones included. ${WITHHELD}`,
  })
  total!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `Those planned to exit in the campaign year of now; cancelled ones do not count. ${WITHHELD}`,
  })
  planned!: number | null;

  @Field(() => Int, {
    nullable: true,
    description: `Of the planned ones those lifted, with or without further support. ${WITHHELD}`,
  })
  lifted!: number | null;

  @Field(() => [HouseholdStatusCountType], { description: 'Every status in its order, also with none.' })
  byStatus!: HouseholdStatusCountType[];
}

@Under('overview.read')
@ObjectType('TaskStatusCount', { description: 'How many tasks are in one status.' })
class TaskStatusCountType {
  @Field(() => TaskStatusEnum, { description: 'The status.' })
  status!: TaskStatus;

  @Field(() => Int, { description: 'Tasks in it.' })
  count!: number;
}

@Under('overview.read')
@ObjectType('TaskNumbers', { description: 'The tasks of a region.' })
export class TaskNumbersType implements TaskCounts {
  @Field(() => Int, { description: 'All, cancelled ones included.' })
  total!: number;

  @Field(() => Int, { description: 'Confirmed by the county or passed by the province.' })
  met!: number;

  @Field(() => Int, { description: 'Open with time enough.' })
  onTrack!: number;

  @Field(() => Int, {
    description: 'Blocked, or not started with at most 15 calendar days left (and more than 7).',
  })
  behind!: number;

  @Field(() => Int, { description: 'Open with at most 7 calendar days left.' })
  dueSoon!: number;

  @Field(() => Int, { description: 'Open and past their deadline.' })
  overdue!: number;

  @Field(() => StandingEnum, {
    nullable: true,
    description: 'The word for all but cancelled ones; null where none counts.',
  })
  standing!: Standing | null;

  @Field(() => [TaskStatusCountType], { description: 'Every status in its order, also with none.' })
  byStatus!: TaskStatusCountType[];
}

@Under('overview.read')
@ObjectType('ProjectStageCount', { description: 'How many projects are in one stage.' })
class ProjectStageCountType {
  @Field(() => ProjectStageEnum, { description: 'The stage.' })
  stage!: ProjectStage;

  @Field(() => Int, { description: 'Projects in it.' })
  count!: number;
}

@Under('overview.read')
@ObjectType('ProjectKindNumbers', { description: 'The projects of one kind in a region.' })
class ProjectKindNumbersType {
  @Field(() => ProjectKindEnum, { description: 'The kind.' })
  kind!: ProjectKind;

  @Field(() => Int, { description: 'All of the kind.' })
  total!: number;

  @Field(() => [ProjectStageCountType], {
    description: 'Every stage that the kind may take, in its order, also with none.',
  })
  byStage!: ProjectStageCountType[];
}

@Under('overview.read')
@ObjectType('ProjectNumbers', { description: 'The projects of a region.' })
export class ProjectNumbersType {
  @Field(() => Int, { description: 'All.' })
  total!: number;

  @Field(() => [ProjectStageCountType], { description: 'Every stage in its order, also with none.' })
  byStage!: ProjectStageCountType[];

  @Field(() => [ProjectKindNumbersType], { description: 'Every kind in its order, also with none.' })
  byKind!: ProjectKindNumbersType[];
}

@Under('overview.read')
@ObjectType('AlertSeverityCount', { description: 'How many alerts of one severity are not resolved.' })
class AlertSeverityCountType {
  @Field(() => SeverityEnum, { description: 'The severity.' })
  severity!: Severity;

  @Field(() => Int, { description: 'Alerts of it.' })
  count!: number;
}

@Under('overview.read')
@ObjectType('AlertNumbers', { description: 'The alerts of a region whose cause still holds.' })
export class AlertNumbersType {
  @Field(() => Int, { description: 'Open and acknowledged ones.' })
  open!: number;

  @Field(() => [AlertSeverityCountType], { description: 'Every severity in rising order, also with none.' })
  bySeverity!: AlertSeverityCountType[];
}
