import { ArgsType, Field, ObjectType } from 'type-graphql';
import { DateTime, FeedCursor, RegionCode } from '../http/scalars.js';
import { RegionType } from '../regions/region.type.js';

/** Numbers of a region, and the place in the log at which they are exact. */
@ObjectType()
export abstract class ExactType {
  @Field(() => DateTime, {
    description: 'Campaign time at which the numbers were read; they hold everything up to `cursor`.',
  })
  asOf!: Date;

  @Field(() => FeedCursor, {
    description: 'Where in the log the numbers are exact; as `after` of supervisionFeed it misses nothing.',
  })
  cursor!: string;

  @Field(() => RegionType, { description: 'Which region, with everything inside it.' })
  region!: RegionType;
}

@ArgsType()
export class RegionArgs {
  @Field(() => RegionCode, {
    description:
      'The region, with everything inside it; it must lie inside one of your grants, else FORBIDDEN.',
  })
  region!: string;
}
