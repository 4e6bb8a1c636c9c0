import { useCallback, useEffect, useRef, useState } from 'react';
import { followValue } from '../../../client/live.js';
import type { Asked } from '../../../client/post.js';
import { type Fault, isPassing } from '../fault.js';
import { isInside } from '../place.js';
import { faultOf, surroundings, useWatch, useWatched } from './watching.js';

interface Live<Data> {
  readonly data: Data | null;
  readonly fault: Fault | null;
}

/** A wall is read by people: numbers that move faster than this cannot be. */
const REST_MS = 500;

/** The newest value of a state subscription. The last good one stays through cuts; another question starts empty. */
export function useLive<Data, Variables>(document: Asked<Data, Variables>, variables: Variables): Live<Data> {
  const { socket } = useWatch();
  const [live, setLive] = useState<Live<Data> & { key: string }>({ data: null, fault: null, key: '' });
  const key = JSON.stringify(variables);
  useEffect(() => {
    let newest: Data | null = null;
    let callOff: (() => void) | null = null;
    const show = () => {
      callOff = null;
      setLive({ data: newest, fault: null, key });
    };
    const leave = followValue(socket, {
      document,
      variables: JSON.parse(key) as Variables,
      onValue: (data) => {
        const isFirst = newest === null;
        newest = data;
        if (isFirst) show();
        else callOff ??= surroundings.after(REST_MS, show);
      },
      onEnd: (refusal) => setLive({ data: null, fault: faultOf(refusal), key }),
    });
    return () => {
      leave();
      callOff?.();
    };
  }, [socket, document, key]);
  return live.key === key ? live : { data: null, fault: null };
}

/** How long to gather changes before asking anew: a burst of them costs one question. */
const GATHER_MS = 1200;

/**
 * Grows when something happened inside a region, when its numbers moved, or when something may have been missed; at most
 * once in a while.
 */
export function useMoved(region: string, numbers: unknown): number {
  const watch = useWatch();
  const generation = useWatched(watch.generation);
  const [moves, setMoves] = useState(0);
  const waiting = useRef<(() => void) | null>(null);
  const gather = useCallback(() => {
    waiting.current ??= surroundings.after(GATHER_MS, () => {
      waiting.current = null;
      setMoves((before) => before + 1);
    });
  }, []);
  useEffect(
    () =>
      watch.onEvents((events) => {
        if (events.some((event) => isInside(event.region.code, region))) gather();
      }),
    [watch, region, gather],
  );
  const first = useRef(numbers);
  useEffect(() => {
    if (numbers !== first.current) gather();
    first.current = numbers;
  }, [numbers, gather]);
  useEffect(
    () => () => {
      waiting.current?.();
      waiting.current = null;
    },
    [],
  );
  return moves + generation;
}

interface Answer<Data> extends Live<Data> {
  /** Campaign time of the answer. */
  readonly at: string | null;
  readonly again: () => void;
}

/** How long until what failed in passing is asked again. */
const AGAIN_MS = 5000;

/**
 * One answer, asked anew whenever `moved` changes; the last good one stays until the next. Without variables nothing is
 * asked yet.
 */
export function useAnswer<Data, Variables>(
  document: Asked<Data, Variables>,
  variables: Variables | null,
  moved: unknown,
): Answer<Data> {
  const watch = useWatch();
  const [tries, setTries] = useState(0);
  const again = useCallback(() => setTries((before) => before + 1), []);
  const [state, setState] = useState<Omit<Answer<Data>, 'again'> & { key: string }>(nothing);
  const key = JSON.stringify(variables);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what moved and how often it was tried are reasons to ask anew.
  useEffect(() => {
    const asked = JSON.parse(key) as Variables | null;
    if (asked === null) return;
    const cut = new AbortController();
    let callOff: () => void = () => undefined;
    watch.ask(document, asked, { signal: cut.signal }).then(
      (data) => {
        if (!cut.signal.aborted) setState({ data, fault: null, at: watch.heard.get().asOf, key });
      },
      (thrown) => {
        if (cut.signal.aborted) return;
        const fault = faultOf(thrown);
        setState((before) => ({ ...kept(before, key), fault, key }));
        if (isPassing(fault)) callOff = surroundings.after(AGAIN_MS, again);
      },
    );
    return () => {
      cut.abort();
      callOff();
    };
  }, [watch, document, key, moved, tries]);
  return { ...kept(state, key), again };
}

const nothing = { data: null, fault: null, at: null, key: '' };
const kept = <State extends { key: string }>(state: State, key: string): State | typeof nothing =>
  state.key === key ? state : nothing;
