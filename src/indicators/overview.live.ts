import { comparePositions, type Position } from '../events/position.js';
import { movedWithin } from '../events/waiting.js';
import type { Context } from '../http/context.js';
import { LiveRights } from '../people/grant.followers.js';
import { type Overview, readOverview } from './overview.queries.js';

/** At most four overviews a second (real time). */
const REST_MS = 250;
/** A right that ends by the campaign clock states no fact; it is looked at again at least this often. */
const RECHECK_MS = 5000;

/**
 * The overview of a region: the numbers of now at once, then each time they moved. Pulled by its socket, so a slow
 * one gets the newest numbers instead of a queue of old ones.
 * @throws UNAUTHENTICATED · FORBIDDEN (also later, when the right ends) · NOT_FOUND
 */
export async function* overviewsOf(
  context: Context,
  regionCode: string,
): AsyncGenerator<Overview, void, void> {
  const { tail, ended } = context;
  const rights = new LiveRights(context);
  // Grants may have changed since the socket came.
  await rights.see([]);
  rights.demand('overview.read', regionCode);
  let seen = tail.head;
  let sent = '';
  while (!ended.aborted) {
    const overview = await readOverview(context, regionCode);
    // Rights as of the place these numbers speak of, which may lie beyond what this node has heard.
    seen = await hear(context, rights, seen, overview.position);
    if (ended.aborted) return;
    rights.demand('overview.read', regionCode);
    const numbers = numbersIn(overview);
    if (numbers !== sent) {
      sent = numbers;
      yield overview;
    }
    await nextMove(context, overview.position);
  }
}

/** Everything that could have moved, as text to compare. */
const numbersIn = ({ households, tasks, projects, alerts, children }: Overview): string =>
  JSON.stringify([households, tasks, projects, alerts, children]);

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

/** Rests, then waits for the log to go on, unless the numbers are still behind it. */
async function nextMove({ tail, ended }: Context, position: Position): Promise<void> {
  await pause(REST_MS, ended);
  const { facts, position: end } = await tail.after(position, 1);
  if (facts.length > 0) return;
  await movedWithin(tail, end, RECHECK_MS, ended);
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
