import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Under } from '../auth/right.js';
import { PeriodArgsType } from '../http/args.js';
import type { Context } from '../http/context.js';
import { alertQuality } from './quality.queries.js';
import { AlertQualityType } from './quality.type.js';
import { changeAlertRule } from './rule.actions.js';
import type { AlertRuleRow } from './rule.entity.js';
import { readRules } from './rule.queries.js';
import { AlertRulePayload, AlertRuleType, ChangeAlertRuleInput } from './rule.type.js';

const shown = ({ code, ...row }: AlertRuleRow): AlertRuleType => ({ ...row, rule: code });

@Resolver(() => AlertRuleType)
export class AlertRuleResolver {
  @Under('SIGNED_IN')
  @Query(() => [AlertRuleType], { description: 'Every rule that raises alerts. Errors: UNAUTHENTICATED.' })
  async alertRules(@Ctx() context: Context): Promise<AlertRuleType[]> {
    return (await readRules(context)).map(shown);
  }

  @Under('alert.read')
  @Query(() => [AlertQualityType], {
    description:
      'How good the rules are: what became of the alerts that began in a period. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_DATE.',
  })
  alertQuality(
    @Args(() => PeriodArgsType) { within, ...period }: PeriodArgsType,
    @Ctx() context: Context,
  ): Promise<AlertQualityType[]> {
    return alertQuality(context, within, period);
  }

  @Under('escalation.change')
  @Mutation(() => AlertRulePayload, {
    description:
      'Changes what a rule raises from now on, for the whole city. Errors: FORBIDDEN, VERSION_CONFLICT, INVALID_ESCALATION (with the field), INVALID_TEXT.',
  })
  async changeAlertRule(
    @Arg('input', () => ChangeAlertRuleInput) input: ChangeAlertRuleInput,
    @Ctx() context: Context,
  ): Promise<AlertRulePayload> {
    const { mark, answer } = await changeAlertRule(context, input);
    return { mark, rule: shown(answer) };
  }
}
