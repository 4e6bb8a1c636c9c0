import { ArgsType, Field, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { WithinArgsType } from '../http/args.js';
import { connectionOf } from '../http/connection.js';
import { RegionType } from '../regions/region.type.js';
import type { Benchmark, ItemNumbers, Village } from './benchmark.queries.js';
import { ExactType } from './exact.type.js';
import type { Standing } from './standing.js';
import { BenchmarkNumbersType, StandingEnum } from './standing.type.js';

@Under('overview.read')
@ObjectType('ItemNumbers', { description: 'The benchmark tasks of one item of the standard in a region.' })
export class ItemNumbersType extends BenchmarkNumbersType implements ItemNumbers {
  itemId!: string;
}

@Under('overview.read')
@ObjectType('BenchmarkChild', { description: 'A region directly inside, held against the standard.' })
class BenchmarkChildType {
  @Field(() => RegionType, { description: 'Which. Development zones are listed, and never to be ranked.' })
  region!: RegionType;

  @Field(() => [ItemNumbersType], {
    description: 'The same items in the same order as in the region asked for, also with zeros.',
  })
  items!: ItemNumbersType[];
}

@Under('overview.read')
@ObjectType('Benchmark', {
  description:
    'A region held against the exit standard, item by item; its numbers move only by events of the log: exact at `cursor`.',
})
export class BenchmarkType extends ExactType implements Omit<Benchmark, 'position'> {
  @Field(() => [ItemNumbersType], {
    description: 'Every item that has a task in the region that counts, in the order of its standard.',
  })
  items!: ItemNumbersType[];

  @Field(() => [BenchmarkChildType], { description: 'The regions directly inside, by code.' })
  children!: BenchmarkChildType[];
}

@Under('overview.read')
@ObjectType('BenchmarkVillage', {
  description: 'A village held against the exit standard, all items together.',
})
export class BenchmarkVillageType extends BenchmarkNumbersType implements Omit<Village, 'code'> {
  @Field(() => RegionType, { description: 'The village.' })
  region!: RegionType;
}

export const BenchmarkVillageConnection = connectionOf(
  'BenchmarkVillage',
  BenchmarkVillageType,
  'overview.read',
  'Villages with at least one benchmark task that is not cancelled, by code.',
);

@ArgsType()
export class BenchmarkVillagesArgs extends WithinArgsType {
  @Field(() => [StandingEnum], {
    nullable: true,
    description: 'Only villages that stand so now; an empty list matches nothing.',
  })
  standing?: Standing[] | null;
}
