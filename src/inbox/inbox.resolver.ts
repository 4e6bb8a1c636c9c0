import {
  Arg,
  Args,
  Ctx,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Under } from '../auth/right.js';
import { PageArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { inLocale, LocaleArgsType } from '../http/locale.js';
import { AboutType } from '../http/subject.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { countInbox, getNotice, type InboxCount, itemsOf, readInbox } from './inbox.queries.js';
import {
  ConfirmNoticesInput,
  ConfirmNoticesPayload,
  InboxArgs,
  InboxConnection,
  InboxCountType,
  InboxItemConnection,
  InboxItemType,
  InboxNoticeType,
} from './inbox.type.js';
import { liveInbox } from './live.queries.js';
import { confirmNotices } from './receipt.actions.js';

@Resolver(() => InboxNoticeType)
export class InboxResolver {
  @Under('SIGNED_IN')
  @Query(() => InboxConnection, {
    description:
      'What you were told and may still know of, newest first. Errors: UNAUTHENTICATED, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async inbox(@Args(() => InboxArgs) { seen, acted, ...page }: InboxArgs, @Ctx() context: Context) {
    return connect(InboxConnection, await readInbox(context, { seen, acted }, page));
  }

  @Under('SIGNED_IN')
  @Query(() => InboxNoticeType, {
    description: 'One of your notices. Errors: UNAUTHENTICATED, NOT_FOUND (not yours, or not delivered yet).',
  })
  inboxNotice(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<InboxNoticeType> {
    return getNotice(context, id);
  }

  @Under('SIGNED_IN')
  @Query(() => InboxCountType, { description: 'The number on the icon. Errors: UNAUTHENTICATED.' })
  inboxCount(@Ctx() context: Context): Promise<InboxCount> {
    return countInbox(context);
  }

  @Under('SIGNED_IN')
  @Subscription(() => InboxCountType, {
    subscribe: ({ context }) => liveInbox(context as Context),
    description:
      'The count of now at once, then each time it changes, also when something that waited for the morning is delivered. Errors: UNAUTHENTICATED, SESSION_REVOKED (also later).',
  })
  inboxChanged(@Root() count: InboxCount): InboxCountType {
    return count;
  }

  @Under('inbox.confirm')
  @Mutation(() => ConfirmNoticesPayload, {
    description:
      'Signs for notices of your own; the first receipt of each kind counts. Errors: FORBIDDEN (no grant in force), NOT_FOUND (not yours, or not delivered yet), BAD_USER_INPUT (none, or over 100).',
  })
  async confirmNotices(
    @Arg('input', () => ConfirmNoticesInput) input: ConfirmNoticesInput,
    @Ctx() context: Context,
  ): Promise<ConfirmNoticesPayload> {
    const { mark, answer } = await confirmNotices(context, input);
    return { mark, notices: answer.notices };
  }

  @FieldResolver(() => RegionType, {
    description: 'The district: the part of what you oversee in which it is.',
  })
  region(@Root() { districtCode }: InboxNoticeType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, districtCode);
  }

  @FieldResolver(() => InboxItemConnection, {
    description: 'What it is about, each once. Errors: INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async items(
    @Root() { id }: InboxNoticeType,
    @Args(() => PageArgsType) page: PageArgsType,
    @Ctx() context: Context,
  ) {
    return connect(InboxItemConnection, await itemsOf(context, id, page));
  }
}

@Resolver(() => InboxItemType)
export class InboxItemResolver {
  @FieldResolver(() => AboutType, { description: 'The thing itself.' })
  subject(@Root() { subjectType, subjectId }: InboxItemType): AboutType {
    return { type: subjectType, id: subjectId };
  }

  @FieldResolver(() => RegionType, { description: 'Where it is.' })
  region(@Root() { regionCode }: InboxItemType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, regionCode);
  }

  @FieldResolver(() => String, { description: 'Its name.' })
  title(
    @Root() { titleZh, titleEn }: InboxItemType,
    @Args(() => LocaleArgsType) { locale }: LocaleArgsType,
  ): string {
    return inLocale({ zh: titleZh, ...(titleEn ? { en: titleEn } : {}) }, locale);
  }
}
