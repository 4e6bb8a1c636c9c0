import { type DestinationStream, type Logger, pino } from 'pino';

export type Log = Logger;

/** What the API calls secrets and personal data. */
const CUT = [
  ...['password', 'currentPassword', 'newPassword', 'accessToken', 'refreshToken', 'deviceSecret'],
  ...['idNumber', 'phone', 'bankAccount', 'headName'],
].map((name) => `*.${name}`);

/** Structured log on standard output. Secrets and personal data must never be handed to it; the usual names are cut. */
export const openLog = (level: string, to: DestinationStream = process.stdout): Log =>
  pino(
    {
      level,
      base: null,
      redact: { paths: CUT, censor: '[cut]' },
    },
    // Not pino's own writer: when the terminal has gone, that one tries for ever to get its last lines out, and the
    // process never ends.
    to,
  );
