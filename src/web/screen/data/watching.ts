import { createContext, useContext, useSyncExternalStore } from 'react';
import { ApiError } from '../../../client/post.js';
import type { Watched } from '../../../client/store.js';
import { ordinarySurroundings } from '../../../client/surroundings.js';
import type { Fault } from '../fault.js';
import type { Watch } from './watch.js';

export const surroundings = ordinarySurroundings();

export const WatchContext = createContext<Watch | null>(null);

export function useWatch(): Watch {
  const watch = useContext(WatchContext);
  if (!watch) throw new Error('Nobody watches here.');
  return watch;
}

export const useWatched = <Value>({ subscribe, get }: Watched<Value>): Value =>
  useSyncExternalStore(subscribe, get);

/** Every refusal and every failure in the one form in which the page speaks of them. */
export const faultOf = (fault: unknown): Fault =>
  fault instanceof ApiError ? { code: fault.code, requestId: fault.requestId } : { code: 'UNREACHABLE' };
