import WebSocket from 'ws';

const PATIENCE_MS = 8000;

/** A socket without a client library, to say what no well-bred client says. */
export class RawSocket {
  /** The code and reason it was closed with. */
  readonly closed: Promise<{ code: number; reason: string }>;
  private readonly opened: Promise<void>;
  private readonly arrived: Message[] = [];
  private wake: () => void = () => undefined;

  constructor(
    address: string,
    { headers = {}, protocols = ['graphql-transport-ws'] as string[], path = '/graphql' } = {},
  ) {
    this.socket = new WebSocket(address.replace('http', 'ws') + path, protocols, { headers });
    this.opened = new Promise((resolve, reject) => {
      this.socket.once('open', resolve);
      this.socket.once('error', reject);
    });
    this.closed = new Promise((resolve) =>
      this.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })),
    );
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data) => {
      this.arrived.push(JSON.parse(String(data)) as Message);
      this.wake();
    });
  }

  readonly socket: WebSocket;

  /** Resolves when it is open; rejects when the server would not have it. */
  open(): Promise<void> {
    return this.opened;
  }

  async say(message: object | string): Promise<void> {
    await this.opened;
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Opens and says who it is. */
  init(accessToken: string | null): Promise<void> {
    return this.say({ type: 'connection_init', payload: { accessToken } });
  }

  /** Opens, says who it is, and has heard that it may stay. */
  async enter(accessToken: string | null): Promise<this> {
    await this.init(accessToken);
    const { type } = await this.next();
    if (type !== 'connection_ack') throw new Error(`expected connection_ack, got ${type}`);
    return this;
  }

  async subscribe(id: string, query: string, variables: object = {}): Promise<void> {
    await this.say({ id, type: 'subscribe', payload: { query, variables } });
  }

  /** The next message; fails when none comes or the socket is closed. */
  async next(): Promise<Message> {
    const deadline = Date.now() + PATIENCE_MS;
    while (this.arrived.length === 0) {
      if (this.socket.readyState === WebSocket.CLOSED) throw new Error('the socket is closed');
      const left = deadline - Date.now();
      if (left <= 0) throw new Error('no message came');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
        this.socket.once('close', this.wake);
      });
    }
    return this.arrived.shift() as Message;
  }
}

export interface Message {
  type: string;
  id?: string;
  // biome-ignore lint/suspicious/noExplicitAny: payloads of many shapes
  payload?: any;
}
