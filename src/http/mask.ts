import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, Refusal } from '../errors.js';
import type { Log } from '../log.js';

/** What clients may see: our own refusals, and what GraphQL itself says of a malformed request. */
const KNOWN: ReadonlySet<unknown> = new Set([...ERROR_CODES, ...Object.values(ApolloServerErrorCode)]);

const BUSY_STATES = new Set(['53300', '57P01', '57P02', '57P03', '08000', '08001', '08003', '08006']);

/** The innermost cause that carries what went wrong. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/** PostgreSQL's five-character state, wherever the layers above have put it. */
function sqlState(fault: unknown): string | undefined {
  if (typeof fault !== 'object' || fault === null || !('code' in fault)) return undefined;
  return typeof fault.code === 'string' ? fault.code : undefined;
}

/**
 * One mapping for HTTP and sockets: refusals pass, everything else is logged whole and answered without a word of it.
 */
export function maskError(formatted: GraphQLFormattedError, error: unknown, log: Log): GraphQLFormattedError {
  const cause = causeOf(error);
  const refusal = cause instanceof Refusal ? cause : error instanceof GraphQLError ? error : null;
  const code = refusal?.extensions.code ?? formatted.extensions?.code;
  const isOurs = cause instanceof Refusal || (cause instanceof GraphQLError && KNOWN.has(code));
  if (isOurs && code !== 'INTERNAL_SERVER_ERROR') {
    return { ...formatted, extensions: { ...formatted.extensions, ...refusal?.extensions, code } };
  }
  log.error({ err: cause, path: formatted.path }, 'a request failed');
  const masked = BUSY_STATES.has(sqlState(cause) ?? '')
    ? { code: 'SERVICE_UNAVAILABLE', message: 'The service cannot answer just now. Try again shortly.' }
    : { code: 'INTERNAL_SERVER_ERROR', message: 'Something went wrong on our side.' };
  const { locations, path } = formatted;
  return {
    message: masked.message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code: masked.code },
  };
}
