import type { ExecutionResult, GraphQLError, GraphQLSchema } from 'graphql';
import {
  CloseCode,
  MessageType,
  makeServer,
  type Server,
  type SubscribePayload,
  stringifyMessage,
} from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { Viewer } from '../auth/viewer.js';
import { Refusal } from '../errors.js';
import type { Limits } from '../limits.js';
import type { Log } from '../log.js';
import { Allowance } from './allowance.js';
import type { Context } from './context.js';
import { Line } from './line.js';
import { answerTo, maskAll } from './mask.js';
import { Operations } from './operations.js';
import type { Origin } from './origin.js';
import type { Pipeline } from './pipeline.js';
import { Pulse } from './pulse.js';
import { questionOf } from './question.js';
import { type Operation, openSubscription } from './subscription.js';

/** Close codes of the contract. 4403 asks a client to come back with a new token; 4401 tells it not to. */
export const CLOSE = { revoked: 4401, expired: 4403, restart: 1012, overload: 1013, flood: 1008 } as const;

/** One open socket. Its errors and the log's lines about it carry the same id. */
export interface Visitor {
  readonly socket: WebSocket;
  readonly origin: Origin;
  readonly requestId: string;
  /** To be called when it has said who it is, or is sent away: it makes room for another who has not. */
  readonly leaveEntrance: () => void;
  viewer?: Viewer;
  /** Set once it was let in: until when it may stay. */
  stay?: (until: Date) => void;
}

/** A visitor with what it has asked for. */
type Guest = Visitor & { readonly operations: Operations };

interface Conversation {
  readonly schema: GraphQLSchema;
  /** Whether the schema may be read, and so guessed from suggestions. */
  readonly introspection: boolean;
  readonly pipeline: Pipeline;
  readonly limits: Limits;
  readonly log: Log;
  /** Lets a visitor in by its token, or closes its socket and answers false. */
  readonly admit: (visitor: Visitor, accessToken: unknown) => Promise<boolean>;
  /** Lets a visitor stay by a newer token of its account, or closes its socket. */
  readonly renew: (visitor: Visitor, accessToken: unknown) => Promise<void>;
  /** The context of one subscription; `ended` aborts when nobody listens any more. */
  readonly context: (viewer: Viewer, origin: Origin, ended: AbortSignal) => Context;
}

/** Speaks graphql-transport-ws with every socket it is handed; subscriptions only. */
export function openProtocol(conversation: Conversation): (visitor: Visitor) => void {
  const { admit, limits } = conversation;
  const server = makeServer<Record<string, unknown> | undefined, Guest>({
    connectionInitWaitTimeout: limits.initMs,
    onConnect: ({ connectionParams, extra }) => admit(extra, taken(connectionParams)),
    onSubscribe: ({ extra, subscriptions }, id, payload) =>
      Object.keys(subscriptions).length > limits.subscriptions
        ? [tooMany(limits.subscriptions)]
        : prepare(conversation, id, payload, extra),
    subscribe: (operation) => openSubscription(operation as Operation),
    onError: ({ extra }, id, _payload, errors) => {
      extra.operations.end(id);
      return masked(conversation, extra, errors);
    },
    onComplete: ({ extra }, id) => extra.operations.end(id),
    onNext: (_, _id, _payload, operation, result) => (operation as Operation).mask(result),
  });
  const pulse = new Pulse();
  return (visitor) =>
    converse(server, Object.assign(visitor, { operations: new Operations() }), conversation, pulse);
}

/** The token, which nobody keeps: the library would for as long as the socket is open. */
function taken(params: Record<string, unknown> | undefined): unknown {
  const accessToken = params?.accessToken;
  if (params) params.accessToken = undefined;
  return accessToken;
}

const masked = (
  { log, introspection, limits }: Conversation,
  { requestId }: Visitor,
  errors: readonly GraphQLError[],
) => maskAll(errors, limits.errors, { log, requestId, introspection });

const tooMany = (limit: number) =>
  new Refusal('RATE_LIMITED', 'Too many subscriptions on one socket.', { limit });

/** Whether a socket may be heard once more: whatever it says counts, before anybody reads it. */
function allow(socket: WebSocket, { messageBurst, messagesPerSecond }: Limits): () => boolean {
  const allowance = new Allowance(messageBurst, messagesPerSecond);
  const mayHear = () => {
    const may = allowance.take(performance.now());
    if (!may) socket.close(CLOSE.flood, 'Too many messages');
    return may;
  };
  for (const frame of ['ping', 'pong'] as const) socket.on(frame, mayHear);
  return mayHear;
}

/** Carries messages between a socket and the protocol, and notices when the other side is gone. */
function converse(
  server: Server<Guest>,
  visitor: Guest,
  { log, limits, renew }: Conversation,
  pulse: Pulse,
): void {
  const { socket, requestId } = visitor;
  pulse.join(socket);
  const mayHear = allow(socket, limits);
  const fail = (fault: unknown) => {
    if (isOutOfPlace(fault)) return socket.close(CloseCode.BadRequest, 'Invalid message received');
    log.error({ err: fault, requestId }, 'a socket failed');
    const { code } = answerTo(fault);
    socket.close(code === 'SERVICE_UNAVAILABLE' ? CLOSE.overload : CloseCode.InternalServerError, code);
  };
  // Answered when the message has left this process: a slow reader is not read ahead for.
  const send = (text: string) =>
    new Promise<void>((resolve, reject) => {
      if (socket.readyState !== socket.OPEN) resolve();
      // Whoever leaves while it is being sent is not a fault of ours.
      else
        socket.send(text, (fault) =>
          fault && socket.readyState === socket.OPEN ? reject(fault) : resolve(),
        );
    });
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send,
      // A token is not sent back as the echo that a pong is otherwise.
      onPing: async (payload) => {
        const { accessToken, ...echo } = payload ?? {};
        if (accessToken !== undefined) await renew(visitor, accessToken);
        const said = Object.keys(echo).length > 0 ? { payload: echo } : {};
        await send(stringifyMessage<MessageType.Pong>({ type: MessageType.Pong, ...said }));
      },
      close: (code, reason) => {
        visitor.leaveEntrance();
        socket.close(code, reason);
      },
      onMessage: (hear) =>
        socket.on('message', (data, isBinary) => {
          if (!mayHear()) return;
          // The protocol is text; whoever sends bytes speaks another one.
          if (isBinary) return socket.close(CloseCode.BadRequest, 'Invalid message received');
          visitor.operations.hear(String(data), (message) => hear(message as string).catch(fail));
        }),
    },
    visitor,
  );
  // Heard with on(): it comes once, and once() would hold three more objects for as long as the socket is open.
  socket.on('close', (code, reason) => {
    pulse.leave(socket);
    void closed(code, String(reason));
  });
}

/** A message that only servers send (`next`, `error`): the library throws, as if that were a fault of ours. */
const isOutOfPlace = (fault: unknown): boolean =>
  fault instanceof Error && fault.message.startsWith('Unexpected message of type');

/** What to execute, or why not. */
function prepare(
  conversation: Conversation,
  id: string,
  payload: SubscribePayload,
  visitor: Visitor,
): Operation | readonly GraphQLError[] {
  const { schema, pipeline, introspection, limits, context } = conversation;
  const { viewer, origin, socket } = visitor;
  const { query, operationName, variables } = payload;
  if (!viewer) return [new Refusal('UNAUTHENTICATED', 'Sign in first.')];
  const { document, refusals } = pipeline.judge({ query, operationName, variables }, 'socket', viewer);
  if (refusals) return refusals;
  // The library keeps what was asked for as long as it is answered: then let it be the same text for all.
  Object.assign(payload, { query: pipeline.known(query) });
  const listening = new AbortController();
  return {
    schema,
    document,
    operationName,
    variableValues: variables,
    contextValue: context(viewer, origin, listening.signal),
    hideSuggestions: !introspection,
    options: { maxCoercionErrors: limits.errors },
    listening,
    line: new Line(socket, id, limits.socketBufferBytes),
    asked: questionOf(schema, document, payload),
    mask: ({ errors, ...result }: ExecutionResult) =>
      errors ? { ...result, errors: masked(conversation, visitor, errors) } : result,
  };
}
