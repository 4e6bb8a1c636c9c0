import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Context } from '../http/context.js';
import { inLocale, LocaleArgsType } from '../http/locale.js';
import { changeEscalation } from './escalation.actions.js';
import { readEscalation } from './escalation.queries.js';
import {
  ChangeEscalationInput,
  EscalationPayload,
  EscalationStepType,
  EscalationType,
} from './escalation.type.js';

@Resolver(() => EscalationStepType)
export class EscalationResolver {
  @Under('SIGNED_IN')
  @Query(() => EscalationType, { description: 'Who is told of what, and when. Errors: UNAUTHENTICATED.' })
  escalation(@Ctx() context: Context): Promise<EscalationType> {
    return readEscalation(context);
  }

  @Under('escalation.change')
  @Mutation(() => EscalationPayload, {
    description:
      'Changes who is told when, for the whole city. Errors: FORBIDDEN, VERSION_CONFLICT, INVALID_ESCALATION (with the field), INVALID_TEXT.',
  })
  async changeEscalation(
    @Arg('input', () => ChangeEscalationInput) input: ChangeEscalationInput,
    @Ctx() context: Context,
  ): Promise<EscalationPayload> {
    const { mark, answer } = await changeEscalation(context, input);
    return { mark, escalation: answer };
  }

  @FieldResolver(() => String, { description: 'Its name.' })
  name(@Root() step: EscalationStepType, @Args(() => LocaleArgsType) { locale }: LocaleArgsType): string {
    return inLocale({ zh: step.nameZh, en: step.nameEn }, locale);
  }
}
