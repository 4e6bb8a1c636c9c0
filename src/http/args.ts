import { ArgsType, Field, Int } from 'type-graphql';
import { RegionCode } from './scalars.js';

@ArgsType()
export class PageArgsType {
  @Field(() => Int, { description: 'How many entries, 1 to 100. Else INVALID_PAGE_SIZE.' })
  first!: number;

  @Field(() => String, {
    nullable: true,
    description: 'Go on after this cursor of the same list. Forged: INVALID_CURSOR.',
  })
  after?: string | null;
}

@ArgsType()
export class WithinArgsType extends PageArgsType {
  @Field(() => RegionCode, {
    description:
      'The region and everything inside it. It must lie inside one of your grants, else FORBIDDEN.',
  })
  within!: string;
}
