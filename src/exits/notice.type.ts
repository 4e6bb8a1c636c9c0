import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { DurationUnitEnum } from '../calendars/calendar.type.js';
import { connectionOf } from '../http/connection.js';
import { ChangeInput, CreateInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { DateTime } from '../http/scalars.js';
import type { StandardTarget } from '../standards/measure.rules.js';
import type { NoticeUnit } from '../standards/standard.entity.js';
import { StandardTargetEnum } from '../standards/standard.type.js';

@Under('exit.read')
@ObjectType('PublicNotice', {
  description:
    'A list that hangs where everybody can see it, for a time that stands still while an objection waits.',
})
export class PublicNoticeType {
  regionCode!: string;
  postedById!: string;
  version!: number;

  @Field(() => ID, { description: 'Identity of the notice.' })
  id!: string;

  @Field(() => StandardTargetEnum, { description: 'What is to leave the list.' })
  kind!: StandardTarget;

  @Field(() => String, { description: 'Where it hangs.' })
  place!: string;

  @Field(() => Int, { description: 'How long.' })
  amount!: number;

  @Field(() => DurationUnitEnum, { description: 'Of what: calendar or working days.' })
  unit!: NoticeUnit;

  @Field(() => DateTime, {
    description: 'Since when, campaign time; the day after is the first that counts.',
  })
  postedAt!: Date;
}

export const PublicNoticeConnection = connectionOf(
  'PublicNotice',
  PublicNoticeType,
  'exit.read',
  'Notices, newest first.',
);

@Under('household.read')
@ObjectType('Objection', { description: 'What somebody said against a case; who it was is kept nowhere.' })
export class ObjectionType {
  exitId!: string;
  recordedById!: string;
  answeredById?: string | null;

  @Field(() => ID, { description: 'Identity of the objection.' })
  id!: string;

  @Field(() => String, { description: 'What was said, without names.' })
  text!: string;

  @Field(() => DateTime, {
    description: 'When it was recorded, campaign time; from then on the notice stands still.',
  })
  at!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it was answered, campaign time.' })
  answeredAt?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Whether it was right: its case can then only be sent back.',
  })
  upheld?: boolean | null;

  @Field(() => String, { nullable: true, description: 'The answer, without names.' })
  answer?: string | null;

  @Field(() => Int, { description: 'Version for expectedVersion.' })
  version!: number;
}

@InputType({ description: 'A case to make public.' })
export class ExitVersionInput {
  @Field(() => ID, { description: 'Which case.' })
  exitId!: string;

  @Field(() => Int, { description: 'The version you read; if it has changed since: VERSION_CONFLICT.' })
  expectedVersion!: number;
}

@InputType({ description: 'Makes cases of one place and one standard public.' })
export class PostNoticeInput extends CreateInput {
  @Field(() => [ExitVersionInput], { description: '1 to 200 cases, each once.' })
  exits!: ExitVersionInput[];

  @Field(() => String, { description: 'Where it hangs; at most 100 characters.' })
  place!: string;
}

@InputType({ description: 'Records an objection to a case on a notice that hangs.' })
export class RaiseObjectionInput extends CreateInput {
  @Field(() => ID, { description: 'Against which case.' })
  exitId!: string;

  @Field(() => String, { description: 'What was said, at most 500 characters; no names.' })
  text!: string;
}

@InputType({ description: 'Answers an objection.' })
export class AnswerObjectionInput extends ChangeInput {
  @Field(() => ID, { description: 'Which objection.' })
  objectionId!: string;

  @Field(() => Boolean, { description: 'Whether it is right.' })
  upheld!: boolean;

  @Field(() => String, { description: 'The answer, at most 500 characters; no names.' })
  answer!: string;
}

@Under('exit.read')
@ObjectType('PublicNoticePayload', { description: 'A notice that hangs.' })
export class PublicNoticePayload extends Payload {
  @Field(() => PublicNoticeType, { description: 'The notice.' })
  notice!: PublicNoticeType;
}

@Under('household.read')
@ObjectType('ObjectionPayload', { description: 'An objection that was recorded or answered.' })
export class ObjectionPayload extends Payload {
  @Field(() => ObjectionType, { description: 'The objection after the change.' })
  objection!: ObjectionType;
}
