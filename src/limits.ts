/** One bound: the variable that sets it, what it is without, and what may be set. docs/limits.md explains each. */
export interface Limit {
  readonly variable: string;
  readonly fallback: number;
  readonly min: number;
  readonly max: number;
}

const limit = (variable: string, fallback: number, min: number, max: number): Limit => ({
  variable: `LIMIT_${variable}`,
  fallback,
  min,
  max,
});

const MINUTE_MS = 60_000;

/** Every bound on what one request, one document, one socket or one statement may take. */
export const LIMITS = {
  bodyBytes: limit('BODY_BYTES', 262_144, 1024, 16_777_216),
  headerBytes: limit('HEADER_BYTES', 16_384, 1024, 1_048_576),
  headers: limit('HEADERS', 100, 10, 2000),
  headersMs: limit('HEADERS_MS', 10_000, 100, 10 * MINUTE_MS),
  requestMs: limit('REQUEST_MS', 30_000, 100, 10 * MINUTE_MS),
  connectionCheckMs: limit('CONNECTION_CHECK_MS', 5000, 50, MINUTE_MS),
  keepAliveMs: limit('KEEP_ALIVE_MS', 5000, 100, 10 * MINUTE_MS),

  documentLength: limit('DOCUMENT_LENGTH', 16_384, 1024, 262_144),
  tokens: limit('TOKENS', 1000, 250, 20_000),
  comments: limit('COMMENTS', 50, 0, 10_000),
  selections: limit('SELECTIONS', 2000, 500, 100_000),
  depth: limit('DEPTH', 10, 8, 100),
  aliases: limit('ALIASES', 15, 10, 1000),
  directives: limit('DIRECTIVES', 10, 0, 1000),
  repeats: limit('REPEATS', 5, 1, 1000),
  rootFields: limit('ROOT_FIELDS', 10, 2, 100),
  cost: limit('COST', 5000, 3000, 1_000_000),

  variablesBytes: limit('VARIABLES_BYTES', 65_536, 1024, 16_777_216),
  variablesDepth: limit('VARIABLES_DEPTH', 16, 4, 100),
  variablesList: limit('VARIABLES_LIST', 500, 200, 100_000),
  variablesText: limit('VARIABLES_TEXT', 4000, 1000, 1_000_000),
  errors: limit('ERRORS', 20, 1, 1000),

  executionMs: limit('EXECUTION_MS', 10_000, 100, 10 * MINUTE_MS),
  statementMs: limit('STATEMENT_MS', 8000, 100, 10 * MINUTE_MS),
  lockMs: limit('LOCK_MS', 2000, 100, 10 * MINUTE_MS),
  idleInTransactionMs: limit('IDLE_IN_TRANSACTION_MS', 10_000, 100, 10 * MINUTE_MS),
  transactionMs: limit('TRANSACTION_MS', 15_000, 100, 10 * MINUTE_MS),
  poolWaitMs: limit('POOL_WAIT_MS', 3000, 100, 10 * MINUTE_MS),

  messageBytes: limit('MESSAGE_BYTES', 65_536, 1024, 16_777_216),
  fragments: limit('FRAGMENTS', 64, 1, 16_384),
  bufferedChunks: limit('BUFFERED_CHUNKS', 256, 64, 262_144),
  socketsPerAccount: limit('SOCKETS_PER_ACCOUNT', 20, 1, 1_000_000),
  socketsPerAddress: limit('SOCKETS_PER_ADDRESS', 200, 1, 1_000_000),
  socketsUnauthenticated: limit('SOCKETS_UNAUTHENTICATED', 20, 1, 1_000_000),
  socketBufferBytes: limit('SOCKET_BUFFER_BYTES', 65_536, 1024, 67_108_864),
  subscriptions: limit('SUBSCRIPTIONS', 10, 5, 10_000),
  messagesPerSecond: limit('MESSAGES_PER_SECOND', 20, 1, 100_000),
  messageBurst: limit('MESSAGE_BURST', 40, 10, 100_000),
  initMs: limit('INIT_MS', 3000, 100, MINUTE_MS),

  signInFailures: limit('SIGN_IN_FAILURES', 5, 1, 1000),
  signInFailuresPerAddress: limit('SIGN_IN_FAILURES_PER_ADDRESS', 20, 1, 100_000),
  passwordChecks: limit('PASSWORD_CHECKS', 2, 1, 64),
  passwordChecksWaiting: limit('PASSWORD_CHECKS_WAITING', 20, 0, 10_000),

  revealsPerHour: limit('REVEALS_PER_HOUR', 30, 0, 10_000),
  revealsPerDay: limit('REVEALS_PER_DAY', 200, 0, 10_000),
} as const satisfies Record<string, Limit>;

/** The bounds in force. */
export type Limits = { readonly [Name in keyof typeof LIMITS]: number };

/** The bounds from what was read for each variable. */
export const limitsOf = (read: Readonly<Record<string, unknown>>): Limits =>
  Object.freeze(
    Object.fromEntries(Object.entries(LIMITS).map(([name, { variable }]) => [name, read[variable]])),
  ) as Limits;

/** The bounds without any variable. */
export const DEFAULT_LIMITS: Limits = limitsOf(
  Object.fromEntries(Object.values(LIMITS).map(({ variable, fallback }) => [variable, fallback])),
);
