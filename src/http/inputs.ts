import { Field, ID, InputType, Int } from 'type-graphql';

/** What every write of a new thing takes. */
@InputType()
export abstract class CreateInput {
  @Field(() => ID, {
    nullable: true,
    description:
      'The same key and body again give the first answer again, for 72 hours (real time); another body: IDEMPOTENCY_KEY_REUSED.',
  })
  idempotencyKey?: string | null;
}

/** What every write of a thing that exists takes. */
@InputType()
export abstract class ChangeInput extends CreateInput {
  @Field(() => Int, { description: 'The version you read; if it has changed since: VERSION_CONFLICT.' })
  expectedVersion!: number;
}
