import { Socket } from 'node:net';
import pg from 'pg';
import type { Log } from '../log.js';
import type { Query } from './read.js';

/** No answer within this time: the connection is half open, or the server is gone. Replaced, never waited for. */
const ANSWER_MS = 5000;

interface LinkOptions {
  readonly connectionString: string;
  readonly name: string;
  readonly log: Log;
  /** Said once on every new connection, before anything else. */
  readonly greeting?: string;
  readonly onNotice?: (payload: string) => void;
  readonly onLost?: () => void;
}

/** One dedicated connection that is opened when needed and thrown away at the first sign of trouble. */
export class Link {
  private socket: Socket | null = null;
  private client: Promise<pg.Client> | null = null;

  constructor(private readonly options: LinkOptions) {}

  /** Runs one statement; when it fails, the next one runs on a new connection. */
  readonly query: Query = async (text, values) => {
    this.client ??= this.open();
    const socket = this.socket;
    try {
      return (await (await this.client).query<object>(text, values)).rows;
    } catch (error) {
      this.drop(socket);
      throw error;
    }
  };

  close(): void {
    const { client, socket } = this;
    this.client = null;
    this.socket = null;
    client?.then((open) => open.end()).catch(() => undefined);
    // Once the goodbye is written; an answer to it may never come.
    socket?.destroySoon();
  }

  private async open(): Promise<pg.Client> {
    const { connectionString, name, greeting, onNotice } = this.options;
    // Our own socket, because only the socket can be let go of when the other side is silent.
    const socket = new Socket();
    this.socket = socket;
    const client = new pg.Client({
      connectionString,
      application_name: name,
      keepAlive: true,
      stream: () => socket,
      connectionTimeoutMillis: ANSWER_MS,
      query_timeout: ANSWER_MS,
    });
    // Without a listener a connection cut by the server would end the process.
    client.on('error', () => this.drop(socket));
    client.on('end', () => this.drop(socket));
    client.on('notification', (notice) => onNotice?.(notice.payload ?? ''));
    await client.connect();
    if (greeting) await client.query(greeting);
    return client;
  }

  private drop(socket: Socket | null): void {
    socket?.destroy();
    if (socket === null || this.socket !== socket) return;
    this.client = null;
    this.socket = null;
    this.options.log.debug({ link: this.options.name }, 'connection lost');
    this.options.onLost?.();
  }
}

/** A sleep that can be cut short. Ringing while nobody sleeps is remembered, so that no wake-up is lost. */
export class Bell {
  private rung = false;
  private wake: () => void = () => undefined;

  ring(): void {
    this.rung = true;
    this.wake();
  }

  async wait(ms: number): Promise<void> {
    if (!this.rung) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.wake = () => undefined;
    this.rung = false;
  }
}

/** Pauses between retries: doubling, and jittered so that the nodes of one house do not come back in step. */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly leastMs: number,
    private readonly mostMs: number,
  ) {}

  reset(): void {
    this.failures = 0;
  }

  nextMs(): number {
    const pause = Math.min(this.mostMs, this.leastMs * 2 ** this.failures++);
    return pause * (0.5 + Math.random() / 2);
  }
}
