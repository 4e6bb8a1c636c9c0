import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { handleProtocols } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Viewer } from '../auth/viewer.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { Refusal } from '../errors.js';
import type { Log } from '../log.js';
import type { Recognise } from './askers.js';
import type { Context } from './context.js';
import { MAX_MESSAGE_BYTES } from './limits.js';
import { type Origin, originOf } from './origin.js';
import { CLOSE, openProtocol, type Visitor } from './protocol.js';
import type { TrustedDocuments } from './trusted.js';

/** A restart must be over within 25 s, also when somebody never answers the goodbye. */
const GOODBYE_MS = 5000;
/** setTimeout takes at most 2^31 - 1 ms and fires at once beyond. */
const MAX_TIMER_MS = 2_147_483_647;

export interface SocketDoor {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly trusted: TrustedDocuments;
  readonly config: Pick<
    Config,
    'introspection' | 'allowedOrigins' | 'socketsPerAccount' | 'socketsPerAddress'
  >;
  readonly log: Log;
  readonly clock: Clock;
  readonly recognise: Recognise;
  /** The context of one subscription; `ended` aborts when nobody listens any more. */
  readonly context: (viewer: Viewer, origin: Origin, ended: AbortSignal) => Context;
}

/** How many sockets each holds, of those that hold any. */
class Tally {
  private readonly held = new Map<string, number>();

  /** Counts one more unless that would be too many. */
  take(who: string, most: number): boolean {
    const held = this.held.get(who) ?? 0;
    if (held >= most) return false;
    this.held.set(who, held + 1);
    return true;
  }

  giveBack(who: string): void {
    const held = (this.held.get(who) ?? 1) - 1;
    if (held > 0) this.held.set(who, held);
    else this.held.delete(who);
  }
}

/** The WebSocket door: who may open a socket at /graphql, how many, and for how long. */
export class Sockets {
  private readonly wss = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    handleProtocols,
  });
  private readonly bySession = new Map<string, Set<WebSocket>>();
  private readonly byAccount = new Tally();
  private readonly byAddress = new Tally();
  private readonly welcome: (visitor: Visitor) => void;

  constructor(private readonly door: SocketDoor) {
    const { schema, trusted, log, context } = door;
    const admit = (visitor: Visitor, accessToken: unknown) => this.admit(visitor, accessToken);
    this.welcome = openProtocol({
      schema,
      trusted,
      introspection: door.config.introspection,
      log,
      admit,
      context,
    });
    door.server.on('upgrade', (request, socket, head) => this.upgrade(request, socket, head));
  }

  /** How many sockets are open, for the metrics. */
  get open(): number {
    return this.wss.clients.size;
  }

  /** Ends every socket of a session that was ended. */
  endSession(sessionId: string): void {
    for (const socket of this.bySession.get(sessionId) ?? []) socket.close(CLOSE.revoked, 'SESSION_REVOKED');
  }

  /** Tells every client to come back to another node, and waits until they have gone. */
  async close(): Promise<void> {
    for (const socket of this.wss.clients) socket.close(CLOSE.restart, 'Restarting');
    const cut = setTimeout(() => {
      for (const socket of this.wss.clients) socket.terminate();
    }, GOODBYE_MS);
    await new Promise((resolve) => this.wss.close(resolve));
    clearTimeout(cut);
  }

  private upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = this.whyNot(request);
    if (refusal) socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\n\r\n`);
    else {
      const origin = originOf(request.socket.remoteAddress, request.headers);
      this.wss.handleUpgrade(request, socket, head, (webSocket) => this.enter(webSocket, origin));
    }
  }

  private whyNot(request: IncomingMessage): string | null {
    // Not new URL(): it throws for what any client may write here, and nobody above would catch it.
    if (request.url?.split('?')[0] !== '/graphql') return '404 Not Found';
    return this.isOwnOrigin(request) ? null : '403 Forbidden';
  }

  private enter(socket: WebSocket, origin: Origin): void {
    const visitor: Visitor = { socket, origin, requestId: crypto.randomUUID() };
    // Frames that break the protocol close the socket by themselves; unheard, the error would end the process.
    socket.on('error', (fault) =>
      this.door.log.debug({ err: fault, requestId: visitor.requestId }, 'a socket broke the protocol'),
    );
    if (this.byAddress.take(origin.address, this.door.config.socketsPerAddress)) {
      socket.once('close', () => this.byAddress.giveBack(origin.address));
      this.welcome(visitor);
    } else socket.close(CLOSE.overload, 'Too many sockets');
  }

  /** A browser sends Origin and must be ours; other clients send none. */
  private isOwnOrigin({ headers }: IncomingMessage): boolean {
    const { origin, host } = headers;
    if (origin === undefined || this.door.config.allowedOrigins.includes(origin)) return true;
    return URL.canParse(origin) && new URL(origin).host === host;
  }

  private async admit(visitor: Visitor, accessToken: unknown): Promise<boolean> {
    const { socket } = visitor;
    try {
      const token = typeof accessToken === 'string' ? accessToken : '';
      const { viewer, expiresAt } = await this.door.recognise(token);
      // Whoever has left meanwhile would never give its seat back.
      if (socket.readyState !== socket.OPEN) return false;
      if (this.byAccount.take(viewer.accountId, this.door.config.socketsPerAccount)) {
        visitor.viewer = viewer;
        this.seat(socket, viewer, expiresAt);
        return true;
      }
      socket.close(CLOSE.overload, 'Too many sockets');
    } catch (refusal) {
      if (!(refusal instanceof Refusal)) throw refusal;
      socket.close(refusal.code === 'TOKEN_EXPIRED' ? CLOSE.expired : CLOSE.revoked, refusal.code);
    }
    return false;
  }

  /** Until it closes, or its token ends, or its session does. */
  private seat(socket: WebSocket, { accountId, sessionId }: Viewer, expiresAt: Date): void {
    const left = expiresAt.getTime() - this.door.clock.real().getTime();
    const expire = () => socket.close(CLOSE.expired, 'TOKEN_EXPIRED');
    const expiry = setTimeout(expire, Math.min(left, MAX_TIMER_MS));
    const seats = this.bySession.get(sessionId) ?? new Set();
    this.bySession.set(sessionId, seats.add(socket));
    socket.once('close', () => {
      clearTimeout(expiry);
      this.byAccount.giveBack(accountId);
      seats.delete(socket);
      if (seats.size === 0) this.bySession.delete(sessionId);
    });
  }
}
