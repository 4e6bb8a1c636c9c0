import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isBusy, isUnstorable } from '../db/faults.js';
import { ERROR_CODES, Refusal } from '../errors.js';
import type { Log } from '../log.js';

/** What clients may see: our own refusals, and what GraphQL itself says of a malformed request. */
const KNOWN: ReadonlySet<unknown> = new Set([...ERROR_CODES, ...Object.values(ApolloServerErrorCode)]);

/** Under which name the log and the answer speak of the same request. */
export interface Trace {
  readonly log: Log;
  readonly requestId: string;
}

/**
 * One mapping for HTTP and sockets: refusals pass, everything else is logged whole and answered without a word of it.
 * Every error carries the id under which the log speaks of it.
 */
export function maskError(
  formatted: GraphQLFormattedError,
  error: unknown,
  { log, requestId }: Trace,
): GraphQLFormattedError {
  const cause = causeOf(error);
  // What a refusal hides is for the operators.
  if (cause instanceof Refusal && cause.cause)
    log.error({ err: cause.cause, path: formatted.path, requestId, code: cause.code }, 'a request failed');
  if (isForClients(cause, formatted)) {
    // The refusal's own code wins: GraphQL calls every bad value BAD_USER_INPUT.
    const details = cause instanceof Refusal ? cause.extensions : {};
    // `http` is a word from us to Apollo: the status.
    const all: Record<string, unknown> = { ...formatted.extensions, ...details, requestId };
    const { http: _, ...extensions } = all;
    return { ...formatted, extensions };
  }
  const { code, message } = answerTo(cause);
  log.error({ err: cause, path: formatted.path, requestId, code }, 'a request failed');
  const { locations, path } = formatted;
  return { message, ...(locations && { locations }), ...(path && { path }), extensions: { code, requestId } };
}

/** What a fault of ours, or of the database, is called outside. */
export function answerTo(fault: unknown): Refusal {
  if (isBusy(fault))
    return new Refusal('SERVICE_UNAVAILABLE', 'The service cannot answer just now. Try again shortly.');
  if (isUnstorable(fault))
    return new Refusal('INVALID_TEXT', 'A text holds a character that cannot be stored.');
  return new Refusal('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');
}

/** The innermost cause that says what went wrong. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

function isForClients(cause: unknown, { extensions }: GraphQLFormattedError): boolean {
  if (cause instanceof Refusal) return true;
  const code = extensions?.code;
  return cause instanceof GraphQLError && KNOWN.has(code) && code !== 'INTERNAL_SERVER_ERROR';
}
