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
import { AboutType } from '../http/subject.type.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { appointInterview, closeInterview } from './interview.actions.js';
import type { InterviewStatus } from './interview.entity.js';
import { causesOf, getInterview, interviewsWithin } from './interview.queries.js';
import {
  AppointInterviewInput,
  CloseInterviewInput,
  InterviewCauseConnection,
  InterviewCauseType,
  InterviewConnection,
  InterviewPayload,
  InterviewStatusEnum,
  InterviewType,
} from './interview.type.js';

@ArgsType()
class InterviewsArgs extends WithinArgsType {
  @Field(() => [InterviewStatusEnum], { nullable: true, description: 'In one of these statuses.' })
  status?: InterviewStatus[] | null;
}

const payload = ({ mark, answer }: Written<InterviewType>): InterviewPayload => ({ mark, interview: answer });

@Resolver(() => InterviewType)
export class InterviewResolver {
  @Under('interview.read')
  @Query(() => InterviewConnection, {
    description:
      'Interviews of the units in a region, newest first. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async interviews(
    @Args(() => InterviewsArgs) { within, status, ...page }: InterviewsArgs,
    @Ctx() context: Context,
  ) {
    return connect(InterviewConnection, await interviewsWithin(context, within, status ?? null, page));
  }

  @Under('interview.read')
  @Query(() => InterviewType, {
    description: 'One interview. Errors: FORBIDDEN, NOT_FOUND (absent or out of scope).',
  })
  interview(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<InterviewType> {
    return getInterview(context, id);
  }

  @Under('interview.hold')
  @Mutation(() => InterviewPayload, {
    description:
      'Says when an interview is held, or that it is at another time; the unit is told. Errors: FORBIDDEN (also: the own unit), NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED (over), INVALID_DATE (past).',
  })
  async appointInterview(
    @Arg('input', () => AppointInterviewInput) input: AppointInterviewInput,
    @Ctx() context: Context,
  ) {
    return payload(await appointInterview(context, input));
  }

  @Under('interview.hold')
  @Mutation(() => InterviewPayload, {
    description:
      'Puts on record how an interview ended. Errors: FORBIDDEN (also: the own unit), NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED (over), INVALID_DATE, INVALID_TEXT.',
  })
  async closeInterview(
    @Arg('input', () => CloseInterviewInput) input: CloseInterviewInput,
    @Ctx() context: Context,
  ) {
    return payload(await closeInterview(context, input));
  }

  @FieldResolver(() => RegionType, { description: 'The unit, by its region.' })
  region(@Root() { regionCode }: InterviewType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }

  @FieldResolver(() => InterviewCauseConnection, {
    description: 'What it is about. Errors: INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async causes(
    @Root() { id }: InterviewType,
    @Args(() => PageArgsType) page: PageArgsType,
    @Ctx() context: Context,
  ) {
    return connect(InterviewCauseConnection, await causesOf(context, id, page));
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who set its time last.' })
  async appointedBy(
    @Root() { appointedById }: InterviewType,
    @Ctx() context: Context,
  ): Promise<AccountType | null> {
    return appointedById ? findAccount(context, appointedById) : null;
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who made the record.' })
  async closedBy(
    @Root() { closedById }: InterviewType,
    @Ctx() context: Context,
  ): Promise<AccountType | null> {
    return closedById ? findAccount(context, closedById) : null;
  }
}

@Resolver(() => InterviewCauseType)
export class InterviewCauseResolver {
  @FieldResolver(() => AboutType, { description: 'The thing itself.' })
  subject(@Root() { subjectType, subjectId }: InterviewCauseType): AboutType {
    return { type: subjectType, id: subjectId };
  }

  @FieldResolver(() => RegionType, { description: 'Where it is.' })
  region(@Root() { regionCode }: InterviewCauseType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }

  @FieldResolver(() => String, { description: 'Its name.' })
  title(
    @Root() { titleZh, titleEn }: InterviewCauseType,
    @Args(() => LocaleArgsType) { locale }: LocaleArgsType,
  ): string {
    return inLocale({ zh: titleZh, en: titleEn ?? undefined }, locale);
  }
}
