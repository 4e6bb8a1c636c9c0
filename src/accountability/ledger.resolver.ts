import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { Under } from '../auth/right.js';
import { PageArgsType } from '../http/args.js';
import { connect } from '../http/connection.js';
import type { Context } from '../http/context.js';
import { CalendarDate, RegionCode } from '../http/scalars.js';
import { findAccount } from '../people/account.queries.js';
import { AccountType } from '../people/account.type.js';
import { findRegion } from '../regions/region.queries.js';
import { RegionType } from '../regions/region.type.js';
import { checkLedger, getLedgerEntry, ledgerWithin } from './ledger.queries.js';
import {
  AboutEntryType,
  LedgerConnection,
  LedgerEntryType,
  LedgerFilter,
  LedgerSealType,
  LedgerVerificationType,
} from './ledger.type.js';

@ArgsType()
class LedgerArgs extends PageArgsType {
  @Field(() => RegionCode, {
    nullable: true,
    description:
      'The region and everything inside it; it must lie inside one of your grants, else FORBIDDEN. Left out: everything that you may read; an auditor of a prefecture or more then also sees what belongs to no region, such as sign-ins of unknown names.',
  })
  within?: string | null;

  @Field(() => LedgerFilter, { nullable: true, description: 'Which of them.' })
  filter?: LedgerFilter | null;
}

@ArgsType()
class VerifyArgs {
  @Field(() => CalendarDate, {
    nullable: true,
    description: 'First day of sealing, real time; left out: from the beginning of what is kept.',
  })
  from?: string | null;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'Last day of sealing, real time, included; left out: to the end.',
  })
  to?: string | null;
}

@Resolver(() => LedgerEntryType)
export class LedgerResolver {
  @Under('ledger.read')
  @Query(() => LedgerConnection, {
    description:
      'Who did or revealed what, newest first. Errors: FORBIDDEN, NOT_FOUND (no such region), INVALID_PAGE_SIZE, INVALID_CURSOR.',
  })
  async ledger(@Args(() => LedgerArgs) { within, filter, ...page }: LedgerArgs, @Ctx() context: Context) {
    return connect(LedgerConnection, await ledgerWithin(context, within ?? null, filter ?? {}, page));
  }

  @Under('ledger.read')
  @Query(() => LedgerEntryType, {
    description: 'One entry of the ledger. Errors: FORBIDDEN, NOT_FOUND (absent or out of scope).',
  })
  async ledgerEntry(
    @Arg('id', () => ID, { description: 'Which entry.' }) id: string,
    @Ctx() context: Context,
  ): Promise<LedgerEntryType> {
    return (await getLedgerEntry(context, id)) as LedgerEntryType;
  }

  @Under('ledger.read')
  @Query(() => LedgerVerificationType, {
    description:
      'Holds days of the ledger against their seals and says what was changed, removed, inserted or reordered since. Of the whole installation, whatever your region. Errors: FORBIDDEN, INVALID_DATE, BAD_USER_INPUT (more than 100,000 entries at once).',
  })
  async verifyLedger(
    @Args(() => VerifyArgs) { from, to }: VerifyArgs,
    @Ctx() context: Context,
  ): Promise<LedgerVerificationType> {
    const verification = await checkLedger(context, from ?? null, to ?? null);
    return { ...verification, publicKey: context.ledger.publicKey };
  }

  @FieldResolver(() => AboutEntryType, {
    nullable: true,
    description: 'What it was about; null where it is no one thing.',
  })
  subject(@Root() { subjectType, subjectId }: LedgerEntryType): AboutEntryType | null {
    return subjectType && subjectId ? { type: subjectType, id: subjectId } : null;
  }

  @FieldResolver(() => LedgerSealType, {
    nullable: true,
    description: 'Its place in the chain; null until it is sealed, which takes a moment.',
  })
  seal(@Root() { seq, sealHash: hash, sealDay: day }: LedgerEntryType): LedgerSealType | null {
    return seq && hash && day ? { seq, hash, day } : null;
  }

  @FieldResolver(() => AccountType, {
    nullable: true,
    description: 'Who; null when nobody knows, as when signing in with an unknown name failed.',
  })
  async account(@Root() entry: LedgerEntryType, @Ctx() context: Context): Promise<AccountType | null> {
    return entry.accountId ? findAccount(context, entry.accountId) : null;
  }

  @FieldResolver(() => RegionType, {
    nullable: true,
    description: 'Where; for what has no place, the region of the account\u2019s first grant, else null.',
  })
  async region(@Root() entry: LedgerEntryType, @Ctx() context: Context): Promise<RegionType | null> {
    return entry.regionCode ? findRegion(context, entry.regionCode) : null;
  }
}
