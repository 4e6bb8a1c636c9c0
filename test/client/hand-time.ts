import { ordinarySurroundings, type Surroundings } from '../../src/client/surroundings.js';

interface Task {
  readonly at: number;
  readonly run: () => void;
}

/** Time that stands still until the test moves it. */
export class HandTime {
  private readonly tasks = new Set<Task>();
  private moment = 0;

  readonly now = (): number => this.moment;

  readonly after = (ms: number, run: () => void): (() => void) => {
    const task = { at: this.moment + ms, run };
    this.tasks.add(task);
    return () => this.tasks.delete(task);
  };

  /** How many wait for their time. */
  get waiting(): number {
    return this.tasks.size;
  }

  /** Moves on, doing what falls due in its order. */
  advance(ms: number): void {
    const end = this.moment + ms;
    for (let task = this.dueBy(end); task; task = this.dueBy(end)) {
      this.tasks.delete(task);
      this.moment = task.at;
      task.run();
    }
    this.moment = end;
  }

  private dueBy(end: number): Task | undefined {
    return [...this.tasks].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** The machine's own surroundings, without pauses between attempts and without locks, and what the test puts in. */
export const surroundingsWith = (own: Partial<Surroundings> = {}): Surroundings => ({
  ...ordinarySurroundings(),
  random: () => 0,
  alone: null,
  complain: (fault) => {
    throw fault;
  },
  ...own,
});

/** What a browser's locks do for all its pages. */
export function inTurn(): NonNullable<Surroundings['alone']> {
  const ends = new Map<string, Promise<unknown>>();
  return (name, work) => {
    const result = (ends.get(name) ?? Promise.resolve()).then(work);
    ends.set(
      name,
      result.catch(() => undefined),
    );
    return result;
  };
}

/** What a browser keeps, in memory. */
export class MemoryStorage {
  readonly items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, text: string): void {
    this.items.set(key, text);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}
