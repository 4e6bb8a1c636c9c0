import { Field, ObjectType } from 'type-graphql';

/** What every write answers, besides the changed object. */
@ObjectType()
export abstract class Payload {
  @Field(() => String, { description: 'The same mark is on every feed event of this change.' })
  mark!: string;
}
