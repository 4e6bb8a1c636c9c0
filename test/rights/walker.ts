import { type GraphQLSchema, getNamedType } from 'graphql';
import type { Client } from '../helpers/house.js';
import {
  documentOf,
  type Extras,
  everythingIn,
  type Known,
  type Probe,
  probesOf,
  rootsOf,
  type Selection,
  selectionsOf,
  type Thing,
  visitedBy,
} from './documents.js';

/** Steps from thing to thing, and levels of fields, that the walk goes down: as deep as the API answers. */
const STEPS = 3;
const LEVELS = 9;
const AT_ONCE = 8;

/** What one request was answered. */
export interface Answered {
  readonly probe: Probe;
  readonly document: string;
  readonly answer: unknown;
}

/** Answers of one visitor by what was asked, comparable from one walk to the next. */
export type Trail = Map<string, Answered>;

/** What the whole walk has come by. */
export class Visits {
  readonly places = new Set<string>();
  readonly types = new Set<string>();
  private readonly documents = new Set<string>();
  requests = 0;

  constructor(private readonly schema: GraphQLSchema) {}

  note(document: string, answer: unknown): void {
    this.requests += 1;
    if (!this.documents.has(document)) {
      this.documents.add(document);
      for (const place of visitedBy(this.schema, document)) this.places.add(place);
    }
    JSON.stringify(answer, (key, value) => {
      if (key === '__typename') this.types.add(value as string);
      return value;
    });
  }

  missed(): { places: string[]; types: string[] } {
    const all = everythingIn(this.schema);
    return {
      places: all.places.filter((place) => !this.places.has(place)),
      types: all.types.filter((type) => !this.types.has(type)),
    };
  }
}

/** Two answers are the same when they differ in nothing but the request's own id and the place of the log. */
export const comparable = (answer: unknown): string =>
  JSON.stringify(answer, (key, value) => (key === 'requestId' || key === 'position' ? undefined : value));

const dataOf = (answer: unknown): unknown => {
  const { data } = answer as { data?: Record<string, unknown> | null };
  return data && Object.values(data)[0];
};

export class Walker {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly visits: Visits,
    private readonly client: Client,
    /** Every pair of edges that follow each other; else every edge once, which is what a resolver depends on. */
    private readonly isThorough: boolean,
  ) {}

  /** Every root field of one kind with every set of arguments; where something is answered, every way down from it. */
  async walk(
    operation: 'query' | 'mutation',
    known: Known,
    isWalked: (field: string) => boolean,
  ): Promise<Trail> {
    const probes = rootsOf(this.schema)
      .filter((root) => root.operation === operation && isWalked(root.field.name))
      .flatMap(({ field }) => probesOf(operation, field, known));
    const trail: Trail = new Map();
    const gone = new Set<string>();
    await inTurns(probes, async (probe) => {
      const [first, ...further] = this.selections(probe, null);
      const answered = await this.ask(probe, first?.text ?? '', trail);
      if (operation === 'mutation' || !dataOf(answered.answer)) return;
      const [cursor = 'x'] = known.cursors;
      const [full, ...fully] = this.selections(probe, { after: cursor });
      const deeper = fully.map(({ text, way }) => ({ text, way: `${way}, every argument` }));
      const ways = [{ text: full?.text ?? '', way: `${probe.field}, every argument` }, ...further, ...deeper];
      for (const { text, way } of ways) {
        const key = this.isThorough ? way : way.split(' > ').slice(-2).join(' > ');
        if (gone.has(key)) continue;
        gone.add(key);
        await this.ask(probe, text, trail);
      }
    });
    return trail;
  }

  /** The same requests again, of those that were answered: what was refused was refused whatever there is. */
  async again(before: Trail): Promise<Trail> {
    const trail: Trail = new Map();
    const answered = [...before.entries()].filter(([, { answer }]) => dataOf(answer));
    await inTurns(answered, async ([key, { probe, document }]) => {
      trail.set(key, await this.send(probe, document));
    });
    return trail;
  }

  /** The first answer of every subscription with every set of arguments; a refusal is one, too. */
  async listen(known: Known): Promise<Trail> {
    const probes = rootsOf(this.schema)
      .filter(({ operation }) => operation === 'subscription')
      .flatMap(({ operation, field }) => probesOf(operation, field, known));
    const trail: Trail = new Map();
    const gone = new Set<string>();
    await inTurns(probes, async (probe) => {
      const [first, ...further] = this.selections(probe, null);
      const [cursor = 'x'] = known.cursors;
      const [full] = this.selections(probe, { after: cursor });
      const ways = [first, { text: full?.text ?? '', way: `${probe.field}, every argument` }, ...further];
      for (const [at, { text, way } = { text: '', way: '' }] of ways.entries()) {
        const key = way.split(' > ').slice(-2).join(' > ');
        if (at > 0 && gone.has(key)) continue;
        if (at > 0) gone.add(key);
        const document = documentOf(this.schema, probe, text);
        const feed = await this.client.subscribe(document, probe.variables);
        const answer = await feed.next().catch((fault: unknown) => ({ errors: [said(fault)] }));
        feed.close();
        this.visits.note(document, answer);
        trail.set(`${document} ${JSON.stringify(probe.variables)}`, { probe, document, answer });
        if (!dataOf(answer)) break;
      }
    });
    return trail;
  }

  /** A probe with another thing or place in it. */
  async instead(answered: Answered, named: { thing?: Thing; region?: string }): Promise<Answered> {
    const { probe, document } = answered;
    const swap = (text: string, from: string | undefined, to: string | undefined) =>
      from && to ? text.replaceAll(from, to) : text;
    const text = swap(
      swap(JSON.stringify(probe.variables), probe.named.thing?.id, named.thing?.id),
      probe.named.region,
      named.region,
    );
    return this.send({ ...probe, variables: JSON.parse(text), named }, document);
  }

  private selections(probe: Probe, extras: Extras | null): Selection[] {
    const root = this.schema.getRootType(probe.operation as never)?.getFields()[probe.field];
    const way = { steps: STEPS, levels: LEVELS, path: [], edges: [], extras };
    return root ? selectionsOf(getNamedType(root.type), way) : [];
  }

  private async ask(probe: Probe, selection: string, trail: Trail): Promise<Answered> {
    const document = documentOf(this.schema, probe, selection);
    const answered = await this.send(probe, document);
    trail.set(`${document} ${JSON.stringify(probe.variables)}`, answered);
    return answered;
  }

  private async send(probe: Probe, document: string): Promise<Answered> {
    const answer = await this.client.ask(document, probe.variables);
    this.visits.note(document, answer);
    return { probe, document, answer };
  }
}

/** A refusal as the socket tells it: errors of the subscription, or the close of the whole. */
function said(fault: unknown): object {
  if (Array.isArray(fault)) return fault[0] as object;
  const { code, reason } = fault as { code?: number; reason?: string };
  return { message: reason ?? String(fault), extensions: { code } };
}

/** A few at a time: as many as a browser would, and no more than the pool bears. */
async function inTurns<T>(list: readonly T[], work: (each: T) => Promise<void>): Promise<void> {
  const left = [...list];
  const worker = async () => {
    for (let each = left.shift(); each !== undefined; each = left.shift()) await work(each);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
