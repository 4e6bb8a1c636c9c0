import type { Ending } from './frames.js';
import type { Line } from './line.js';

/** One subscription to a source that many share. */
export interface Subscriber {
  readonly line: Pick<Line, 'isOver' | 'onOver' | 'send'>;
  /** What was asked, without the position to begin at: two with the same question are told the same where rights allow. */
  readonly question: string;
  /** Every field that is asked for, as `Type.field`. */
  readonly fields: ReadonlySet<string>;
  /** Executes the operation on one value of the source and writes down the result. */
  readonly render: (value: unknown) => Promise<Ending>;
}

/**
 * The source of a subscription that is executed and written down once for all who may be told the same, and sent to each
 * as the same bytes. It is an async iterable only in name: GraphQL wants a source to be one.
 */
export abstract class SharedSource {
  private prove: () => void = () => undefined;

  /** @param prove throws when nothing may be told; called after it is known that there is something to ask about */
  under(prove: () => void): this {
    this.prove = prove;
    return this;
  }

  /** Resolves when nobody listens any more. @throws what ends the subscription with an error */
  serve(subscriber: Subscriber): Promise<void> {
    return this.begin().then((tell) => {
      this.prove();
      return tell(subscriber);
    });
  }

  [Symbol.asyncIterator](): never {
    throw new Error('A shared source is served, not iterated.');
  }

  /** Looks at what was asked. @returns what tells it, until nobody listens any more */
  protected abstract begin(): Promise<(subscriber: Subscriber) => Promise<void>>;
}
