import { Sign } from '../levels.js';
import { go } from '../route.js';

/** What a list is asked with. */
export interface RowsProps {
  readonly region: string;
  readonly filter: Readonly<Record<string, string>>;
  /** Changes when something happened in the region: then the list is asked for anew. */
  readonly moved: number;
}

/** A filter of one word as the API wants it, a list; nothing where it is none of the words that there are. */
export const only = <Word extends string>(
  word: string | undefined,
  words: Readonly<Record<Word, string>>,
): Word[] | undefined => (word !== undefined && word in words ? [word as Word] : undefined);

interface LeveledProps {
  readonly level: React.ComponentProps<typeof Sign>['level'];
  readonly word: string;
}

/** A level with its sign. */
export const Leveled = ({ level, word }: LeveledProps) => (
  <span className="leveled">
    <Sign level={level} /> {word}
  </span>
);

interface PlaceLinkProps {
  readonly region: { readonly code: string };
  readonly children: string;
}

/** A place that one can go to. */
export const PlaceLink = ({ region, children }: PlaceLinkProps) => (
  <button type="button" className="link" onClick={() => go({ region: region.code })}>
    {children}
  </button>
);
