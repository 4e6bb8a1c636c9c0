import { Field, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { RegionType } from '../regions/region.type.js';
import { ExactType } from './exact.type.js';
import {
  AlertNumbersType,
  HouseholdNumbersType,
  ProjectNumbersType,
  TaskNumbersType,
  VillageNumbersType,
} from './numbers.type.js';
import type { Overview } from './overview.queries.js';
import type { Standing } from './standing.js';
import { StandingEnum } from './standing.type.js';

@Under('overview.read')
@ObjectType('OverviewChild', { description: 'A region directly inside, in short.' })
class OverviewChildType {
  @Field(() => RegionType, { description: 'Which. Development zones are listed, and never to be ranked.' })
  region!: RegionType;

  @Field(() => Int, { description: 'All its tasks, cancelled ones included.' })
  tasksTotal!: number;

  @Field(() => Int, { description: 'Of them confirmed by the county or passed by the province.' })
  tasksMet!: number;

  @Field(() => Int, { description: 'Of them open and past their deadline.' })
  tasksOverdue!: number;

  @Field(() => Int, { description: 'Of them open with at most 7 calendar days left.' })
  tasksDueSoon!: number;

  @Field(() => Int, { description: 'Of them blocked, or not started with at most 15 calendar days left.' })
  tasksBehind!: number;

  @Field(() => Int, {
    description: 'Alerts open or acknowledged; those about households only for who may read them there.',
  })
  alertsOpen!: number;

  @Field(() => Int, { description: 'As VillageNumbers.planned.' })
  villagesPlanned!: number;

  @Field(() => Int, { description: 'As VillageNumbers.met.' })
  villagesMet!: number;

  @Field(() => Int, { nullable: true, description: 'As HouseholdNumbers.planned, withheld ones included.' })
  householdsPlanned!: number | null;

  @Field(() => Int, { nullable: true, description: 'As HouseholdNumbers.lifted, withheld ones included.' })
  householdsLifted!: number | null;

  @Field(() => StandingEnum, {
    nullable: true,
    description: 'The word for its tasks but cancelled ones; null where none counts.',
  })
  standing!: Standing | null;
}

@Under('overview.read')
@ObjectType('Overview', {
  description: 'A region in numbers, each of which moves only by events of the log: exact at `cursor`.',
})
export class OverviewType extends ExactType implements Omit<Overview, 'position'> {
  @Field(() => VillageNumbersType, { description: 'Its villages that are held against a standard.' })
  villages!: VillageNumbersType;

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
