import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { Queue } from './queue.js';

interface Message {
  readonly id?: string;
  readonly type: string;
  readonly payload?: Record<string, unknown>;
}

/** One subscription as a client asked for it, to be answered by hand. */
export class Asking {
  constructor(
    private readonly socket: WebSocket,
    private readonly id: string,
    readonly query: string,
    readonly variables: Record<string, unknown>,
  ) {}

  answer(data: object): void {
    this.say({ type: 'next', payload: { data } });
  }

  /** With a list of errors, as one refuses. */
  refuse(code: string): void {
    this.say({ type: 'error', payload: [{ message: code, extensions: { code, requestId: 'r' } }] });
  }

  /** As the server says it of wrong variables: an answer that is a refusal. */
  refuseInAnswer(code: string): void {
    this.say({ type: 'next', payload: { errors: [{ message: code, extensions: { code } }] } });
    this.complete();
  }

  complete(): void {
    this.say({ type: 'complete' });
  }

  private say(message: object): void {
    this.socket.send(JSON.stringify({ id: this.id, ...message }));
  }
}

/** One client's connection. It is acknowledged by itself, unless the server is mute. */
export class Peer {
  readonly asked = new Queue<Asking>();
  readonly left = new Queue<string>();
  /** Tokens that it said in pings. */
  readonly renewed = new Queue<unknown>();
  readonly closed: Promise<number>;
  /** What it came with. */
  token: unknown;

  constructor(
    readonly socket: WebSocket,
    onEntered: (peer: Peer) => void,
  ) {
    this.closed = once(socket, 'close').then(([code]) => code as number);
    socket.on('message', (text) => {
      const { id = '', type, payload = {} } = JSON.parse(String(text)) as Message;
      if (type === 'connection_init') {
        this.token = payload.accessToken;
        onEntered(this);
      }
      if (type === 'subscribe') {
        const { query, variables } = payload as { query: string; variables: Record<string, unknown> };
        this.asked.put(new Asking(socket, id, query, variables));
      }
      if (type === 'complete') this.left.put(id);
      if (type === 'ping' && payload.accessToken) this.renewed.put(payload.accessToken);
    });
  }
}

/** A graphql-transport-ws server that does what the test says, and nothing else. */
export class ScriptedServer {
  /** Connections in the order in which they said who they are. */
  readonly peers = new Queue<Peer>();
  /** Hears, and says nothing by itself. */
  isMute = false;

  private constructor(private readonly server: WebSocketServer) {
    server.on('connection', (socket) => new Peer(socket, (peer) => this.enter(peer)));
  }

  static async open(): Promise<ScriptedServer> {
    const server = new WebSocketServer({
      port: 0,
      host: '127.0.0.1',
      handleProtocols: () => 'graphql-transport-ws',
    });
    await once(server, 'listening');
    return new ScriptedServer(server);
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/graphql`;
  }

  get connections(): number {
    return this.server.clients.size;
  }

  private enter(peer: Peer): void {
    if (!this.isMute) peer.socket.send('{"type":"connection_ack"}');
    this.peers.put(peer);
  }

  async close(): Promise<void> {
    for (const client of this.server.clients) client.terminate();
    this.server.close();
    await once(this.server, 'close');
  }
}
