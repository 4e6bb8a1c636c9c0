import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import { handleProtocols } from 'graphql-ws';
import { v7 as newId } from 'uuid';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Viewer } from '../auth/viewer.js';
import type { Clock } from '../clock.js';
import type { Config } from '../config.js';
import { Refusal } from '../errors.js';
import type { Log } from '../log.js';
import type { Recognise } from './askers.js';
import type { Context } from './context.js';
import { hasTooManyHeaders } from './intake.js';
import { addressBehind, type Origin, originOf } from './origin.js';
import type { Pipeline } from './pipeline.js';
import { CLOSE, openProtocol, type Visitor } from './protocol.js';
import { Entrance, Tally } from './seats.js';

/** A restart must be over within 25 s, also when somebody never answers the goodbye. */
const GOODBYE_MS = 5000;

export interface SocketDoor {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly pipeline: Pipeline;
  readonly config: Pick<Config, 'introspection' | 'allowedOrigins' | 'trustedProxies' | 'limits'>;
  readonly log: Log;
  readonly clock: Clock;
  readonly recognise: Recognise;
  /** The context of one subscription; `ended` aborts when nobody listens any more. */
  readonly context: (viewer: Viewer, origin: Origin, ended: AbortSignal) => Context;
}

/** There is nothing to leave any more. */
const leave = () => {};

/** The WebSocket door: who may open a socket at /graphql, how many, and for how long. */
export class Sockets {
  private readonly wss: WebSocketServer;
  private readonly bySession = new Map<string, Set<WebSocket>>();
  private readonly byAccount = new Tally();
  private readonly byAddress = new Tally();
  /** Those who have not said yet who they are. */
  private readonly entrance: Entrance;
  private readonly atEntrance = new Set<Duplex>();
  private readonly addressOf: (request: IncomingMessage) => string;
  private readonly welcome: (visitor: Visitor) => void;

  constructor(private readonly door: SocketDoor) {
    const { schema, pipeline, log, context, config } = door;
    const { introspection, limits } = config;
    const admit = (visitor: Visitor, accessToken: unknown) => this.admit(visitor, accessToken);
    const renew = (visitor: Visitor, accessToken: unknown) => this.renew(visitor, accessToken);
    this.welcome = openProtocol({ schema, pipeline, introspection, limits, log, admit, renew, context });
    this.entrance = new Entrance(limits.socketsUnauthenticated);
    this.addressOf = addressBehind(config.trustedProxies);
    this.wss = new WebSocketServer({
      noServer: true,
      maxPayload: limits.messageBytes,
      maxFragments: limits.fragments,
      maxBufferedChunks: limits.bufferedChunks,
      perMessageDeflate: false,
      handleProtocols,
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
    for (const socket of this.atEntrance) socket.destroy();
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
    else this.letIn(request, socket, head);
  }

  /** Too many of one address are told so at once; too many who say nothing wait until others have said something. */
  private letIn(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const origin = originOf(this.addressOf(request), request.headers);
    const open = (enter: (webSocket: WebSocket) => void) =>
      this.wss.handleUpgrade(request, socket, head, (webSocket) => {
        this.hearFaults(webSocket);
        enter(webSocket);
      });
    if (!this.byAddress.take(origin.address, this.door.config.limits.socketsPerAddress)) {
      open((webSocket) => webSocket.close(CLOSE.overload, 'Too many sockets'));
      return;
    }
    this.atEntrance.add(socket);
    const seat = this.seatAtEntrance(origin, socket);
    seat.leave = this.entrance.come(origin.address, () => {
      this.atEntrance.delete(socket);
      open((webSocket) => this.welcomeAs(webSocket, origin, seat));
    });
  }

  /** Apart from what holds the request: a socket lives for weeks, and its request need not. */
  private seatAtEntrance({ address }: Origin, socket: Duplex): { leave: () => void } {
    const seat = { leave: () => {} };
    socket.on('close', () => {
      this.atEntrance.delete(socket);
      this.byAddress.giveBack(address);
      seat.leave();
    });
    return seat;
  }

  private welcomeAs(socket: WebSocket, origin: Origin, seat: { leave: () => void }): void {
    const leaveEntrance = () => {
      seat.leave();
      seat.leave = leave;
    };
    this.welcome({ socket, origin, requestId: newId(), leaveEntrance });
  }

  /** Frames that break the protocol close the socket by themselves; unheard, the error would end the process. */
  private hearFaults(socket: WebSocket): void {
    socket.on('error', (fault) => this.door.log.debug({ err: fault }, 'a socket broke the protocol'));
  }

  private whyNot(request: IncomingMessage): string | null {
    // Not new URL(): it throws for what any client may write here, and nobody above would catch it.
    if (request.url?.split('?')[0] !== '/graphql') return '404 Not Found';
    if (hasTooManyHeaders(request, this.door.config.limits)) return '431 Request Header Fields Too Large';
    return this.isOwnOrigin(request) ? null : '403 Forbidden';
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
      if (this.byAccount.take(viewer.accountId, this.door.config.limits.socketsPerAccount)) {
        visitor.viewer = viewer;
        visitor.leaveEntrance();
        visitor.stay = this.seat(socket, viewer, expiresAt);
        return true;
      }
      socket.close(CLOSE.overload, 'Too many sockets');
    } catch (refusal) {
      this.sendAway(socket, refusal);
    }
    return false;
  }

  /**
   * A token that ends is followed by the next on the same socket: nothing is cut. Only by one of the same account, whose
   * rights the subscriptions hold; before it was let in there is nothing to renew.
   */
  private async renew({ socket, viewer, stay }: Visitor, accessToken: unknown): Promise<void> {
    if (!viewer || !stay) return;
    try {
      const next = await this.door.recognise(typeof accessToken === 'string' ? accessToken : '');
      const isSame = next.viewer.accountId === viewer.accountId && next.viewer.sessionId === viewer.sessionId;
      if (!isSame) throw new Refusal('UNAUTHENTICATED', 'This token is of another session.');
      if (socket.readyState === socket.OPEN) stay(next.expiresAt);
    } catch (refusal) {
      this.sendAway(socket, refusal);
    }
  }

  private sendAway(socket: WebSocket, refusal: unknown): void {
    if (!(refusal instanceof Refusal)) throw refusal;
    socket.close(refusal.code === 'TOKEN_EXPIRED' ? CLOSE.expired : CLOSE.revoked, refusal.code);
  }

  /** Until it closes, or its token ends, or its session does. @returns lets it stay longer */
  private seat(socket: WebSocket, { accountId, sessionId }: Viewer, expiresAt: Date): (until: Date) => void {
    const expire = () => socket.close(CLOSE.expired, 'TOKEN_EXPIRED');
    const arm = (until: Date) => setTimeout(expire, until.getTime() - this.door.clock.real().getTime());
    let expiry = arm(expiresAt);
    const seats = this.bySession.get(sessionId) ?? new Set();
    this.bySession.set(sessionId, seats.add(socket));
    socket.on('close', () => {
      clearTimeout(expiry);
      this.byAccount.giveBack(accountId);
      seats.delete(socket);
      if (seats.size === 0) this.bySession.delete(sessionId);
    });
    return (until) => {
      clearTimeout(expiry);
      expiry = arm(until);
    };
  }
}
