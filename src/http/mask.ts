import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError, Kind } from 'graphql';
import { isBusy, isSlow, isUnstorable, isWalledOff } from '../db/faults.js';
import { tookTooLong, Work } from '../db/work.js';
import { ERROR_CODES, Refusal } from '../errors.js';
import type { Log } from '../log.js';

/** What clients may see: our own refusals, and what GraphQL itself says of a malformed request. */
const KNOWN: ReadonlySet<unknown> = new Set([...ERROR_CODES, ...Object.values(ApolloServerErrorCode)]);

/** Under which name the log and the answer speak of the same request. */
export interface Trace {
  readonly log: Log;
  readonly requestId: string;
  /** Whether the schema may be read, and so guessed from suggestions. */
  readonly introspection: boolean;
}

/** A sentence repeats what was wrong in it; that much of it is enough to see which. */
const SENTENCE_LENGTH = 400;
/** How graphql-js begins to say that it has stopped counting. */
const TOO_MANY_OF_VARIABLES = 'Too many errors processing variables';
/** Where a sentence begins to guess; it is always the last. Not a pattern: what comes before is the client's own text. */
const SUGGESTION = ' Did you mean ';

/** The errors of one answer, masked, and not more than `most`. */
export const maskAll = (
  errors: readonly GraphQLError[],
  most: number,
  trace: Trace,
): GraphQLFormattedError[] => errors.slice(0, most).map((error) => maskError(error.toJSON(), error, trace));

/**
 * One mapping for HTTP and sockets: refusals pass, everything else is logged whole and answered without a word of it.
 * Every error carries the id under which the log speaks of it.
 */
export function maskError(
  formatted: GraphQLFormattedError,
  error: unknown,
  { log, requestId, introspection }: Trace,
): GraphQLFormattedError {
  const cause = causeOf(error);
  // What a refusal hides is for the operators.
  if (cause instanceof Refusal && cause.cause)
    log.error({ err: cause.cause, path: formatted.path, requestId, code: cause.code }, 'a request failed');
  const known = codeOf(error, cause, formatted);
  if (known) {
    // The refusal's own code wins: GraphQL calls every bad value BAD_USER_INPUT.
    const details = cause instanceof Refusal ? cause.extensions : {};
    // `http` is a word from us to Apollo: the status.
    const all: Record<string, unknown> = { ...formatted.extensions, ...details, code: known, requestId };
    const { http: _, ...extensions } = all;
    const [unguessed = ''] = formatted.message.split(SUGGESTION, 1);
    const message = introspection ? formatted.message : unguessed;
    return { ...formatted, message: cut(message), extensions };
  }
  const { code, message } = answerTo(cause);
  // A character that cannot be stored is its sender's fault, and he may send it all day long.
  const level = code === 'INVALID_TEXT' ? 'debug' : 'error';
  log[level]({ err: cause, path: formatted.path, requestId, code }, 'a request failed');
  const { locations, path } = formatted;
  return { message, ...(locations && { locations }), ...(path && { path }), extensions: { code, requestId } };
}

/** What a fault of ours, or of the database, is called outside. */
export function answerTo(fault: unknown): Refusal {
  if (isSlow(fault) || Work.isOver) return tookTooLong();
  if (isBusy(fault))
    return new Refusal('SERVICE_UNAVAILABLE', 'The service cannot answer just now. Try again shortly.');
  if (isUnstorable(fault))
    return new Refusal('INVALID_TEXT', 'A text holds a character that cannot be stored.');
  // A room should have refused it itself; it is logged as the fault that it is, and answered as what it comes to.
  if (isWalledOff(fault)) return new Refusal('FORBIDDEN', 'None of your grants allows this there.');
  return new Refusal('INTERNAL_SERVER_ERROR', 'Something went wrong on our side.');
}

/** The innermost cause that says what went wrong. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** The code of what clients may see; null for a fault that is none of their business. */
function codeOf(error: unknown, cause: unknown, { extensions }: GraphQLFormattedError): unknown {
  if (cause instanceof Refusal) return cause.code;
  if (isOfVariable(error)) return 'BAD_USER_INPUT';
  const code = extensions?.code;
  return cause instanceof GraphQLError && KNOWN.has(code) && code !== 'INTERNAL_SERVER_ERROR' ? code : null;
}

/** Apollo says so of most of these, over HTTP only. */
const isOfVariable = (error: unknown): boolean =>
  error instanceof GraphQLError &&
  (error.nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION || error.message.startsWith(TOO_MANY_OF_VARIABLES));

const cut = (text: string): string =>
  text.length > SENTENCE_LENGTH ? `${text.slice(0, SENTENCE_LENGTH)}…` : text;
