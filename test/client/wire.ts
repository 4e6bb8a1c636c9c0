import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A wire to a server that can be cut, or go dead without anybody being told. */
export class Wire {
  private readonly ends = new Set<Socket>();
  private readonly server: Server;
  /** How many connections were made through it. */
  connections = 0;

  private constructor(
    /** Where new connections go; null: nowhere, they are refused. */
    public target: string | null,
  ) {
    this.server = createServer((near) => this.join(near));
  }

  static async open(target: string): Promise<Wire> {
    const wire = new Wire(target);
    wire.server.listen(0, '127.0.0.1');
    await once(wire.server, 'listening');
    return wire;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/graphql`;
  }

  /** Cuts every connection, perhaps in the middle of a message. */
  cut(): void {
    for (const end of this.ends) end.resetAndDestroy();
  }

  /** From now on nothing comes through the present connections, not even that they are closed. */
  deaden(): void {
    for (const end of this.ends) end.pause();
  }

  async close(): Promise<void> {
    this.cut();
    this.server.close();
    await once(this.server, 'close');
  }

  private join(near: Socket): void {
    if (this.target === null) {
      near.resetAndDestroy();
      return;
    }
    this.connections++;
    const { hostname, port } = new URL(this.target);
    const far = connect(Number(port), hostname);
    this.lead(near, far);
    this.lead(far, near);
  }

  private lead(from: Socket, to: Socket): void {
    this.ends.add(from);
    from.on('data', (bytes) => to.write(bytes));
    from.on('error', () => undefined);
    from.on('close', () => {
      this.ends.delete(from);
      to.destroy();
    });
  }
}
