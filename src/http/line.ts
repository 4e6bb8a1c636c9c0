import type { WebSocket } from 'ws';
import { beginning, Ending, frameSender } from './frames.js';

/** A result as it is sent to everybody who asked for it: what opens the message, with the operation's id, comes before it. */
export const payloadOf = (result: object): Ending => new Ending(`${JSON.stringify(result)}}`);

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
  send(payload: Ending): Promise<void> | null {
    const { socket } = this;
    if (this.over || socket.readyState !== socket.OPEN) return null;
    if (socket.bufferedAmount + this.openingBytes + payload.bytes.length <= this.most) {
      this.put(payload);
      return null;
    }
    // Its callback comes when all that was before it has left, too. Whoever has gone meanwhile is no fault of ours.
    return new Promise((resolve) => this.put(payload, () => resolve()));
  }

  private put(payload: Ending, done?: () => void): void {
    const { socket, opening, openingBytes } = this;
    const sender = frameSender(socket);
    if (sender) {
      sender.sendFrame([beginning(opening, openingBytes), payload.frame], done);
      return;
    }
    const message = Buffer.allocUnsafe(openingBytes + payload.bytes.length);
    message.write(opening);
    message.set(payload.bytes, openingBytes);
    socket.send(message, TEXT, done);
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.onOver();
  }
}

const TEXT = { binary: false } as const;
