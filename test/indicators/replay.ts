import { comparePositions, type Position, START } from '../../src/events/position.js';
import type { LoggedFact } from '../../src/events/read.js';
import type { House } from '../helpers/house.js';

/** Every fact of the log up to a place, read from its start. */
export async function factsUntil(house: House, end: Position): Promise<LoggedFact[]> {
  const { tail } = house.node;
  const facts: LoggedFact[] = [];
  for (let at: Position = START; ; ) {
    const page = await tail.after(at, 400);
    if (page.facts.length === 0) return facts;
    const within = page.facts.filter(({ tick, id }) => comparePositions({ tick, id: BigInt(id) }, end) <= 0);
    facts.push(...within);
    if (within.length < page.facts.length) return facts;
    at = page.position;
  }
}
