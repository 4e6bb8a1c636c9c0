import type { WebSocket } from 'ws';

/** What closes a `next` message after its payload. Part of the shared bytes. */
const CLOSING = '}';

/** A result as it is sent to everybody who asked for it: once written, only the operation's id is still to be put before it. */
export const payloadOf = (result: object): Buffer => Buffer.from(`${JSON.stringify(result)}${CLOSING}`);

/** One operation of one socket, as whatever is written once for many is sent over it. */
export class Line {
  /** As text: a small buffer of its own would keep the whole slab that it was cut from. */
  private readonly opening: string;
  private readonly openingBytes: number;
  private over = false;
  /** Called once, when nobody listens any more. */
  onOver: () => void = () => undefined;

  /** @param most bytes that may wait in this process for a socket before it is to be left alone */
  constructor(
    private readonly socket: WebSocket,
    id: string,
    private readonly most: number,
  ) {
    this.opening = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
    this.openingBytes = Buffer.byteLength(this.opening);
  }

  get isOver(): boolean {
    return this.over;
  }

  /**
   * Sends a payload. Null: another may follow at once. Else the socket is behind: hold nothing for it but its place, and
   * come back when the promise resolves.
   */
  send(payload: Buffer): Promise<void> | null {
    const { socket } = this;
    if (this.over || socket.readyState !== socket.OPEN) return null;
    const message = Buffer.allocUnsafe(this.openingBytes + payload.length);
    message.write(this.opening);
    message.set(payload, this.openingBytes);
    if (socket.bufferedAmount + message.length <= this.most) {
      socket.send(message, TEXT);
      return null;
    }
    // Its callback comes when all that was before it has left, too. Whoever has gone meanwhile is no fault of ours.
    return new Promise((resolve) => socket.send(message, TEXT, () => resolve()));
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.onOver();
  }
}

const TEXT = { binary: false } as const;
