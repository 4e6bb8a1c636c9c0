import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** Structured log on standard output. Secrets and personal data must never be handed to it; the usual names are cut. */
export const openLog = (level: string, to: DestinationStream = process.stdout): Log =>
  pino(
    {
      level,
      base: null,
      redact: { paths: ['*.password', '*.accessToken', '*.refreshToken', '*.idNumber'], censor: '[cut]' },
    },
    // Not pino's own writer: when the terminal has gone, that one tries for ever to get its last lines out, and the
    // process never ends.
    to,
  );
