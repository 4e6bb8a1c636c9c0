import { createSourceEventStream, type ExecutionArgs, type ExecutionResult, execute } from 'graphql';
import { type Line, payloadOf } from './line.js';
import { SharedSource, type Subscriber } from './shared.js';

/** What is executed for one subscription of one socket. */
export interface Operation extends ExecutionArgs {
  readonly listening: AbortController;
  readonly line: Line;
  readonly asked: Pick<Subscriber, 'question' | 'fields'>;
  /** The result as clients may see it. */
  readonly mask: (result: ExecutionResult) => object;
}

/** The answers of one subscription; graphql-ws asks for them one by one and returns it when nobody listens any more. */
export async function openSubscription(
  operation: Operation,
): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
  const source = await createSourceEventStream(operation);
  if (source instanceof SharedSource) return served(source, operation);
  return Symbol.asyncIterator in source ? pulled(source[Symbol.asyncIterator](), operation) : source;
}

const answer = (operation: Operation, value: unknown) =>
  Promise.resolve(execute({ ...operation, rootValue: value }));

const OVER = { done: true, value: undefined } as const;

/** Nothing comes by this way: the source sends by itself, and this only says when, and with what error, it is over. */
function served(source: SharedSource, operation: Operation): AsyncIterableIterator<ExecutionResult> {
  const { line, asked } = operation;
  const render = async (value: unknown) => payloadOf(operation.mask(await answer(operation, value)));
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    // No async functions here nor in serve(): what each holds while it waits, it would hold for weeks, for every socket.
    next: () =>
      line.isOver ? Promise.resolve(OVER) : source.serve({ line, ...asked, render }).then(() => OVER),
    return: () => {
      line.end();
      return Promise.resolve(OVER);
    },
  };
}

/**
 * One result for every value. A generator that waits for the log cannot be returned from outside: `return()` queues
 * behind the wait. Aborting the context's signal first ends the wait, so a socket that leaves is forgotten at once.
 */
function pulled(
  source: AsyncIterator<unknown>,
  operation: Operation,
): AsyncIterableIterator<ExecutionResult> {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const { done, value } = await source.next();
      return done ? OVER : { done: false, value: await answer(operation, value) };
    },
    return: async () => {
      operation.listening.abort();
      await source.return?.();
      return OVER;
    },
  };
}
