import { WebSocket } from 'ws';

const AT_ONCE = 100;

/** Many sockets with one subscription each, which look into nothing they are sent. */
export class Crowd {
  constructor() {
    this.sockets = [];
    this.heard = 0;
    this.wake = () => undefined;
    /** Called for every message, when somebody wants to know when it came. */
    this.onHeard = null;
  }

  /**
   * @param count how many
   * @param payloadOf what the n-th subscribes to
   * @param answersAtOnce whether a first message says that a subscription has begun
   */
  static async open(address, { count, payloadOf, token = null, answersAtOnce = false }) {
    const crowd = new Crowd();
    for (let from = 0; from < count; from += AT_ONCE) {
      const size = Math.min(AT_ONCE, count - from);
      await Promise.all(
        Array.from({ length: size }, (_, n) =>
          crowd.join(address, payloadOf(from + n), token, answersAtOnce),
        ),
      );
    }
    // Where nothing says that a subscription has begun, it needs a moment.
    if (!answersAtOnce) await new Promise((resolve) => setTimeout(resolve, 2000));
    crowd.heard = 0;
    return crowd;
  }

  join(address, payload, accessToken, answersAtOnce) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(address, 'graphql-transport-ws', { perMessageDeflate: false });
      this.sockets.push(socket);
      let said = 0;
      socket.on('error', reject);
      socket.on('open', () =>
        socket.send(JSON.stringify({ type: 'connection_init', payload: accessToken ? { accessToken } : {} })),
      );
      socket.on('message', (data) => {
        said += 1;
        if (said === 1) {
          socket.send(JSON.stringify({ id: crypto.randomUUID(), type: 'subscribe', payload }));
          if (!answersAtOnce) resolve();
          return;
        }
        if (said === 2 && answersAtOnce) {
          if (!data.includes('"next"')) reject(new Error(String(data)));
          return resolve();
        }
        this.heard += 1;
        this.onHeard?.();
        this.wake();
      });
    });
  }

  /** Resolves when so many messages have come since the last count. */
  async hear(count) {
    if (this.heard < count)
      await new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`${this.heard} of ${count} came`)), 60_000);
        this.wake = () => {
          if (this.heard < count) return;
          clearTimeout(late);
          this.wake = () => undefined;
          resolve();
        };
      });
    this.heard -= count;
  }

  async close() {
    const gone = this.sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.sockets) socket.terminate();
    await Promise.all(gone);
  }
}
