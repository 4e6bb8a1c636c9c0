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
  hear(text: string, hear: (message: unknown) => Promise<void>): void {
    this.turn = this.turn.then(() => this.hearInTurn(text, hear));
  }

  /** It was refused, or has said all. */
  end(id: string): void {
    if (!this.running.has(id)) return;
    this.over ??= new Set();
    this.over.add(id);
  }

  private async hearInTurn(text: string, hear: (message: unknown) => Promise<void>): Promise<void> {
    // Read once, and handed on as it was read: the text would be held for as long as its operation goes on.
    const message = read(text);
    const { type, id } = headOf(message);
    if (type === 'complete') this.end(id);
    if (type === 'subscribe' && this.over?.has(id)) await this.running.get(id);
    const heard = hear(message);
    if (type !== 'subscribe' || this.running.has(id)) return;
    const forget = () => {
      this.running.delete(id);
      this.over?.delete(id);
    };
    this.running.set(id, heard.then(forget));
  }
}

/** What the text says; the text itself when it is no JSON, or says a text that would be read once more. */
function read(text: string): unknown {
  try {
    const message: unknown = JSON.parse(text);
    return typeof message === 'string' ? text : message;
  } catch {
    return text;
  }
}

/** Which message it is, if it is any. */
function headOf(message: unknown): { type: unknown; id: string } {
  const { type, id } = (message ?? {}) as { type?: unknown; id?: unknown };
  return typeof id === 'string' ? { type, id } : { type: null, id: '' };
}
