import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { inLocale, LocaleArgsType } from '../http/locale.js';
import { adoptStandard } from './rulebook.actions.js';
import type { StandardStatus } from './standard.entity.js';
import { itemsOf, readStandard, readStandards } from './standard.queries.js';
import {
  AdoptStandardInput,
  ExitStandardPayload,
  ExitStandardType,
  StandardItemType,
  StandardStatusEnum,
} from './standard.type.js';

@Resolver(() => ExitStandardType)
export class ExitStandardResolver {
  @Under('SIGNED_IN')
  @Query(() => [ExitStandardType], {
    description: 'Exit standards, newest first. Errors: UNAUTHENTICATED.',
  })
  exitStandards(
    @Arg('status', () => [StandardStatusEnum], {
      defaultValue: ['ADOPTED'],
      description: 'In one of these statuses; left out: those that judge, or did.',
    })
    status: StandardStatus[],
    @Ctx() context: Context,
  ): Promise<ExitStandardType[]> {
    return readStandards(context, status);
  }

  @Under('SIGNED_IN')
  @Query(() => ExitStandardType, { description: 'One exit standard. Errors: UNAUTHENTICATED, NOT_FOUND.' })
  exitStandard(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<ExitStandardType> {
    return readStandard(context, id);
  }

  @Under('standard.adopt')
  @Mutation(() => ExitStandardPayload, {
    description:
      'Puts a draft into force; an edition before it that had no end ends the day before. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_RULEBOOK (dates that overlap).',
  })
  async adoptStandard(
    @Arg('input', () => AdoptStandardInput) input: AdoptStandardInput,
    @Ctx() context: Context,
  ): Promise<ExitStandardPayload> {
    const { mark, answer } = await adoptStandard(context, input);
    return { mark, standard: answer };
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
