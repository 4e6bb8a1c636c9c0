import { Field, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import type { AlertQuality } from './quality.queries.js';
import type { AlertRule } from './rule.entity.js';
import { AlertRuleEnum } from './rule.type.js';

@Under('alert.read')
@ObjectType('AlertQuality', {
  description:
    'What became of the alerts of one rule: each of `raised` is exactly one of the five that follow.',
})
export class AlertQualityType implements AlertQuality {
  @Field(() => AlertRuleEnum, { description: 'Which rule.' })
  rule!: AlertRule;

  @Field(() => Int, { description: 'How many began in the period.' })
  raised!: number;

  @Field(() => Int, { description: 'Taken up, and not let lapse.' })
  acted!: number;

  @Field(() => Int, { description: 'Found to ask for nothing.' })
  dismissed!: number;

  @Field(() => Int, { description: 'Taken up, and let lapse at least once.' })
  late!: number;

  @Field(() => Int, { description: 'Over without anybody having taken it up.' })
  silent!: number;

  @Field(() => Int, { description: 'Not over, and taken up by nobody.' })
  waiting!: number;
}
