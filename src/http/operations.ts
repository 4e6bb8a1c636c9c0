/**
 * The operations of one socket, by their ids. graphql-ws forgets an operation by its id, a moment after it has ended:
 * what took the id again in between would be forgotten in its place, and would neither count nor ever be ended.
 */
export class Operations {
  /** Until it is forgotten. */
  private readonly running = new Map<string, Promise<void>>();
  /** Made when the first has ended: most sockets have one operation, for weeks. */
  private over: Set<string> | null = null;
  private turn: Promise<void> = Promise.resolve();

  /** Hears messages in their order, one that takes an id again only once what had it before is forgotten. */
  hear(text: string, hear: (text: string) => Promise<void>): void {
    this.turn = this.turn.then(() => this.hearInTurn(text, hear));
  }

  /** It was refused, or has said all. */
  end(id: string): void {
    if (!this.running.has(id)) return;
    this.over ??= new Set();
    this.over.add(id);
  }

  private async hearInTurn(text: string, hear: (text: string) => Promise<void>): Promise<void> {
    const { type, id } = headOf(text);
    if (type === 'complete') this.end(id);
    if (type === 'subscribe' && this.over?.has(id)) await this.running.get(id);
    const heard = hear(text);
    if (type !== 'subscribe' || this.running.has(id)) return;
    const forget = () => {
      this.running.delete(id);
      this.over?.delete(id);
    };
    this.running.set(id, heard.then(forget));
  }
}

/** Which message it is, if it is any. */
function headOf(text: string): { type: unknown; id: string } {
  try {
    const { type, id } = JSON.parse(text) as { type?: unknown; id?: unknown };
    return typeof id === 'string' ? { type, id } : { type: null, id: '' };
  } catch {
    return { type: null, id: '' };
  }
}
