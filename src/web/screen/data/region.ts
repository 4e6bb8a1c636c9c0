import { useMemo } from 'react';
import {
  WallBenchmarkDocument,
  WallOverviewDocument,
  WallPlaceDocument,
  type WallPlaceQuery,
} from '../../../../schema/generated/documents.js';
import { type Fault, isPassing } from '../fault.js';
import type { Benchmark, Overview } from '../overview.js';
import { useAnswer, useLive, useMoved } from './answers.js';
import { useIsOld } from './time.js';
import { faultOf, useWatch, useWatched } from './watching.js';

/** Everything that is known of the region on the screen; null: not yet. */
interface RegionData {
  readonly place: WallPlaceQuery | null;
  readonly overview: Overview | null;
  readonly benchmark: Benchmark | null;
  /** Why it cannot be shown. What passes is none: it does not take the last good numbers off the wall. */
  readonly fault: Fault | null;
  /** Changes when something happened there. */
  readonly moved: number;
}

export function useRegion(code: string): RegionData {
  const { generation, refusal } = useWatch();
  const refused = useWatched(refusal);
  const place = useAnswer(WallPlaceDocument, { code }, useWatched(generation));
  const overview = useLive(WallOverviewDocument, { region: code });
  const benchmark = useLive(WallBenchmarkDocument, { region: code });
  const faults = [place.fault, overview.fault, benchmark.fault, refused && faultOf(refused)];
  return {
    place: place.data,
    overview: useTrue(overview.data?.overviewChanged ?? null),
    benchmark: useTrue(benchmark.data?.benchmarkChanged ?? null),
    fault: faults.find((each) => each !== null && !isPassing(each)) ?? null,
    moved: useMoved(code, overview.data),
  };
}

/** Campaign time at which numbers are true that were sent at `own` and not since: while the feed lives, its last batch. */
export function useTrueAt(own: string | null): string | null {
  const { asOf } = useWatched(useWatch().heard);
  if (useIsOld() || asOf === null) return own;
  return own === null || asOf > own ? asOf : own;
}

function useTrue<Numbers extends { asOf: string }>(numbers: Numbers | null): Numbers | null {
  const asOf = useTrueAt(numbers?.asOf ?? null);
  return useMemo(() => (numbers && asOf ? { ...numbers, asOf } : numbers), [numbers, asOf]);
}
