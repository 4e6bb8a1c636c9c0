import { type ReactNode, useEffect, useId, useRef } from 'react';
import { surroundings } from '../data/watching.js';
import { go, type ListName, type Route, useRoute } from '../route.js';
import { useLanguage } from '../words/language.js';

/** As long as the animation of the style sheet. */
const GLOW_MS = 1600;

interface PanelProps {
  /** Its place in the layout. */
  readonly area: string;
  readonly title: string;
  /** Campaign time of what it shows. */
  readonly asOf?: string | undefined;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** One framed part of the screen with its title and the time its numbers are of. */
export function Panel({ area, title, asOf, aside, children }: PanelProps) {
  const { words, time } = useLanguage();
  const id = useId();
  return (
    <section className={`panel area-${area}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        {asOf && (
          <span className="as-of">
            {words.asOf} <time dateTime={asOf}>{time(asOf)}</time>
          </span>
        )}
        {aside}
      </header>
      {children}
    </section>
  );
}

interface FigureProps {
  /** Null while it is not known. */
  readonly value: number | null;
  /** It is known here to be withheld from this viewer. */
  readonly withheld?: boolean;
  /** What the number is, said to who cannot see where it stands. */
  readonly title: string;
  readonly unit?: string;
  readonly size?: 'huge' | 'large' | 'plain';
  /** The list it counts. */
  readonly list?: { readonly name: ListName; readonly filter?: Readonly<Record<string, string>> };
}

/** A number: with its name and unit, a short glow when it moves, and a way down to the list behind it. */
export function Figure({ value, withheld = false, title, unit = '', size = 'plain', list }: FigureProps) {
  const { words, count } = useLanguage();
  const region = useRoute().region;
  const glowing = useGlow<HTMLElement>(value);
  const text = value === null && !withheld ? '–' : count(value);
  const said = `${title} ${withheld ? words.withheld.meaning : `${text} ${unit}`}`.trim();
  if (!list)
    return (
      <span className={`figure ${size}`} ref={glowing}>
        <span className="unseen">{title}</span> <b>{text}</b> {unit && <small>{unit}</small>}
      </span>
    );
  const target: Partial<Route> = { region, list: { name: list.name, filter: list.filter ?? {} } };
  return (
    <button
      type="button"
      className={`figure ${size}`}
      ref={glowing as React.Ref<HTMLButtonElement>}
      onClick={() => go(target)}
      aria-label={`${said}, ${words.list.open}`}
      title={withheld ? words.withheld.meaning : undefined}
    >
      <b>{text}</b> {unit && <small>{unit}</small>}
    </button>
  );
}

/**
 * Glows once when a number moves; not when it comes or goes, as on the way to another region. The style sheet keeps it
 * still for who asked for less motion.
 */
function useGlow<Of extends HTMLElement>(value: number | null) {
  const element = useRef<Of>(null);
  const before = useRef(value);
  useEffect(() => {
    const hasMoved = before.current !== null && value !== null && before.current !== value;
    before.current = value;
    const seen = element.current;
    if (!seen || !hasMoved) return;
    seen.classList.remove('glow');
    // Read, so that the browser sees the class go before it comes again.
    void seen.offsetWidth;
    seen.classList.add('glow');
    return surroundings.after(GLOW_MS, () => seen.classList.remove('glow'));
  }, [value]);
  return element;
}

/** How much of a whole, as a bar. */
export function Bar({
  part,
  whole,
  label,
}: {
  readonly part: number;
  readonly whole: number;
  readonly label: string;
}) {
  const share = whole === 0 ? 0 : part / whole;
  return (
    <div className="bar" role="img" aria-label={label}>
      <i style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}
