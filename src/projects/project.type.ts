import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime, RegionCode } from '../http/scalars.js';
import {
  PROJECT_KINDS,
  PROJECT_STAGES,
  type Project,
  type ProjectKind,
  type ProjectMove,
  type ProjectStage,
} from './project.entity.js';

export const ProjectKindEnum = wordEnum('ProjectKind', 'What a project is.', PROJECT_KINDS, {
  WATER_NETWORK: 'Pumping stations, canals, wells, drinking water; infrastructure stages.',
  ROAD_NETWORK: 'Roads and bridges; infrastructure stages.',
  POWER_NETWORK: 'Lines and transformers; infrastructure stages.',
  INDUSTRY_BASE: 'A base that grows or makes something and employs poor households; base stages.',
  EMPLOYMENT_WORKSHOP: 'A workshop in a village; workshop stages.',
  SOLAR_STATION: 'A village or household solar station; infrastructure stages.',
  OTHER: 'Anything else; infrastructure stages.',
});

export const ProjectStageEnum = wordEnum(
  'ProjectStage',
  'How far a project has come; which stages it may take depends on its kind.',
  PROJECT_STAGES,
  {
    PROPOSED: 'Infrastructure: applied for.',
    APPROVED: 'Infrastructure: approved by the county.',
    UNDER_CONSTRUCTION: 'Infrastructure: being built.',
    COMPLETED: 'Infrastructure: built.',
    ACCEPTED: 'Infrastructure: passed acceptance.',
    PLANNED: 'Base: planned.',
    LAND_TRANSFER: 'Base: land is being leased from households.',
    BUILDING: 'Base: being built.',
    OPERATING: 'Base: at work.',
    SELECTED: 'Workshop: the site is chosen.',
    PREPARING: 'Workshop: being prepared.',
    PRODUCING: 'Workshop: at work.',
    SUSPENDED: 'All kinds: stopped for a time; goes on from the stage in which it stopped.',
    CLOSED: 'All kinds: ended for good.',
  },
);

@Under('project.read')
@ObjectType('Project', { description: 'What is built or run in a region: a network, a base, a workshop.' })
export class ProjectType
  implements Pick<Project, 'id' | 'kind' | 'stage' | 'regionCode' | 'createdAt' | 'version'>
{
  @Field(() => ID, { description: 'Identity of the project.' })
  id!: string;

  @Field(() => ProjectKindEnum, { description: 'What it is.' })
  kind!: ProjectKind;

  @Field(() => ProjectStageEnum, { description: 'How far it has come.' })
  stage!: ProjectStage;

  @Field(() => Int, {
    nullable: true,
    description: 'Land leased from households, in hundredths of a mu (1 mu = 1/15 ha); null: has no land.',
  })
  transferredMuHundredths?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Of that, land under crops, in hundredths of a mu; null: has no land.',
  })
  plantedMuHundredths?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Poor households that earn through it, in households; null: not counted.',
  })
  householdsLinked?: number | null;

  @Field(() => DateTime, { description: 'When it was entered, campaign time.' })
  createdAt!: Date;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;

  nameZh!: string;
  nameEn?: string | null;
  regionCode!: string;
}

@Under('project.read')
@ObjectType('ProjectMove', { description: 'One move in the history of a project.' })
export class ProjectMoveType implements Pick<ProjectMove, 'at'> {
  fromStage?: ProjectStage | null;
  toStage!: ProjectStage;
  byId?: string | null;

  @Field(() => DateTime, { description: 'When, campaign time.' })
  at!: Date;

  @Field(() => String, { nullable: true, description: 'What the mover wrote.' })
  note?: string | null;

  @Field(() => ProjectStageEnum, { nullable: true, description: 'Stage before; null for the first.' })
  from(): ProjectStage | null {
    return this.fromStage ?? null;
  }

  @Field(() => ProjectStageEnum, { description: 'Stage after.' })
  to(): ProjectStage {
    return this.toStage;
  }
}

export const ProjectConnection = connectionOf('Project', ProjectType, 'project.read', 'Projects by id.');

@InputType({ description: 'Which projects. A field left out asks nothing; an empty list matches nothing.' })
export class ProjectFilter {
  @Field(() => [ProjectKindEnum], { nullable: true, description: 'Of one of these kinds.' })
  kind?: ProjectKind[] | null;

  @Field(() => [ProjectStageEnum], { nullable: true, description: 'In one of these stages.' })
  stage?: ProjectStage[] | null;
}

@InputType({ description: 'Enters a project at the first stage of its kind.' })
export class CreateProjectInput extends CreateInput {
  @Field(() => RegionCode, { description: 'Where; must lie inside your own region.' })
  regionCode!: string;

  @Field(() => ProjectKindEnum, { description: 'What it is.' })
  kind!: ProjectKind;

  @Field(() => String, { description: 'Its name in Chinese; at most 100 characters.' })
  nameZh!: string;

  @Field(() => String, { nullable: true, description: 'Its name in English; at most 100 characters.' })
  nameEn?: string | null;
}

@InputType({ description: 'Moves a project along the stages of its kind.' })
export class ChangeProjectStageInput extends ChangeInput {
  @Field(() => ID, { description: 'Which project.' })
  projectId!: string;

  @Field(() => ProjectStageEnum, { description: 'Where to; see Project.allowedStages.' })
  to!: ProjectStage;

  @Field(() => String, { nullable: true, description: 'Why; at most 500 characters, no personal data.' })
  note?: string | null;
}

@Under('project.read')
@ObjectType('ProjectPayload', { description: 'A changed project.' })
export class ProjectPayload extends Payload {
  @Field(() => ProjectType, { description: 'The project after the change.' })
  project!: ProjectType;
}
