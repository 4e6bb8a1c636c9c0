import type { WebSocket } from 'ws';
import { Beginning, Ending, type FrameSender, frameSender } from './frames.js';

/** A result as it is sent to everybody who asked for it: what opens the message, with the operation's id, comes before it. */
export const payloadOf = (result: object): Ending => new Ending(`${JSON.stringify(result)}}`);

/** One operation of one socket, as whatever is written once for many is sent over it. */
export class Line {
  private readonly beginning: Beginning;
  private readonly sender: FrameSender | null;
  private over = false;
  /** Called once, when nobody listens any more. */
  onOver: () => void = () => undefined;

  /** @param most bytes that may wait in this process for a socket before it is to be left alone */
  constructor(
    private readonly socket: WebSocket,
    id: string,
    private readonly most: number,
  ) {
    this.beginning = new Beginning(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    this.sender = frameSender(socket);
  }

  get isOver(): boolean {
    return this.over;
  }

  /**
   * Sends a payload. Null: another may follow at once. Else the socket is behind: hold nothing for it but its place, and
   * come back when the promise resolves.
   */
  send(payload: Ending): Promise<void> | null {
    const { socket, beginning } = this;
    if (this.over || socket.readyState !== socket.OPEN) return null;
    if (socket.bufferedAmount + beginning.frame.length + payload.frame.length <= this.most) {
      this.put(payload);
      return null;
    }
    // Its callback comes when all that was before it has left, too. Whoever has gone meanwhile is no fault of ours.
    return new Promise((resolve) => this.put(payload, () => resolve()));
  }

  private put(payload: Ending, done?: () => void): void {
    const { socket, beginning, sender } = this;
    if (sender) sender.sendFrame([beginning.frame, payload.frame], done);
    else socket.send(Buffer.concat([beginning.bytes, payload.bytes]), TEXT, done);
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.onOver();
  }
}

const TEXT = { binary: false } as const;
