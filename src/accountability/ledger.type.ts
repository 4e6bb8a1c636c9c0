import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Role } from '../auth/viewer.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { CalendarDate, DateTime } from '../http/scalars.js';
import { LEDGER_SUBJECT_TYPES, type LedgerSubjectType, OUTCOMES, type Outcome } from '../ledger/acts.js';
import { FINDING_KINDS, type Finding } from '../ledger/verify.js';
import { RoleEnum } from '../people/account.type.js';

const OutcomeEnum = wordEnum('LedgerOutcome', 'What became of an act.', OUTCOMES, {
  DONE: 'It was done; the entry was written in the same transaction.',
  REFUSED: 'It was refused; see the entry\u2019s code.',
});

const LedgerSubjectTypeEnum = wordEnum(
  'LedgerSubjectType',
  'What kind of thing an entry of the ledger is about.',
  LEDGER_SUBJECT_TYPES,
);

export const LedgerFindingKindEnum = wordEnum(
  'LedgerFindingKind',
  'What is wrong with the ledger.',
  FINDING_KINDS,
  {
    ENTRY_CHANGED: 'An entry is not what was sealed.',
    ENTRY_REMOVED: 'An entry that was sealed, or waited to be, is not there.',
    ENTRY_INSERTED: 'An entry is neither sealed nor waits to be; or its seal was taken away.',
    SEAL_REMOVED: 'A number of the chain is missing.',
    CHAIN_BROKEN: 'A seal does not follow from the one before: changed, reordered or replaced.',
    DAY_UNSIGNED: 'A day that others follow has no day seal.',
    DAY_SEAL_WRONG: 'A day seal does not fit the chain, the day before, or the key of the installation.',
    DAY_REMOVED: 'The entries of a day are gone, although they must be kept still.',
    ANCHOR_WRONG: 'The chain does not hold what was noted outside.',
  },
);

@Under('WITH_PARENT')
@ObjectType('LedgerSubject', { description: 'The thing that an entry of the ledger is about.' })
export class AboutEntryType {
  @Field(() => LedgerSubjectTypeEnum, { description: 'Its kind.' })
  type!: LedgerSubjectType;

  @Field(() => ID, { description: 'Its identity.' })
  id!: string;
}

@Under('WITH_PARENT')
@ObjectType('LedgerSeal', { description: 'The place of an entry in the chain of hashes.' })
export class LedgerSealType {
  @Field(() => String, { description: 'Its number, from 1 without gaps, in the order of sealing.' })
  seq!: string;

  @Field(() => String, {
    description: 'Hash (SHA-256, hexadecimal) over the entry and the hash of the one before.',
  })
  hash!: string;

  @Field(() => CalendarDate, { description: 'The day on which it was sealed, real time, Asia/Shanghai.' })
  day!: string;
}

@Under('ledger.read')
@ObjectType('LedgerEntry', {
  description: 'Who did or revealed what, when, why, from where. Ids and names of fields only, no values.',
})
export class LedgerEntryType {
  @Field(() => ID, { description: 'Identity of the entry.' })
  id!: string;

  @Field(() => DateTime, { description: 'When, real time, by the clock of the database.' })
  at!: Date;

  @Field(() => DateTime, { description: 'When, campaign time.' })
  campaignAt!: Date;

  @Field(() => String, {
    description: 'The right that it was done under, such as `household.reveal`, or such as `session.signIn`.',
  })
  act!: string;

  @Field(() => String, { description: 'The mutation or query by its name.' })
  operation!: string;

  @Field(() => [RoleEnum], { description: 'The roles that allowed it; none for what needs no grant.' })
  roles!: Role[];

  @Field(() => ID, { nullable: true, description: 'The session it was done in; null without one.' })
  sessionId?: string | null;

  @Field(() => [String], { description: 'Names of the fields whose values were revealed.' })
  fields!: string[];

  @Field(() => String, {
    nullable: true,
    description: 'Why, as the one who did it wrote; null where nothing was said.',
  })
  purpose?: string | null;

  @Field(() => OutcomeEnum, { description: 'Whether it was done.' })
  outcome!: Outcome;

  @Field(() => String, { nullable: true, description: 'The code of the refusal; null when it was done.' })
  code?: string | null;

  @Field(() => String, { description: 'The network address it came from.' })
  address!: string;

  @Field(() => String, { nullable: true, description: 'What the device calls itself (User-Agent).' })
  device?: string | null;

  @Field(() => String, { description: 'The request; the log of the server speaks of it under the same id.' })
  requestId!: string;

  @Field(() => String, { description: 'The mark of the act; the same is on its feed events.' })
  mark!: string;

  accountId?: string | null;
  regionCode?: string | null;
  subjectType?: LedgerSubjectType | null;
  subjectId?: string | null;
  seq?: string | null;
  sealHash?: string | null;
  sealDay?: string | null;
}

export const LedgerConnection = connectionOf(
  'Ledger',
  LedgerEntryType,
  'ledger.read',
  'Entries of the ledger, newest first.',
);

@InputType({
  description: 'Which entries. A field left out asks nothing; an empty list matches nothing.',
})
export class LedgerFilter {
  @Field(() => [String], {
    nullable: true,
    description: 'Done under one of these rights (`LedgerEntry.act`).',
  })
  act?: string[] | null;

  @Field(() => [String], { nullable: true, description: 'By one of these mutations or queries.' })
  operation?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'By this account.' })
  accountId?: string | null;

  @Field(() => LedgerSubjectTypeEnum, { nullable: true, description: 'About a thing of this kind.' })
  subjectType?: LedgerSubjectType | null;

  @Field(() => ID, { nullable: true, description: 'About this thing.' })
  subjectId?: string | null;

  @Field(() => [OutcomeEnum], { nullable: true, description: 'With one of these outcomes.' })
  outcome?: Outcome[] | null;

  @Field(() => DateTime, { nullable: true, description: 'At or after this instant, real time.' })
  from?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'Before this instant, real time.' })
  to?: Date | null;

  @Field(() => Boolean, { nullable: true, description: 'True: with a purpose; false: without one.' })
  hasPurpose?: boolean | null;
}

@Under('ledger.read')
@ObjectType('LedgerFinding', { description: 'One thing that is wrong with the ledger.' })
export class LedgerFindingType implements Finding {
  @Field(() => LedgerFindingKindEnum, { description: 'What is wrong.' })
  kind!: Finding['kind'];

  @Field(() => String, { nullable: true, description: 'At which number of the chain; null outside it.' })
  seq!: string | null;

  @Field(() => ID, { nullable: true, description: 'With which entry; null where it is not one.' })
  entryId!: string | null;

  @Field(() => CalendarDate, {
    nullable: true,
    description: 'With which day\u2019s seal; null where it is none.',
  })
  day!: string | null;
}

@Under('ledger.read')
@ObjectType('LedgerAnchor', {
  description:
    'A place of the chain. Noted outside the installation, it proves later that nothing before it changed.',
})
export class LedgerAnchorType {
  @Field(() => String, { description: 'Number in the chain.' })
  seq!: string;

  @Field(() => String, { description: 'Hash of the chain there (SHA-256, hexadecimal).' })
  hash!: string;
}

@Under('ledger.read')
@ObjectType('LedgerVerification', {
  description: 'What comes of holding the ledger against its seals, its chain of hashes and its signed days.',
})
export class LedgerVerificationType {
  @Field(() => Boolean, { description: 'True when nothing is wrong.' })
  ok!: boolean;

  @Field(() => Int, { description: 'How many entries were held against their seals.' })
  entries!: number;

  @Field(() => Int, { description: 'How many day seals were checked.' })
  days!: number;

  @Field(() => LedgerAnchorType, { nullable: true, description: 'The end of the chain in these days.' })
  head!: LedgerAnchorType | null;

  @Field(() => [LedgerFindingType], { description: 'What is wrong, in the order of the chain; at most 100.' })
  findings!: readonly LedgerFindingType[];

  @Field(() => String, {
    description: 'With which key the days are signed (Ed25519, base64url). Keep it outside the installation.',
  })
  publicKey!: string;
}
