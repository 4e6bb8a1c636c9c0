import { useCallback, useEffect, useState } from 'react';
import { WallHomeDocument, type WallHomeQuery } from '../../../../schema/generated/documents.js';
import type { Ask } from '../../../client/ask.js';
import { type Fault, isPassing } from '../fault.js';
import { prefixOf } from '../place.js';
import { faultOf, surroundings } from './watching.js';

type Grant = WallHomeQuery['viewer']['grants'][number];
export type Home = NonNullable<Grant['region']>;

interface Homes {
  /** Where the viewer may look, widest first; null until the server has said. */
  readonly homes: readonly Home[] | null;
  readonly fault: Fault | null;
  /** Changes when the same home is to be tried anew. */
  readonly round: number;
}

const AGAIN_MS = 4000;
/** How often it is looked whether a right that is missing has been given; the first time sooner. */
const PATIENCE_MS = 30_000;

/**
 * The regions of the viewer's grants that are in force by the campaign clock. Asked for until the server answers, and
 * anew while there is none, or after somebody was refused: a right may end, and come back, while one watches.
 */
export function useHomes(ask: Ask): Homes & { readonly refused: () => void } {
  const [found, setFound] = useState<Homes>({ homes: null, fault: null, round: 0 });
  const [refusals, setRefusals] = useState(0);
  const refused = useCallback(() => setRefusals((before) => before + 1), []);
  useEffect(() => {
    const cut = new AbortController();
    let callOff: () => void = () => undefined;
    const look = async () => {
      let homes: readonly Home[] | null = null;
      try {
        homes = homesOf(await ask(WallHomeDocument, {}, { signal: cut.signal }));
        setFound({ homes, fault: null, round: refusals });
      } catch (thrown) {
        if (cut.signal.aborted) return;
        const fault = faultOf(thrown);
        setFound((before) => ({ ...before, fault: isPassing(fault) && before.homes ? null : fault }));
      }
      if (homes === null || homes.length === 0)
        callOff = surroundings.after(homes ? PATIENCE_MS : AGAIN_MS, look);
    };
    callOff = surroundings.after(Math.min(PATIENCE_MS, refusals * AGAIN_MS), look);
    return () => {
      cut.abort();
      callOff();
    };
  }, [ask, refusals]);
  return { ...found, refused };
}

function homesOf({ viewer, campaignClock }: WallHomeQuery): Home[] {
  const now = Date.parse(campaignClock.now);
  const isInForce = ({ validFrom, validTo }: Grant) =>
    Date.parse(validFrom) <= now && (!validTo || now < Date.parse(validTo));
  const regions = viewer.grants.filter(isInForce).flatMap(({ region }) => region ?? []);
  return [...new Map(regions.map((region) => [region.code, region])).values()].sort(
    (a, b) => prefixOf(a.code).length - prefixOf(b.code).length || (a.code < b.code ? -1 : 1),
  );
}
