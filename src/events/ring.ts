import { comparePositions, type Position, START } from './position.js';
import type { LoggedFact } from './read.js';

/** The recent end of the log in memory: all facts after `from`, up to `head`. */
export class Ring {
  private facts: LoggedFact[] = [];
  private from: Position = START;

  constructor(private readonly capacity: number) {}

  /** Forgets everything and begins at a place. */
  restart(at: Position): void {
    this.facts = [];
    this.from = at;
  }

  push(facts: readonly LoggedFact[]): void {
    this.facts.push(...facts);
    // Cut in half capacities, not one by one: shifting an array for every fact would be quadratic.
    if (this.facts.length < this.capacity * 1.5) return;
    const cut = this.facts.length - this.capacity;
    this.from = this.endOf(cut - 1);
    this.facts = this.facts.slice(cut);
  }

  holds(position: Position): boolean {
    if (position.era !== undefined && position.era !== this.from.era) return false;
    return comparePositions(position, this.from) >= 0;
  }

  /** The next facts after a position that the ring holds, and where that leaves the reader. */
  after(position: Position, limit: number, head: Position): { facts: LoggedFact[]; position: Position } {
    const start = this.firstAfter(position);
    const facts = this.facts.slice(start, start + limit);
    const end = start + facts.length;
    return { facts, position: end === this.facts.length ? head : this.endOf(end - 1) };
  }

  /** The position right after the fact at an index. */
  private endOf(index: number): Position {
    const fact = this.facts[index] as LoggedFact;
    const inside = this.facts[index + 1]?.tick === fact.tick;
    return { tick: fact.tick, id: inside ? BigInt(fact.id) : null, era: this.from.era };
  }

  private firstAfter(position: Position): number {
    let low = 0;
    let high = this.facts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const fact = this.facts[middle] as LoggedFact;
      if (comparePositions({ tick: fact.tick, id: BigInt(fact.id) }, position) > 0) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
