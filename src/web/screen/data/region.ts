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
  const { heard, generation, refusal } = useWatch();
  const { asOf } = useWatched(heard);
  const isOld = useIsOld();
  const refused = useWatched(refusal);
  const place = useAnswer(WallPlaceDocument, { code }, useWatched(generation));
  const overview = useLive(WallOverviewDocument, { region: code });
  const benchmark = useLive(WallBenchmarkDocument, { region: code });
  const faults = [place.fault, overview.fault, benchmark.fault, refused && faultOf(refused)];
  return {
    place: place.data,
    overview: useTrueAt(overview.data?.overviewChanged ?? null, isOld ? null : asOf),
    benchmark: useTrueAt(benchmark.data?.benchmarkChanged ?? null, isOld ? null : asOf),
    fault: faults.find((each) => each !== null && !isPassing(each)) ?? null,
    moved: useMoved(code),
  };
}

/** Numbers are sent when they move; while the feed lives, those that did not move are as true as its last batch. */
function useTrueAt<Numbers extends { asOf: string }>(
  numbers: Numbers | null,
  heardOf: string | null,
): Numbers | null {
  return useMemo(() => {
    if (!numbers || heardOf === null || heardOf <= numbers.asOf) return numbers;
    return { ...numbers, asOf: heardOf };
  }, [numbers, heardOf]);
}
