import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { Severity, SubjectType } from '../events/facts.js';
import { PageArgsType } from '../http/args.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import { SeverityEnum } from '../http/subject.type.js';
import type { InboxItem, InboxNotice } from './inbox.entity.js';
import { INBOX_RECEIPTS, type InboxReceipt } from './receipt.actions.js';

export const InboxReceiptEnum = wordEnum('InboxReceipt', 'What a receiver signs for.', INBOX_RECEIPTS, {
  DELIVERED: 'A device of the receiver has it.',
  SEEN: 'The receiver has looked at it; what comes after is another notice.',
});

@Under('SIGNED_IN')
@ObjectType('InboxItem', { description: 'One thing that a notice is about.' })
export class InboxItemType implements Pick<InboxItem, 'at'> {
  @Field(() => DateTime, { description: 'When it came, campaign time.' })
  at!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the receiver did something about it.' })
  actedAt?: Date | null;

  subjectType!: SubjectType;
  subjectId!: string;
  regionCode!: string;
  titleZh!: string;
  titleEn?: string | null;
}

export const InboxItemConnection = connectionOf(
  'InboxItem',
  InboxItemType,
  'SIGNED_IN',
  'What a notice is about.',
);

@Under('SIGNED_IN')
@ObjectType('InboxNotice', {
  description:
    'What the asking person was told: one matter in one district. Until it is seen, more of the same becomes part of it.',
})
export class InboxNoticeType implements Pick<InboxNotice, 'topic' | 'count' | 'deliverAt'> {
  @Field(() => ID, { description: 'Identity of the notice.' })
  id!: string;

  @Field(() => String, {
    description:
      'What it is about: the code of a rung (D7, O3) or of an alert rule, ASSIGNED (a task is yours), INSPECTION (you are sent), INTERVIEW (one is appointed) or REFERRAL (a matter of discipline).',
  })
  topic!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Code of the escalation step that it came by; null: it is told to you alone.',
  })
  step?: string | null;

  @Field(() => SeverityEnum, { description: 'How grave the gravest of it is.' })
  severity!: Severity;

  @Field(() => Int, { description: 'How many things it is about.' })
  count!: number;

  @Field(() => DateTime, { description: 'When the first of it came, campaign time.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the last of it came, campaign time.' })
  lastAt!: Date;

  @Field(() => DateTime, {
    description: 'When it was delivered: what is not critical waits for the morning, or for working time.',
  })
  deliverAt!: Date;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When a device of yours signed for it, campaign time.',
  })
  deliveredAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'When you first looked at it, campaign time.' })
  seenAt?: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When you had done something about the last of it, campaign time; null while some is left.',
  })
  actedAt?: Date | null;

  districtCode!: string;
}

export const InboxConnection = connectionOf(
  'InboxNotice',
  InboxNoticeType,
  'SIGNED_IN',
  'Your notices, newest first.',
);

@Under('SIGNED_IN')
@ObjectType('InboxCount', { description: 'What of your inbox you have not seen.' })
export class InboxCountType {
  @Field(() => Int, { description: 'Notices that are delivered and not seen.' })
  unseen!: number;

  @Field(() => Int, { description: 'Of them, the critical ones.' })
  critical!: number;
}

@ArgsType()
export class InboxArgs extends PageArgsType {
  @Field(() => Boolean, { nullable: true, description: 'Only seen ones, or only unseen ones.' })
  seen?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Only ones that were acted on, or only others.' })
  acted?: boolean | null;
}

@InputType({ description: 'Signs for notices of your own.' })
export class ConfirmNoticesInput extends CreateInput {
  @Field(() => [ID], { description: 'Which notices, 1 to 100.' })
  inboxNoticeIds!: string[];

  @Field(() => InboxReceiptEnum, { description: 'What you sign for.' })
  receipt!: InboxReceipt;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'The latest `lastAt` among what you have read: a notice that has taken in more since is delivered, and stays unseen. Left out: all that they hold by now is seen.',
  })
  readAt?: Date | null;
}

@Under('SIGNED_IN')
@ObjectType('ConfirmNoticesPayload', { description: 'Notices that were signed for.' })
export class ConfirmNoticesPayload extends Payload {
  @Field(() => [InboxNoticeType], { description: 'The notices as they are now.' })
  notices!: InboxNoticeType[];
}
