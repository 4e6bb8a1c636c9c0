import type { WebSocket } from 'ws';

/** Fragments of one text message (RFC 6455, 5.2 and 5.4): it begins with the one and ends with the other. */
const BEGINS = 0x01;
const ENDS = 0x80;

/** The header of a frame that a server sends: never masked. */
function headerOf(length: number, first: number): Buffer {
  if (length < 126) return Buffer.from([first, length]);
  const isShort = length < 65_536;
  const header = Buffer.alloc(isShort ? 4 : 10);
  header[0] = first;
  header[1] = isShort ? 126 : 127;
  if (isShort) header.writeUInt16BE(length, 2);
  else header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}

/** A part of a message that is written down once and sent often. */
abstract class Fragment {
  /** As it is sent. */
  readonly frame: Buffer;
  private readonly headerBytes: number;

  constructor(text: string, first: number, room: (size: number) => Buffer) {
    const length = Buffer.byteLength(text);
    const header = headerOf(length, first);
    this.headerBytes = header.length;
    this.frame = room(header.length + length);
    this.frame.set(header);
    this.frame.write(text, header.length);
  }

  /** What it says, without the header of its frame. */
  get bytes(): Buffer {
    return this.frame.subarray(this.headerBytes);
  }
}

/** The end of a message that is the same for many. */
export class Ending extends Fragment {
  constructor(text: string) {
    super(text, ENDS, Buffer.allocUnsafe);
  }
}

/** The beginning of all messages of one operation, which may live for weeks. */
export class Beginning extends Fragment {
  constructor(text: string) {
    super(text, BEGINS, beside);
  }
}

/** So many bytes are set aside at once for beginnings. */
const BLOCK = 4096;
let block = Buffer.alloc(0);

/** Beside other beginnings: in the pool of all buffers each would keep a slab of what else was cut from it. */
function beside(size: number): Buffer {
  if (size > BLOCK) return Buffer.allocUnsafeSlow(size);
  if (size > block.length) block = Buffer.allocUnsafeSlow(BLOCK);
  const taken = block.subarray(0, size);
  block = block.subarray(size);
  return taken;
}

/** The part of `ws` below its public interface that sends frames as they are. */
export interface FrameSender {
  sendFrame(frames: Buffer[], done?: () => void): void;
}

/**
 * Sends frames as they are over this socket; null where `ws` has no such thing any more, or would change what is sent:
 * then send the whole message by the public interface. Worth it because nothing is copied: a batch of ten events costs
 * two thirds, one of a hundred two fifths of what it costs copied (bench/RESULTS.md).
 */
export function frameSender(socket: WebSocket): FrameSender | null {
  const sender = (socket as unknown as { readonly _sender?: Partial<FrameSender> })._sender;
  const isPlain = socket.extensions === '';
  return isPlain && typeof sender?.sendFrame === 'function' ? (sender as FrameSender) : null;
}
