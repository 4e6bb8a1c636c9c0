import { styleText } from 'node:util';
import type { Locale } from '../events/words.js';

/** What the feed tells of one event. */
export interface FeedEvent {
  readonly severity: 'NOTICE' | 'WARNING' | 'CRITICAL' | null;
  readonly happenedAt: string;
  readonly headline: string;
}

/** Of one width in each language; Chinese characters take two columns each. */
const SEVERITY_WORDS = {
  ZH: { NOTICE: '提醒', WARNING: '预警', CRITICAL: '告急', NONE: '    ' },
  EN: { NOTICE: 'notice  ', WARNING: 'warning ', CRITICAL: 'critical', NONE: '        ' },
} as const;

const CAMPAIGN_TIME = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** The language of this terminal, as far as the house speaks it. */
export const terminalLocale = (): Locale =>
  new Intl.DateTimeFormat().resolvedOptions().locale.startsWith('zh') ? 'ZH' : 'EN';

/** One event as one line: campaign time in the city, how grave it is, what happened. */
export function eventLine({ severity, happenedAt, headline }: FeedEvent, locale: Locale): string {
  const text = `${CAMPAIGN_TIME.format(new Date(happenedAt))}  ${SEVERITY_WORDS[locale][severity ?? 'NONE']}  ${headline}`;
  // styleText leaves colours out where standard output is no terminal.
  if (severity === 'CRITICAL') return styleText('red', text);
  return severity === 'WARNING' ? styleText('yellow', text) : text;
}
