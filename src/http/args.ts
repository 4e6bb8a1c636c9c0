import { ArgsType, Field, Int } from 'type-graphql';
import { Refusal } from '../errors.js';
import { DateTime, RegionCode } from './scalars.js';

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

/** From an instant on, and before another. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
}

@ArgsType()
export class PeriodArgsType {
  @Field(() => RegionCode, { description: 'Where; it must lie inside one of your grants, else FORBIDDEN.' })
  within!: string;

  @Field(() => DateTime, { description: 'From this instant on, campaign time.' })
  from!: Date;

  @Field(() => DateTime, { description: 'And before this one; at most ten years later. Else INVALID_DATE.' })
  to!: Date;
}

/** Ten years: longer ones are reports, and not questions of a screen. */
const LONGEST_MS = 3660 * 86_400_000;

/** @throws INVALID_DATE (an end before the beginning, or too long a period) */
export function demandPeriod({ from, to }: Period): void {
  if (to > from && to.getTime() - from.getTime() <= LONGEST_MS) return;
  throw new Refusal('INVALID_DATE', 'A period ends after it begins, and within ten years.', { field: 'to' });
}
