import { randomUUID } from 'node:crypto';
import type { Audience, Fact, Severity } from '../../src/events/facts.js';
import { record } from '../../src/events/record.js';
import type { House } from '../helpers/house.js';

/** A closed finding, as the inspections room would state it: news for people, work for no follower. */
export const findingIn = (
  code: string,
  more: { audience?: Audience; severity?: Severity | null } = {},
): Fact => ({
  kind: 'FINDING_CLOSED',
  region: { code, name: '某村' },
  subject: { type: 'FINDING', id: randomUUID() },
  severity: 'WARNING',
  audience: 'REGION',
  params: { title: { zh: '饮水未达标', en: 'Water below standard' }, inspectionId: randomUUID() },
  ...more,
});

/** States facts in one transaction, as any room does; answers its mark. */
export async function state(house: House, ...facts: Fact[]): Promise<string> {
  const mark = await house.node.orm.em
    .fork()
    .transactional((em) => record(em, facts, { happenedAt: house.clock.now(), actorId: null }));
  house.node.tail.kick();
  return mark;
}
