import { comparePositions, type Position } from '../events/position.js';
import { movedWithin } from '../events/waiting.js';
import type { Context } from '../http/context.js';
import { LiveRights } from '../people/grant.followers.js';
import type { Exact } from './exact.js';

/** Numbers that nothing moves are looked at again this often: what was missed is found by looking. */
const RECHECK_MS = 60_000;

interface Numbers<Read extends Exact> {
  /** Reads them for whoever has proved the right already, and may see households or may not. */
  readonly read: (context: Context, regionCode: string, seesHouseholds: boolean) => Promise<Read>;
  /** Shortest pause between two answers, real time. */
  readonly restMs: number;
}

/**
 * Numbers of a region: those of now at once, then each time they moved. Pulled by its socket, so a slow one gets the
 * newest numbers instead of a queue of old ones.
 * @throws UNAUTHENTICATED · FORBIDDEN (also later, when the right ends) · NOT_FOUND
 */
export async function* liveNumbers<Read extends Exact>(
  context: Context,
  regionCode: string,
  { read, restMs }: Numbers<Read>,
): AsyncGenerator<Read, void, void> {
  const { tail, ended } = context;
  const rights = new LiveRights(context);
  // Grants may have changed since the socket came.
  await rights.see([]);
  rights.demand('overview.read', regionCode);
  let seen = tail.head;
  let sent = '';
  while (!ended.aborted) {
    const seesHouseholds = rights.may('household.read', regionCode);
    const numbers = await read(context, regionCode, seesHouseholds);
    // Rights as of the place these numbers speak of, which may lie beyond what this node has heard.
    seen = await hear(context, rights, seen, numbers.position);
    if (ended.aborted) return;
    rights.demand('overview.read', regionCode);
    if (rights.may('household.read', regionCode) !== seesHouseholds) continue;
    const text = textOf(numbers);
    if (text !== sent) {
      sent = text;
      yield numbers;
    }
    await nextMove(context, rights, numbers.position, restMs);
  }
}

/** Everything that could have moved, as text to compare: all but when and where it was read. */
const textOf = ({ asOf, cursor, position, ...numbers }: Exact): string => JSON.stringify(numbers);

/** Shows every fact up to the node's head, and at least up to the place, to the rights; answers how far that was. */
async function hear(
  context: Context,
  rights: LiveRights,
  from: Position,
  least: Position,
): Promise<Position> {
  const { tail, ended } = context;
  let at = from;
  for (;;) {
    const page = await tail.after(at);
    if (page.reset) rights.forget();
    await rights.see(page.facts);
    at = page.position;
    if (page.facts.length > 0) continue;
    if (ended.aborted || comparePositions(at, least) >= 0) return at;
    await tail.moved(at, ended);
  }
}

/** Rests, then waits for the log to go on, unless the numbers are still behind it; a right that ends is no rest. */
async function nextMove(
  { tail, ended }: Context,
  rights: LiveRights,
  position: Position,
  restMs: number,
): Promise<void> {
  await pause(restMs, ended, rights);
  const { facts, position: end } = await tail.after(position, 1);
  if (facts.length > 0) return;
  await movedWithin(tail, end, RECHECK_MS, ended, rights.onTurn);
}

const pause = (ms: number, signal: AbortSignal, rights: LiveRights): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      takeBack();
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const takeBack = rights.onTurn(done);
    signal.addEventListener('abort', done, { once: true });
  });
