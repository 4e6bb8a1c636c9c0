/** How many each holds, of those that hold any. */
export class Tally {
  private readonly held = new Map<string, number>();

  /** Counts one more unless that would be too many. */
  take(who: string, most: number): boolean {
    const held = this.held.get(who) ?? 0;
    if (held >= most) return false;
    this.held.set(who, held + 1);
    return true;
  }

  giveBack(who: string): void {
    const held = (this.held.get(who) ?? 1) - 1;
    if (held > 0) this.held.set(who, held);
    else this.held.delete(who);
  }
}

/** Lets so many of each in at once; the others wait in the order in which they came. */
export class Entrance {
  private readonly inside = new Tally();
  private readonly waiting = new Map<string, (() => void)[]>();

  constructor(private readonly most: number) {}

  /**
   * Calls `enter` at once, or when there is room.
   * @returns to be called when the place, or the wait for one, is given up; more than once does no harm
   */
  come(who: string, enter: () => void): () => void {
    let isInside = false;
    let hasLeft = false;
    // Let go of once it is called: with it goes all that it holds, and whoever stays may stay for weeks.
    let pending: (() => void) | null = enter;
    const go = () => {
      const called = pending;
      pending = null;
      isInside = true;
      called?.();
    };
    if (this.inside.take(who, this.most)) go();
    else this.waiting.set(who, [...(this.waiting.get(who) ?? []), go]);
    return () => {
      if (hasLeft) return;
      hasLeft = true;
      if (isInside) this.next(who);
      else this.forget(who, go);
    };
  }

  private next(who: string): void {
    this.inside.giveBack(who);
    const [first] = this.waiting.get(who) ?? [];
    if (!first || !this.inside.take(who, this.most)) return;
    this.forget(who, first);
    first();
  }

  private forget(who: string, go: () => void): void {
    const left = (this.waiting.get(who) ?? []).filter((each) => each !== go);
    if (left.length > 0) this.waiting.set(who, left);
    else this.waiting.delete(who);
  }
}
