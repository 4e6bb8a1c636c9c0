import { type Logger, pino } from 'pino';

export type Log = Logger;

/** Structured log on standard output. Secrets and personal data must never be handed to it; the usual names are cut. */
export const openLog = (level: string): Log =>
  pino({
    level,
    base: null,
    redact: { paths: ['*.password', '*.accessToken', '*.refreshToken', '*.idNumber'], censor: '[cut]' },
  });
