import { useRef, useState } from 'react';
import type { Asked } from '../../../client/post.js';
import type { Fault } from '../fault.js';
import { useAnswer } from './answers.js';
import { useWatch } from './watching.js';

interface Connection<Row> {
  readonly totalCount: number;
  readonly edges: readonly { readonly node: Row }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null };
}

/** A list as far as it was asked for. */
export interface Pages<Row> {
  readonly rows: readonly Row[];
  /** Null until the first answer. */
  readonly total: number | null;
  readonly fault: Fault | null;
  readonly isBusy: boolean;
  /** Asks for the next page; null when there is none. */
  readonly more: (() => void) | null;
  readonly again: () => void;
}

const PAGE = 50;

/** A list, page after page; its first page is asked for anew when `moved` changes, unless somebody has read on. */
export function usePages<Data, Variables extends { first: number; after?: string | null }, Row>(
  document: Asked<Data, Variables>,
  variables: Omit<Variables, 'first' | 'after'>,
  pick: (data: Data) => Connection<Row>,
  moved: unknown,
): Pages<Row> {
  const { ask } = useWatch();
  const [further, setFurther] = useState<readonly Connection<Row>[]>([]);
  const [isBusy, setBusy] = useState(false);
  const readOn = useRef(moved);
  if (further.length === 0) readOn.current = moved;
  const page = { ...variables, first: PAGE, after: null } as unknown as Variables;
  const { data, fault, again } = useAnswer(document, page, readOn.current);
  const first = data ? pick(data) : null;
  const last = further.at(-1) ?? first;
  const readMore = () => {
    setBusy(true);
    const next = { ...page, after: last?.pageInfo.endCursor ?? null };
    ask(document, next)
      .then(
        (found) => setFurther((before) => [...before, pick(found)]),
        () => undefined,
      )
      .finally(() => setBusy(false));
  };
  return {
    rows: [first, ...further].flatMap((each) => each?.edges.map(({ node }) => node) ?? []),
    total: last?.totalCount ?? null,
    fault,
    isBusy,
    more: last?.pageInfo.hasNextPage ? readMore : null,
    again,
  };
}
