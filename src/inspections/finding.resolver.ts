import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Written } from '../db/write.js';
import { PageArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { inLocale, LocaleArgsType } from '../http/locale.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { getRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { closeFinding, issueFinding } from './finding.actions.js';
import { findingsOf, getFinding } from './finding.queries.js';
import {
  CloseFindingInput,
  FindingConnection,
  FindingPayload,
  FindingType,
  IssueFindingInput,
} from './finding.type.js';
import { getInspection } from './inspection.queries.js';
import { InspectionType } from './inspection.type.js';

const payload = ({ mark, answer }: Written<FindingType>): FindingPayload => ({ mark, finding: answer });

@Resolver(() => FindingType)
export class FindingResolver {
  @Under('inspection.read')
  @Query(() => FindingType, { description: 'One finding. Errors: NOT_FOUND (absent or out of scope).' })
  finding(@Arg('id', () => ID) id: string, @Ctx() context: Context): Promise<FindingType> {
    return getFinding(context, id);
  }

  @Under('finding.issue')
  @Mutation(() => FindingPayload, {
    description:
      'Reports a finding. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_DATE, INVALID_TEXT.',
  })
  async issueFinding(
    @Arg('input', () => IssueFindingInput) input: IssueFindingInput,
    @Ctx() context: Context,
  ) {
    return payload(await issueFinding(context, input));
  }

  @Under('finding.close')
  @Mutation(() => FindingPayload, {
    description:
      'Closes a finding. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT.',
  })
  async closeFinding(
    @Arg('input', () => CloseFindingInput) input: CloseFindingInput,
    @Ctx() context: Context,
  ) {
    return payload(await closeFinding(context, input));
  }

  @FieldResolver(() => String, { description: 'What is wrong.' })
  title(@Root() finding: FindingType, @Args(() => LocaleArgsType) { locale }: LocaleArgsType): string {
    return inLocale({ zh: finding.titleZh, en: finding.titleEn ?? undefined }, locale);
  }

  @FieldResolver(() => RegionType, { description: 'In which village.' })
  region(@Root() finding: FindingType, @Ctx() context: Context): Promise<RegionType> {
    return getRegion(context, finding.regionCode);
  }

  @FieldResolver(() => InspectionType, { description: 'Which inspection found it.' })
  inspection(@Root() finding: FindingType, @Ctx() context: Context): Promise<InspectionType> {
    return getInspection(context, finding.inspectionId);
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who issued it.' })
  async issuedBy(@Root() finding: FindingType, @Ctx() context: Context): Promise<AccountType | null> {
    return finding.issuedById ? findAccount(context, finding.issuedById) : null;
  }

  @FieldResolver(() => AccountType, { nullable: true, description: 'Who closed it; null while it is open.' })
  async closedBy(@Root() finding: FindingType, @Ctx() context: Context): Promise<AccountType | null> {
    return finding.closedById ? findAccount(context, finding.closedById) : null;
  }
}

@Resolver(() => InspectionType)
export class InspectionFindingsResolver {
  @FieldResolver(() => FindingConnection, {
    description: 'What it found, as far as it lies in your regions.',
  })
  async findings(
    @Root() inspection: InspectionType,
    @Args(() => PageArgsType) page: PageArgsType,
    @Ctx() context: Context,
  ) {
    return connect(FindingConnection, await findingsOf(context, inspection.id, page));
  }
}
