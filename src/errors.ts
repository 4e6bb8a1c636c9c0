import { inspect } from 'node:util';
import { GraphQLError } from 'graphql';

/**
 * The closed table of refusals. Each code is one promise to the client, explained for people in
 * docs/errors.md (a test keeps the two equal). Clients rely on the code, never on the sentence.
 */
export const ERROR_CODES = [
  'APPROVAL_REQUIRED',
  'AUDIT_UNAVAILABLE',
  'BAD_USER_INPUT',
  'CALENDAR_MISSING',
  'COMMIT_UNKNOWN',
  'DATA_INTEGRITY_ERROR',
  'DUPLICATE_PERSON',
  'FORBIDDEN',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_KEY_REUSED',
  'INTERNAL_SERVER_ERROR',
  'INVALID_AMOUNT',
  'INVALID_BANK_ACCOUNT',
  'INVALID_CURSOR',
  'INVALID_DATE',
  'INVALID_ESCALATION',
  'INVALID_ID_NUMBER',
  'INVALID_PAGE_SIZE',
  'INVALID_PHONE',
  'INVALID_REGION_CODE',
  'INVALID_RULEBOOK',
  'INVALID_TEXT',
  'LOGIN_BUSY',
  'MFA_REQUIRED',
  'NOT_FOUND',
  'OPERATION_NOT_ALLOWED',
  'QUERY_TOO_COMPLEX',
  'QUERY_TOO_DEEP',
  'QUERY_TOO_LARGE',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
  'SESSION_REVOKED',
  'TIMEOUT',
  'TOKEN_EXPIRED',
  'TOO_MANY_ALIASES',
  'TOO_MANY_DIRECTIVES',
  'TRANSITION_NOT_ALLOWED',
  'UNAUTHENTICATED',
  'VARIABLES_TOO_LARGE',
  'VERSION_CONFLICT',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** A refusal a person can act on. Anything else that is thrown is a fault of ours and is masked at the door. */
export class Refusal extends GraphQLError {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, details: Record<string, unknown> = {}) {
    super(message, { extensions: { ...details, code } });
    this.name = 'Refusal';
    this.code = code;
  }
}

/** Out of scope and absent give this same answer, so that nobody can probe for what is not theirs. */
export const notFound = (what: string) => new Refusal('NOT_FOUND', `No such ${what}.`);

/** A start that cannot go on. The process prints the one line and leaves with `exitCode`. */
export class StartError extends Error {
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
    this.name = 'StartError';
  }
}

/** sysexits EX_CONFIG: the environment or the installation is wrong, and starting again will not help. */
export const EXIT_CONFIG = 78;

/** What a process says last, for a person to act on, and with which code it leaves; where it happened, if `inDepth`. */
export function lastWords(fault: unknown, inDepth: boolean): { text: string; exitCode: number } {
  if (fault instanceof StartError) return { text: fault.message, exitCode: fault.exitCode };
  if (!(fault instanceof Error)) return { text: `This was not expected: ${String(fault)}`, exitCode: 1 };
  if (inDepth) return { text: inspect(fault), exitCode: 1 };
  const [line] = fault.message.split('\n');
  return { text: `This was not expected: ${line || fault.name} (LOG_LEVEL=debug says where)`, exitCode: 1 };
}
