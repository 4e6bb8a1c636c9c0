import { useLanguage } from './words/language.js';

/** Every level the API speaks of: how grave, how a thing stands, how a task stands against its deadline. */
export type Level =
  | 'CRITICAL'
  | 'WARNING'
  | 'NOTICE'
  | 'MET'
  | 'OVERDUE'
  | 'AT_RISK'
  | 'ON_TRACK'
  | 'CLOSED'
  | 'BEHIND'
  | 'DUE_SOON'
  | 'NONE';

type Tone = 'grave' | 'warn' | 'note' | 'good' | 'calm' | 'none';

/** The one place where a level becomes a colour (see theme.css) and a shape: who cannot tell colours reads the shape. */
const TONES: Record<Level, Tone> = {
  CRITICAL: 'grave',
  OVERDUE: 'grave',
  WARNING: 'warn',
  AT_RISK: 'warn',
  DUE_SOON: 'warn',
  BEHIND: 'note',
  NOTICE: 'note',
  ON_TRACK: 'calm',
  MET: 'good',
  CLOSED: 'good',
  NONE: 'none',
};

const SHAPES: Record<Tone, string> = {
  grave: 'M8 1 15.5 14.5H.5Z',
  warn: 'M8 .5 15.5 8 8 15.5.5 8Z',
  note: 'M1.5 1.5h13v13h-13Z',
  calm: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Z',
  good: 'M1 8.5 3.5 6 6.5 9 12.5 2.5 15 5 6.5 14Z',
  none: 'M2 6.5h12v3H2Z',
};

export const toneOf = (level: Level | null | undefined): Tone => TONES[level ?? 'NONE'];

interface SignProps {
  readonly level: Level | null;
  /** Left out where the sign only decorates words that say the same. */
  readonly label?: string;
}

/** A level's sign. */
export function Sign({ level, label }: SignProps) {
  const tone = toneOf(level);
  return (
    <>
      <svg className={`sign tone-${tone}`} viewBox="0 0 16 16" aria-hidden="true">
        <path d={SHAPES[tone]} />
      </svg>
      {label && <span className="unseen">{label}</span>}
    </>
  );
}

const STANDINGS = ['MET', 'ON_TRACK', 'AT_RISK', 'OVERDUE', 'NONE'] as const;

/** What each sign means. */
export function Legend() {
  const { words } = useLanguage();
  return (
    <ul className="legend" aria-label={words.legend}>
      {STANDINGS.map((standing) => (
        <li key={standing}>
          <Sign level={standing} /> {words.standing[standing]}
        </li>
      ))}
    </ul>
  );
}
