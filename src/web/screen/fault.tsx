import { go } from './route.js';
import { useLanguage } from './words/language.js';

/** Why something could not be shown: a code of the API's table, or one of the page's own. */
export interface Fault {
  readonly code: string;
  /** The number to look for in the server's log. */
  readonly requestId?: string | null;
}

/** What goes by itself: nothing is wrong with the question. */
const PASSING = new Set([
  'UNREACHABLE',
  'SERVICE_UNAVAILABLE',
  'RATE_LIMITED',
  'INTERNAL_SERVER_ERROR',
  'TOKEN_EXPIRED',
]);
export const isPassing = ({ code }: Fault): boolean => PASSING.has(code);

interface FaultNoteProps {
  readonly fault: Fault;
  readonly onRetry?: () => void;
}

/** A sentence that says what went wrong, and the way on. */
export function FaultNote({ fault, onRetry }: FaultNoteProps) {
  const { words } = useLanguage();
  return (
    <div className="fault" role="alert">
      <p>{useFaultSentence(fault)}</p>
      <p>
        {onRetry && (
          <button type="button" onClick={onRetry}>
            {words.faults.retry}
          </button>
        )}
        {WRONG_PLACE.has(fault.code) && (
          <button type="button" onClick={() => go({ region: null })}>
            {words.faults.home}
          </button>
        )}
      </p>
    </div>
  );
}

const WRONG_PLACE = new Set(['FORBIDDEN', 'NOT_FOUND', 'INVALID_REGION_CODE']);

export function useFaultSentence({ code, requestId }: Fault): string {
  const { faults } = useLanguage().words;
  const known = faults[code as keyof typeof faults];
  return known ?? `${faults.other} ${requestId ?? code}`;
}
