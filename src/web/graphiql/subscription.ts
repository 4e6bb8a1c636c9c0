import type { FetcherParams, Observable } from '@graphiql/toolkit';
import type { ExecutionResult } from 'graphql';
import { createClient } from 'graphql-ws/client';
import { session } from './session.js';

/** How many answers are shown: what happened some minutes ago is still there between the heartbeats. */
const SHOWN = 20;
const CUT = 1006;
const REVOKED = 4401;

const RESUME = 'To miss nothing, pass the newest cursor as "after".';
/** Why a socket was closed: docs/errors.md. */
const ENDS: Readonly<Record<number, string>> = {
  [CUT]: `The connection was cut: the server or the network went away. Run again. ${RESUME}`,
  1012: `The server restarts. Run again in a moment. ${RESUME}`,
  1013: 'The server is too busy, or this account has too many connections open. Try again later.',
  [REVOKED]: 'No token, or one that is no longer good. Sign in, then run again.',
  4403: `The token has expired, and the subscription ended with it. While you are signed in the headers hold a new one: run again. ${RESUME}`,
};

/** What the response pane shows: every answer as it came, and why no more will come. */
interface Shown {
  readonly ended?: string;
  readonly errors?: readonly unknown[];
  readonly received: number;
  readonly newestFirst: readonly unknown[];
}

interface Viewer {
  readonly next: (value: ExecutionResult) => void;
  readonly complete: () => void;
}

/**
 * Subscribes on a connection of its own, with the token of the tab. It does not come back by itself: somebody who
 * tries out the API is to see when and why a subscription ends.
 */
export function follow(params: FetcherParams, token: string): Observable<ExecutionResult> {
  const subscribe = (viewer: Viewer) => ({ unsubscribe: begin(params, token, viewer) });
  // GraphiQL uses this one of the three ways in which an observable may be called.
  return { subscribe } as unknown as Observable<ExecutionResult>;
}

/** Answers what ends it. */
function begin(
  { query, variables, operationName }: FetcherParams,
  token: string,
  viewer: Viewer,
): () => void {
  const url = `${location.origin.replace(/^http/, 'ws')}/graphql`;
  const client = createClient({ url, connectionParams: { accessToken: token }, retryAttempts: 0 });
  let shown: Shown = { received: 0, newestFirst: [] };
  // The pane shows another tab by the time that graphql-ws says good-bye.
  let isLeft = false;
  const show = (change: Partial<Shown>) => {
    if (isLeft) return;
    shown = { ...shown, ...change };
    const { received, newestFirst, ...why } = shown;
    viewer.next({ ...why, received, newestFirst } as unknown as ExecutionResult);
  };
  const end = (why: Partial<Shown>) => {
    show(why);
    if (!isLeft) viewer.complete();
  };
  const hangUp = client.subscribe(
    { query, variables, operationName },
    {
      next: (answer) =>
        show({
          received: shown.received + 1,
          newestFirst: [answer, ...shown.newestFirst].slice(0, SHOWN),
        }),
      error: (fault) => end(Array.isArray(fault) ? { errors: fault } : { ended: endOf(fault, token) }),
      complete: () => end({ ended: 'The server has nothing more to say.' }),
    },
  );
  return () => {
    isLeft = true;
    hangUp();
    void client.dispose();
  };
}

function endOf(fault: unknown, token: string): string {
  const { code, reason } = fault instanceof CloseEvent ? fault : { code: CUT, reason: '' };
  if (code === REVOKED) session.end(token);
  return ENDS[code] ?? `The connection was closed (${code} ${reason}).`;
}
