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
import { headline } from '../events/headline.js';
import { PageArgsType, WithinArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { LocaleArgsType } from '../http/locale.js';
import { AboutType } from '../http/subject.type.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { acknowledgeAlert, dismissAlert } from './alert.actions.js';
import { titleOf } from './alert.entity.js';
import { alertsWithin, getAlert, partsOf } from './alert.queries.js';
import {
  AcknowledgeAlertInput,
  AlertConnection,
  AlertFilter,
  AlertPayload,
  AlertType,
  DismissAlertInput,
} from './alert.type.js';

@ArgsType()
class AlertsArgs extends WithinArgsType {
  @Field(() => AlertFilter, { nullable: true, description: 'Which of them.' })
  filter?: AlertFilter | null;
}

@Resolver(() => AlertType)
export class AlertResolver {
  @Under('alert.read')
  @Query(() => AlertConnection, {
    description: 'Alerts in a region, newest first. Errors: FORBIDDEN, INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async alerts(@Args(() => AlertsArgs) { within, filter, ...page }: AlertsArgs, @Ctx() context: Context) {
    return connect(AlertConnection, await alertsWithin(context, within, filter ?? {}, page));
  }

  @Under('alert.read')
  @Query(() => AlertType, { description: 'One alert. Errors: NOT_FOUND (absent or out of scope).' })
  alert(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<AlertType> {
    return getAlert(context, id);
  }

  @Under('alert.acknowledge')
  @Mutation(() => AlertPayload, {
    description:
      'Takes up an open alert; it is open again when its cause still holds after the working hours of its rule. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT.',
  })
  async acknowledgeAlert(
    @Arg('input', () => AcknowledgeAlertInput) input: AcknowledgeAlertInput,
    @Ctx() context: Context,
  ): Promise<AlertPayload> {
    const { mark, answer } = await acknowledgeAlert(context, input);
    return { mark, alert: answer };
  }

  @Under('alert.acknowledge')
  @Mutation(() => AlertPayload, {
    description:
      'Says that an open alert asks for nothing: it stays until its cause ends, and counts against its rule. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT.',
  })
  async dismissAlert(
    @Arg('input', () => DismissAlertInput) input: DismissAlertInput,
    @Ctx() context: Context,
  ): Promise<AlertPayload> {
    const { mark, answer } = await dismissAlert(context, input);
    return { mark, alert: answer };
  }

  @FieldResolver(() => AlertConnection, {
    description:
      'Of the alert of a region: what is open of the same rule in its direct parts, newest first. Errors: INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async parts(
    @Root() alert: AlertType,
    @Args(() => PageArgsType) page: PageArgsType,
    @Ctx() context: Context,
  ) {
    return connect(AlertConnection, await partsOf(context, alert, page));
  }

  @FieldResolver(() => String, {
    description: 'One line that says what is wrong, and where; no personal data.',
  })
  headline(
    @Root() alert: AlertType,
    @Args(() => LocaleArgsType) { locale }: LocaleArgsType,
    @Ctx() context: Context,
  ): string {
    const { id, rule, severity, subjectType, subjectId } = alert;
    const region = { code: alert.regionCode, name: '' };
    const about = { type: subjectType, id: subjectId };
    return headline(
      {
        kind: 'ALERT_RAISED',
        region,
        subject: { type: 'ALERT', id },
        severity,
        audience: 'REGION',
        params: { rule, title: titleOf(alert), severity, about },
      },
      locale,
      context.placeName(alert.regionCode),
    );
  }

  @FieldResolver(() => RegionType, { description: 'Where.' })
  region(@Root() alert: AlertType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, alert.regionCode);
  }

  @FieldResolver(() => AboutType, { description: 'What it is about.' })
  subject(@Root() { subjectType, subjectId }: AlertType): AboutType {
    return { type: subjectType, id: subjectId };
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who took it up.' })
  async acknowledgedBy(@Root() alert: AlertType, @Ctx() context: Context): Promise<AccountType | null> {
    return alert.acknowledgedById ? findAccount(context, alert.acknowledgedById) : null;
  }
}
