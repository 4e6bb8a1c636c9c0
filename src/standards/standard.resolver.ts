import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { inLocale, LocaleArgsType } from '../http/locale.js';
import { itemsOf, readStandards } from './standard.queries.js';
import { ExitStandardType, StandardItemType } from './standard.type.js';

@Resolver(() => ExitStandardType)
export class ExitStandardResolver {
  @Under('SIGNED_IN')
  @Query(() => [ExitStandardType], {
    description: 'Every exit standard, newest first. Errors: UNAUTHENTICATED.',
  })
  exitStandards(@Ctx() context: Context): Promise<ExitStandardType[]> {
    return readStandards(context);
  }

  @FieldResolver(() => String, { description: 'Its name.' })
  name(@Root() standard: ExitStandardType, @Args(() => LocaleArgsType) { locale }: LocaleArgsType): string {
    return inLocale({ zh: standard.nameZh, en: standard.nameEn }, locale);
  }

  @FieldResolver(() => [StandardItemType], { description: 'Its items, in its own order.' })
  items(@Root() standard: ExitStandardType, @Ctx() context: Context): Promise<StandardItemType[]> {
    return itemsOf(context, standard.id);
  }
}

@Resolver(() => StandardItemType)
export class StandardItemResolver {
  @FieldResolver(() => String, { description: 'Its name.' })
  name(@Root() item: StandardItemType, @Args(() => LocaleArgsType) { locale }: LocaleArgsType): string {
    return inLocale({ zh: item.nameZh, en: item.nameEn }, locale);
  }

  @FieldResolver(() => String, { description: 'The bureau that confirms it.' })
  bureau(@Root() item: StandardItemType, @Args(() => LocaleArgsType) { locale }: LocaleArgsType): string {
    return inLocale({ zh: item.bureauZh, en: item.bureauEn }, locale);
  }

  @FieldResolver(() => String, {
    description: 'The threshold as in the source: a rate as `numerator/denominator`, a count, or words.',
  })
  threshold(@Root() { threshold }: StandardItemType): string {
    if ('text' in threshold) return threshold.text;
    return 'count' in threshold ? String(threshold.count) : `${threshold.numerator}/${threshold.denominator}`;
  }
}
