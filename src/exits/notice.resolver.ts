import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Written } from '../db/write.js';
import { WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { DateTime } from '../http/scalars.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { ExitType } from './exit.type.js';
import { answerObjection, postNotice, raiseObjection } from './notice.actions.js';
import { casesOf, getNotice, noticesWithin, objectionsOf, timeOf } from './notice.queries.js';
import {
  AnswerObjectionInput,
  ObjectionPayload,
  ObjectionType,
  PostNoticeInput,
  PublicNoticeConnection,
  PublicNoticePayload,
  PublicNoticeType,
  RaiseObjectionInput,
} from './notice.type.js';

const objected = ({ mark, answer }: Written<ObjectionType>): ObjectionPayload => ({
  mark,
  objection: answer,
});

@Resolver(() => PublicNoticeType)
export class NoticeResolver {
  @Under('exit.read')
  @Query(() => PublicNoticeConnection, {
    description:
      'Public notices in a region. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async publicNotices(
    @Args(() => WithinArgsType) { within, ...page }: WithinArgsType,
    @Ctx() context: Context,
  ) {
    return connect(PublicNoticeConnection, await noticesWithin(context, within, page));
  }

  @Under('exit.read')
  @Query(() => PublicNoticeType, {
    description: 'One notice. Errors: FORBIDDEN, NOT_FOUND (absent or out of scope).',
  })
  publicNotice(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<PublicNoticeType> {
    return getNotice(context, id);
  }

  @Under('exit.move')
  @Mutation(() => PublicNoticePayload, {
    description:
      'Makes cases public for as long as their standard says. Errors: FORBIDDEN, BAD_USER_INPUT, INVALID_TEXT; with the `index` of the case: NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED.',
  })
  async postNotice(
    @Arg('input', () => PostNoticeInput) input: PostNoticeInput,
    @Ctx() context: Context,
  ): Promise<PublicNoticePayload> {
    const { mark, answer } = await postNotice(context, input);
    return { mark, notice: answer };
  }

  @Under('exit.object')
  @Mutation(() => ObjectionPayload, {
    description:
      'Records an objection to a case on a notice that hangs; its time stands still until it is answered. Errors: FORBIDDEN, NOT_FOUND, TRANSITION_NOT_ALLOWED (it hangs nowhere, or its time is up), INVALID_TEXT, CALENDAR_MISSING.',
  })
  async raiseObjection(
    @Arg('input', () => RaiseObjectionInput) input: RaiseObjectionInput,
    @Ctx() context: Context,
  ): Promise<ObjectionPayload> {
    return objected(await raiseObjection(context, input));
  }

  @Under('exit.answer')
  @Mutation(() => ObjectionPayload, {
    description:
      'Answers an objection of another\u2019s recording. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT.',
  })
  async answerObjection(
    @Arg('input', () => AnswerObjectionInput) input: AnswerObjectionInput,
    @Ctx() context: Context,
  ): Promise<ObjectionPayload> {
    return objected(await answerObjection(context, input));
  }

  @FieldResolver(() => RegionType, { description: 'Where.' })
  region(@Root() { regionCode }: PublicNoticeType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who posted it.' })
  postedBy(@Root() { postedById }: PublicNoticeType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, postedById);
  }

  @FieldResolver(() => [ExitType], { description: 'The list that hangs.' })
  cases(@Root() { id }: PublicNoticeType, @Ctx() context: Context): Promise<ExitType[]> {
    return casesOf(context, id);
  }

  @FieldResolver(() => DateTime, {
    nullable: true,
    description:
      'When its time is up, campaign time; null while an objection waits. Errors: CALENDAR_MISSING.',
  })
  async endsAt(@Root() notice: PublicNoticeType, @Ctx() context: Context): Promise<Date | null> {
    return (await timeOf(context, notice)).course.dueAt;
  }

  @FieldResolver(() => Boolean, {
    description: 'True when its time is up and every objection is answered. Errors: CALENDAR_MISSING.',
  })
  async isOver(@Root() notice: PublicNoticeType, @Ctx() context: Context): Promise<boolean> {
    return (await timeOf(context, notice)).isOver;
  }

  @Under('household.read')
  @FieldResolver(() => [ObjectionType], { description: 'Everything that was said against it, oldest first.' })
  objections(@Root() { id }: PublicNoticeType, @Ctx() context: Context): Promise<ObjectionType[]> {
    return objectionsOf(context, id);
  }
}

@Resolver(() => ObjectionType)
export class ObjectionResolver {
  @FieldResolver(() => AccountType, { nullable: true, description: 'Who recorded it.' })
  recordedBy(@Root() { recordedById }: ObjectionType, @Ctx() context: Context): Promise<AccountType | null> {
    return findAccount(context, recordedById);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who answered it.' })
  async answeredBy(
    @Root() { answeredById }: ObjectionType,
    @Ctx() context: Context,
  ): Promise<AccountType | null> {
    return answeredById ? findAccount(context, answeredById) : null;
  }
}
