import { ApolloServerErrorCode } from '@apollo/server/errors';
import {
  type DocumentNode,
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  parse,
  subscribe,
  validate,
} from 'graphql';
import { CloseCode, makeServer, type Server, type SubscribePayload } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Viewer } from '../auth/viewer.js';
import { Refusal } from '../errors.js';
import type { Log } from '../log.js';
import type { Context } from './context.js';
import { MAX_SUBSCRIPTIONS, MAX_TOKENS } from './limits.js';
import { answerTo, maskError } from './mask.js';
import type { Origin } from './origin.js';
import type { TrustedDocuments } from './trusted.js';
import { demandModest } from './weight.js';

/** Close codes of the contract. 4403 asks a client to come back with a new token; 4401 tells it not to. */
export const CLOSE = { revoked: 4401, expired: 4403, restart: 1012, overload: 1013 } as const;
/** How often a quiet socket is asked whether it still lives, and how long it may take to say so. */
const PING_MS = 12_000;
/** How long a socket may stay without having said who it is. */
const INIT_MS = 3000;

/** One open socket. Its errors and the log's lines about it carry the same id. */
export interface Visitor {
  readonly socket: WebSocket;
  readonly origin: Origin;
  readonly requestId: string;
  viewer?: Viewer;
}

interface Conversation {
  readonly schema: GraphQLSchema;
  /** Whether the schema may be read, and so guessed from suggestions. */
  readonly introspection: boolean;
  readonly trusted: TrustedDocuments;
  readonly log: Log;
  /** Lets a visitor in by its token, or closes its socket and answers false. */
  readonly admit: (visitor: Visitor, accessToken: unknown) => Promise<boolean>;
  /** The context of one subscription; `ended` aborts when nobody listens any more. */
  readonly context: (viewer: Viewer, origin: Origin, ended: AbortSignal) => Context;
}

/** Speaks graphql-transport-ws with every socket it is handed; subscriptions only. */
export function openProtocol(conversation: Conversation): (visitor: Visitor) => void {
  const { log, admit } = conversation;
  const masked = ({ requestId }: Visitor, errors: readonly GraphQLError[]) =>
    errors
      .map((error) => (isOfVariable(error) ? withCode(error, 'BAD_USER_INPUT') : error))
      .map((error) => maskError(error.toJSON(), error, { log, requestId }));
  const server = makeServer<Record<string, unknown> | undefined, Visitor>({
    connectionInitWaitTimeout: INIT_MS,
    onConnect: ({ connectionParams, extra }) => admit(extra, connectionParams?.accessToken),
    onSubscribe: ({ extra, subscriptions }, _id, payload) =>
      Object.keys(subscriptions).length > MAX_SUBSCRIPTIONS
        ? [new Refusal('RATE_LIMITED', 'Too many subscriptions on one socket.', { limit: MAX_SUBSCRIPTIONS })]
        : prepare(conversation, payload, extra),
    subscribe: (args) => subscribeUntilReturn(args),
    onError: ({ extra }, _id, _payload, errors) => masked(extra, errors),
    onNext: ({ extra }, _id, _payload, _args, { errors, ...result }) =>
      errors && { ...result, errors: masked(extra, errors) },
  });
  return (visitor) => converse(server, visitor, log);
}

/** Carries messages between a socket and the protocol, and notices when the other side is gone. */
function converse(server: Server<Visitor>, visitor: Visitor, log: Log): void {
  const { socket, requestId } = visitor;
  let isAlive = true;
  const heart = setInterval(() => {
    if (!isAlive) return socket.terminate();
    isAlive = false;
    if (socket.readyState === socket.OPEN) socket.ping();
  }, PING_MS);
  socket.on('pong', () => {
    isAlive = true;
  });
  const closed = server.opened(
    {
      protocol: socket.protocol,
      // Answered when the message has left this process: a slow reader is not read ahead for.
      send: (text) =>
        new Promise((resolve, reject) => {
          if (socket.readyState !== socket.OPEN) resolve();
          // Whoever leaves while it is being sent is not a fault of ours.
          else
            socket.send(text, (fault) =>
              fault && socket.readyState === socket.OPEN ? reject(fault) : resolve(),
            );
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (hear) =>
        socket.on('message', (data) =>
          hear(String(data)).catch((fault: unknown) => {
            log.error({ err: fault, requestId }, 'a socket failed');
            const { code } = answerTo(fault);
            socket.close(
              code === 'SERVICE_UNAVAILABLE' ? CLOSE.overload : CloseCode.InternalServerError,
              code,
            );
          }),
        ),
    },
    visitor,
  );
  socket.once('close', (code, reason) => {
    clearInterval(heart);
    void closed(code, String(reason));
  });
}

/** What to execute, or why not. */
function prepare(
  { schema, trusted, introspection, context }: Conversation,
  { query, operationName, variables }: SubscribePayload,
  { viewer, origin }: Visitor,
): ExecutionArgs | readonly GraphQLError[] {
  if (!viewer) return [new Refusal('UNAUTHENTICATED', 'Sign in first.')];
  const document = parsed(query, trusted, viewer);
  if (document instanceof GraphQLError) return [document];
  const faults = validate(schema, document, undefined, { hideSuggestions: !introspection });
  if (faults.length > 0) return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'));
  const operation = getOperationAST(document, operationName);
  if (!operation) {
    const code = ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE;
    return [new GraphQLError('Name one of the operations of this document.', { extensions: { code } })];
  }
  if (operation.operation !== 'subscription')
    return [
      new Refusal('OPERATION_NOT_ALLOWED', 'Sockets take subscriptions only; send this one over HTTP.'),
    ];
  const immodest = whyImmodest(schema, { document, operationName, variables });
  if (immodest) return [immodest];
  const listening = new AbortController();
  return {
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: Object.assign(context(viewer, origin, listening.signal), { listening }),
  };
}

function whyImmodest(...operation: Parameters<typeof demandModest>): Refusal | null {
  try {
    demandModest(...operation);
    return null;
  } catch (fault) {
    if (fault instanceof Refusal) return fault;
    throw fault;
  }
}

function parsed(query: string, trusted: TrustedDocuments, viewer: Viewer): DocumentNode | GraphQLError {
  try {
    const document = parse(query, { maxTokens: MAX_TOKENS });
    trusted.demand(document, viewer);
    return document;
  } catch (fault) {
    if (fault instanceof Refusal) return fault;
    if (fault instanceof GraphQLError) return withCode(fault, 'GRAPHQL_PARSE_FAILED');
    throw fault;
  }
}

/** Over HTTP Apollo says which step refused a request; here nobody else does. A refusal inside keeps its own code. */
function withCode(error: GraphQLError, code: string): GraphQLError {
  const { message, nodes, source, positions, path } = error;
  const originalError = error.originalError ?? error;
  return new GraphQLError(message, { nodes, source, positions, path, originalError, extensions: { code } });
}

const isOfVariable = ({ nodes }: GraphQLError) => nodes?.[0]?.kind === Kind.VARIABLE_DEFINITION;

/**
 * A generator that waits for the log cannot be returned from outside: `return()` queues behind the wait. Aborting the
 * context's signal first ends the wait, so a socket that leaves is forgotten at once.
 */
async function subscribeUntilReturn(args: ExecutionArgs) {
  const result = await subscribe(args);
  if (!(Symbol.asyncIterator in result)) return result;
  const { listening } = args.contextValue as { listening: AbortController };
  const iterator = result[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => iterator.next(),
    return: () => {
      listening.abort();
      return iterator.return(undefined);
    },
    throw: (fault: unknown) => iterator.throw(fault),
    [Symbol.asyncDispose]: async () => {
      listening.abort();
      await iterator.return(undefined);
    },
  };
}
