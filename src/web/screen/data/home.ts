import { useEffect, useState } from 'react';
import { type LoginMutation, WallClockDocument } from '../../../../schema/generated/documents.js';
import { asking } from '../../live/ask.js';
import type { Post } from '../../live/post.js';
import type { Session } from '../../live/session.js';
import type { Fault } from '../fault.js';
import { prefixOf } from '../place.js';
import { faultOf, surroundings } from './watching.js';

/** Who signed in. */
export type Viewer = LoginMutation['login']['viewer'];
export type Home = NonNullable<Viewer['grants'][number]['region']>;

interface Homes {
  /** Where the viewer may look, widest first; null until the clock is known. */
  readonly homes: readonly Home[] | null;
  readonly fault: Fault | null;
}

const AGAIN_MS = 4000;

/** The regions of the viewer's grants that are in force by the campaign clock; asked for until the server answers. */
export function useHomes(post: Post, session: Session, viewer: Viewer): Homes {
  const [found, setFound] = useState<Homes>({ homes: null, fault: null });
  useEffect(() => {
    let callOff: () => void = () => undefined;
    const cut = new AbortController();
    const ask = asking(post, session);
    const look = async () => {
      try {
        const { campaignClock } = await ask(WallClockDocument, {}, { signal: cut.signal });
        setFound({ homes: homesOf(viewer, Date.parse(campaignClock.now)), fault: null });
      } catch (fault) {
        if (cut.signal.aborted) return;
        setFound((before) => ({ ...before, fault: faultOf(fault) }));
        callOff = surroundings.after(AGAIN_MS, look);
      }
    };
    void look();
    return () => {
      cut.abort();
      callOff();
    };
  }, [post, session, viewer]);
  return found;
}

function homesOf({ grants }: Viewer, now: number): Home[] {
  const inForce = grants.filter(
    ({ validFrom, validTo }) => Date.parse(validFrom) <= now && (!validTo || now < Date.parse(validTo)),
  );
  const regions = new Map(inForce.map(({ region }) => [region?.code, region]));
  return [...regions.values()]
    .filter((region) => region !== null && region !== undefined)
    .sort((a, b) => prefixOf(a.code).length - prefixOf(b.code).length || (a.code < b.code ? -1 : 1));
}
