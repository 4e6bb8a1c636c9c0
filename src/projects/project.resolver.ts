import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Written } from '../db/write.js';
import { PageArgsType, WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { inLocale, LocaleArgsType } from '../http/locale.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { changeProjectStage, createProject } from './project.actions.js';
import type { ProjectStage } from './project.entity.js';
import { allowedStages, getProject, historyOf, projectsWithin } from './project.queries.js';
import {
  ChangeProjectStageInput,
  CreateProjectInput,
  ProjectConnection,
  ProjectFilter,
  ProjectMoveType,
  ProjectPayload,
  ProjectStageEnum,
  ProjectType,
} from './project.type.js';

@ArgsType()
class ProjectsArgs extends WithinArgsType {
  @Field(() => ProjectFilter, { nullable: true, description: 'Which of them.' })
  filter?: ProjectFilter | null;
}

const payload = ({ mark, answer }: Written<ProjectType>): ProjectPayload => ({ mark, project: answer });

@Resolver(() => ProjectType)
export class ProjectResolver {
  @Under('project.read')
  @Query(() => ProjectConnection, {
    description: 'Projects in a region. Errors: FORBIDDEN, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async projects(
    @Args(() => ProjectsArgs) { within, filter, ...page }: ProjectsArgs,
    @Ctx() context: Context,
  ) {
    return connect(ProjectConnection, await projectsWithin(context, within, filter ?? {}, page));
  }

  @Under('project.read')
  @Query(() => ProjectType, { description: 'One project. Errors: NOT_FOUND (absent or out of scope).' })
  project(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<ProjectType> {
    return getProject(context, id);
  }

  @Under('project.create')
  @Mutation(() => ProjectPayload, {
    description: 'Enters a project. Errors: FORBIDDEN, NOT_FOUND, INVALID_TEXT.',
  })
  async createProject(
    @Arg('input', () => CreateProjectInput) input: CreateProjectInput,
    @Ctx() context: Context,
  ) {
    return payload(await createProject(context, input));
  }

  @Under('project.changeStage')
  @Mutation(() => ProjectPayload, {
    description:
      'Moves a project. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT.',
  })
  async changeProjectStage(
    @Arg('input', () => ChangeProjectStageInput) input: ChangeProjectStageInput,
    @Ctx() context: Context,
  ) {
    return payload(await changeProjectStage(context, input));
  }

  @FieldResolver(() => String, { description: 'Its name.' })
  name(@Root() project: ProjectType, @Args(() => LocaleArgsType) { locale }: LocaleArgsType): string {
    return inLocale({ zh: project.nameZh, en: project.nameEn ?? undefined }, locale);
  }

  @FieldResolver(() => RegionType, { description: 'Where.' })
  region(@Root() project: ProjectType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, project.regionCode);
  }

  @FieldResolver(() => [ProjectStageEnum], { description: 'The stages to which you may move it now.' })
  allowedStages(@Root() project: ProjectType, @Ctx() context: Context): Promise<ProjectStage[]> {
    return allowedStages(context, project);
  }

  @FieldResolver(() => [ProjectMoveType], { description: 'Every move, oldest first.' })
  async history(@Root() project: ProjectType, @Ctx() context: Context): Promise<ProjectMoveType[]> {
    const moves = await historyOf(context, project.id);
    return moves.map((move) => Object.assign(new ProjectMoveType(), move));
  }
}

@Resolver(() => ProjectMoveType)
export class ProjectMoveResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who moved it.' })
  async by(@Root() move: ProjectMoveType, @Ctx() context: Context): Promise<AccountType | null> {
    return move.byId ? findAccount(context, move.byId) : null;
  }
}

@Resolver(() => RegionType)
export class RegionProjectsResolver {
  @Under('project.read')
  @FieldResolver(() => ProjectConnection, {
    // Null, so that a region outside your grants can still be read without them.
    nullable: true,
    description: 'Projects in the region and everything inside it. Errors: as `projects`.',
  })
  async projects(
    @Root() region: RegionType,
    @Args(() => PageArgsType) page: PageArgsType,
    @Ctx() context: Context,
  ) {
    return connect(ProjectConnection, await projectsWithin(context, region.code, {}, page));
  }
}
