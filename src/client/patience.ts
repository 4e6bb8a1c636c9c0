import type { Surroundings } from './surroundings.js';

/** Notices that something expected did not come. A cable that was pulled says nothing, so somebody must wait for it. */
export class Patience {
  private callOff: () => void = () => undefined;

  constructor(
    private readonly after: Surroundings['after'],
    private readonly onMissed: () => void,
  ) {}

  /** From now on it may take so long, whatever was expected before. */
  expect(withinMs: number): void {
    this.callOff();
    this.callOff = this.after(withinMs, this.onMissed);
  }

  /** Nothing is expected any more. */
  rest(): void {
    this.callOff();
  }
}
