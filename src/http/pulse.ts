import type { WebSocket } from 'ws';

/** How often a socket is asked whether it still lives, and how long it may take to say so. */
const ROUNDS = 12;
const ROUND_MS = 1000;

/**
 * Asks sockets again and again whether they still live, and ends those that do not say so. One clock for all of them: a
 * timer and what it needs would be a tenth of what an idle socket holds. A twelfth is asked each second, not all at once.
 */
export class Pulse {
  private readonly rounds = Array.from({ length: ROUNDS }, () => new Set<WebSocket>());
  /** Asked, and not heard since. */
  private readonly awaited = new Set<WebSocket>();
  private readonly heard: (this: WebSocket) => void;
  private clock: NodeJS.Timeout | null = null;
  private turn = 0;
  private held = 0;

  constructor() {
    const { awaited } = this;
    this.heard = function () {
      awaited.delete(this);
    };
  }

  join(socket: WebSocket): void {
    this.rounds[this.held++ % ROUNDS]?.add(socket);
    socket.on('pong', this.heard);
    this.clock ??= setInterval(() => this.ask(), ROUND_MS);
  }

  leave(socket: WebSocket): void {
    this.awaited.delete(socket);
    for (const round of this.rounds) round.delete(socket);
    if (!this.clock || this.rounds.some(({ size }) => size > 0)) return;
    clearInterval(this.clock);
    this.clock = null;
  }

  private ask(): void {
    this.turn = (this.turn + 1) % ROUNDS;
    for (const socket of this.rounds[this.turn] ?? []) {
      if (this.awaited.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        this.awaited.add(socket);
        socket.ping();
      }
    }
  }
}
