import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  type ExecutionArgs,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  subscribe,
  validate,
} from 'graphql';
import { handleProtocols, type ServerOptions } from 'graphql-ws';
import { type Extra, useServer } from 'graphql-ws/use/ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Viewer } from '../auth/viewer.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { Refusal } from '../errors.js';
import type { Log } from '../log.js';
import type { Recognise } from './askers.js';
import type { Context } from './context.js';
import { MAX_TOKENS } from './limits.js';
import { maskError } from './mask.js';

/** Close codes of the contract. 4403 asks a client to come back with a new token; 4401 tells it not to. */
const CLOSE = { revoked: 4401, expired: 4403, restart: 1012, overload: 1013 } as const;
const MAX_PAYLOAD = 64 * 1024;
/** setTimeout takes at most 2^31 - 1 ms and fires at once beyond. */
const MAX_TIMER_MS = 2_147_483_647;

interface Seat extends Record<PropertyKey, unknown> {
  viewer?: Viewer;
  expiry?: NodeJS.Timeout;
}
type SocketExtra = Extra & Partial<Seat>;

export interface SocketDoor {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly config: Pick<Config, 'allowedOrigins' | 'socketsPerAccount' | 'socketsPerAddress'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly recognise: Recognise;
  /** The context of one subscription; `ended` aborts when nobody listens any more. */
  readonly context: (viewer: Viewer, ended: AbortSignal) => Context;
}

/** The WebSocket door: graphql-transport-ws at /graphql, subscriptions only. */
export class Sockets {
  private readonly wss = new WebSocketServer({ noServer: true, maxPayload: MAX_PAYLOAD, handleProtocols });
  private readonly seats = new Map<WebSocket, Viewer>();
  private readonly byAddress = new Map<string, number>();
  private readonly protocol: { dispose(): void | Promise<void> };

  constructor(private readonly door: SocketDoor) {
    const options: ServerOptions<Record<string, unknown> | undefined, SocketExtra> = {
      connectionInitWaitTimeout: 3000,
      onConnect: ({ connectionParams, extra }) => this.seat(extra, connectionParams?.accessToken),
      onSubscribe: ({ extra }, _id, payload) => this.prepare(extra, payload),
      subscribe: (args) => subscribeUntilReturn(args),
      onError: (_ctx, _id, _payload, errors) =>
        errors.map((error) => maskError(error.toJSON(), error, door.log)),
      onNext: (_ctx, _id, _payload, _args, { errors, ...result }) =>
        errors
          ? { ...result, errors: errors.map((error) => maskError(error.toJSON(), error, door.log)) }
          : undefined,
      onClose: ({ extra }) => clearTimeout(extra.expiry),
    };
    this.protocol = useServer(options as Parameters<typeof useServer>[0], this.wss);
    door.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** How many sockets are open, for the metrics. */
  get open(): number {
    return this.wss.clients.size;
  }

  /** Ends every socket of a session that was ended. */
  endSession(sessionId: string): void {
    for (const [socket, viewer] of this.seats) {
      if (viewer.sessionId === sessionId) socket.close(CLOSE.revoked, 'SESSION_REVOKED');
    }
  }

  /** Tells every client to come back to another node, and stops. */
  async close(): Promise<void> {
    for (const socket of this.wss.clients) socket.close(CLOSE.restart, 'Restarting');
    await this.protocol.dispose();
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refuse = (status: string) => socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`);
    socket.on('error', () => socket.destroy());
    if (new URL(request.url ?? '/', 'http://door').pathname !== '/graphql')
      return void refuse('404 Not Found');
    if (!this.isOwnOrigin(request)) return void refuse('403 Forbidden');
    const address = request.socket.remoteAddress ?? '';
    const held = this.byAddress.get(address) ?? 0;
    this.wss.handleUpgrade(request, socket, head, (webSocket) => {
      this.byAddress.set(address, held + 1);
      webSocket.once('close', () => this.leave(webSocket, address));
      if (held >= this.door.config.socketsPerAddress) webSocket.close(CLOSE.overload, 'Too many sockets');
      else this.wss.emit('connection', webSocket, request);
    });
  }

  /** A browser sends Origin and must be ours; other clients send none. */
  private isOwnOrigin({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers;
    if (origin === undefined || this.door.config.allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  private leave(socket: WebSocket, address: string): void {
    this.seats.delete(socket);
    const held = (this.byAddress.get(address) ?? 1) - 1;
    if (held > 0) this.byAddress.set(address, held);
    else this.byAddress.delete(address);
  }

  private async seat(extra: SocketExtra, accessToken: unknown): Promise<boolean> {
    const { socket } = extra;
    try {
      const { viewer, expiresAt } = await this.door.recognise(
        typeof accessToken === 'string' ? accessToken : '',
      );
      const seats = [...this.seats.values()].filter((other) => other.accountId === viewer.accountId).length;
      if (seats >= this.door.config.socketsPerAccount) {
        socket.close(CLOSE.overload, 'Too many sockets');
        return false;
      }
      this.seats.set(socket, viewer);
      extra.viewer = viewer;
      const left = Math.min(expiresAt.getTime() - this.door.clock.real().getTime(), MAX_TIMER_MS);
      extra.expiry = setTimeout(() => socket.close(CLOSE.expired, 'TOKEN_EXPIRED'), left);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      socket.close(refusal.code === 'TOKEN_EXPIRED' ? CLOSE.expired : CLOSE.revoked, refusal.code);
      return false;
    }
  }

  private prepare(
    extra: SocketExtra,
    payload: { query?: string; operationName?: string | null; variables?: object | null },
  ) {
    const { viewer } = extra;
    if (!viewer) return [new Refusal('UNAUTHENTICATED', 'Sign in first.')];
    const document = parsed(payload.query ?? '');
    if (document instanceof GraphQLError) return [document];
    const faults = validate(this.door.schema, document);
    if (faults.length > 0) return faults;
    if (getOperationAST(document, payload.operationName)?.operation !== 'subscription') {
      return [
        new Refusal('OPERATION_NOT_ALLOWED', 'Sockets take subscriptions only; send this one over HTTP.'),
      ];
    }
    const listening = new AbortController();
    return {
      schema: this.door.schema,
      document,
      operationName: payload.operationName ?? undefined,
      variableValues: (payload.variables ?? {}) as Record<string, unknown>,
      contextValue: Object.assign(this.door.context(viewer, listening.signal), { listening }),
    };
  }
}

function parsed(query: string) {
  try {
    return parse(query, { maxTokens: MAX_TOKENS });
  } catch (fault) {
    if (fault instanceof GraphQLError) return fault;
    throw fault;
  }
}

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
