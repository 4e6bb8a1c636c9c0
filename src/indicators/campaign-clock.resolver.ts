import { Ctx, Query, Resolver } from 'type-graphql';
import { signedIn } from '../auth/may.js';
import { Under } from '../auth/right.js';
import { shanghaiYear, startOfShanghaiDay } from '../clock.js';
import type { Context } from '../http/context.js';
import { CampaignClockType } from './campaign-clock.type.js';

@Resolver(() => CampaignClockType)
export class CampaignClockResolver {
  @Under('SIGNED_IN')
  @Query(() => CampaignClockType, {
    description: 'The campaign clock; readable by every account. Errors: UNAUTHENTICATED.',
  })
  campaignClock(@Ctx() { asker, clock }: Context): CampaignClockType {
    signedIn(asker);
    const now = clock.now();
    const yearEndsAt = startOfShanghaiDay(`${shanghaiYear(now) + 1}-01-01`);
    return { now, speed: clock.pinned.speed, yearEndsAt };
  }
}
