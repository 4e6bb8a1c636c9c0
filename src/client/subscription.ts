import { print } from 'graphql';
import type { Client } from 'graphql-ws/client';
import { pauseAfter } from './backoff.js';
import { Patience } from './patience.js';
import { ApiError, type Asked } from './post.js';
import { isEndOfSession } from './session.js';
import type { Surroundings } from './surroundings.js';

/** What is subscribed to, and who hears of it. */
export interface Subscribed<Data, Variables> {
  readonly document: Asked<Data, Variables>;
  /** Asked for before each subscribing, so that whoever resumes says from where. */
  readonly variables: () => Variables;
  /** When it throws, the data is not taken: the subscription is made anew and the fault complained of. */
  readonly onData: (data: Data) => void;
  /** A refusal that the same question would get again. Answers whether to ask on, with other variables. */
  readonly onRefused: (refusal: ApiError) => boolean;
  /** The longest silence between two answers that is still in order; left out where no such promise is made. */
  readonly silenceMs?: () => number;
}

/** Why a subscription wants its connection ended. */
export type Reason = 'expired' | 'revoked' | 'silent';

/** What a subscription needs of whoever holds the connection. */
interface Holder {
  readonly surroundings: Pick<Surroundings, 'after' | 'random' | 'complain'>;
  /** Ends the connection and makes another. */
  readonly drop: (reason: Reason) => void;
  /** It was refused for good. */
  readonly forget: () => void;
}

/** Refusals that pass: the same question, asked again, may well be answered. */
const PASSING: ReadonlySet<string> = new Set([
  'INTERNAL_SERVER_ERROR',
  'RATE_LIMITED',
  'SERVICE_UNAVAILABLE',
]);

/** One time of asking, and what ends it on the server. */
interface Asking {
  leave: () => void;
}

/** One subscription, made anew on every connection until it is stopped or refused for good. */
export class Subscription<Data, Variables> {
  private readonly patience: Patience;
  private client: Client | null = null;
  /** The asking whose answers are heard; those of any earlier one are not. */
  private current: Asking | null = null;
  private callOff: () => void = () => undefined;
  private failures = 0;

  constructor(
    private readonly subscribed: Subscribed<Data, Variables>,
    private readonly holder: Holder,
  ) {
    this.patience = new Patience(holder.surroundings.after, () => holder.drop('silent'));
  }

  /** There is a connection: asks on it. */
  connected(client: Client): void {
    this.client = client;
    this.begin();
  }

  /** There is none any more: nothing that still comes of it is heard. */
  disconnected(): void {
    this.rest();
    this.client = null;
  }

  /** Nobody listens any more, which the server is told. */
  stop(): void {
    this.hangUp();
    this.client = null;
  }

  private begin(): void {
    const { client } = this;
    // Whoever hears of a refusal may stop listening at once.
    if (!client) return;
    const { document, variables } = this.subscribed;
    const asked = { query: print(document), variables: variables() as Record<string, unknown> };
    const own: Asking = { leave: () => undefined };
    const ifHeard = (act: () => void) => this.current === own && act();
    this.current = own;
    this.expectMore();
    own.leave = client.subscribe<Data>(asked, {
      next: ({ data, errors }) => ifHeard(() => (data && !errors ? this.take(data) : this.refuse(errors))),
      // A list is what the server says of this one; anything else is the end of the connection, whose holder knows it.
      error: (fault) => ifHeard(() => Array.isArray(fault) && this.refuse(fault)),
      complete: () => ifHeard(() => this.beginLater()),
    });
  }

  private rest(): void {
    this.callOff();
    this.patience.rest();
    this.current = null;
  }

  private hangUp(): void {
    const leave = this.current?.leave;
    this.rest();
    // In a moment: what is left here and completed by the server in one breath, graphql-ws would count twice, and close
    // the connection because it believes that nobody is left.
    if (leave) this.holder.surroundings.after(0, leave);
  }

  private expectMore(): void {
    const silenceMs = this.subscribed.silenceMs?.();
    if (silenceMs !== undefined) this.patience.expect(silenceMs);
  }

  private take(data: Data): void {
    this.failures = 0;
    try {
      this.subscribed.onData(data);
      if (this.client) this.expectMore();
    } catch (fault) {
      this.holder.surroundings.complain(fault);
      this.beginLater();
    }
  }

  private refuse(errors: readonly unknown[] | undefined): void {
    const refusal = ApiError.from(errors?.[0]);
    this.hangUp();
    if (refusal.code === 'TOKEN_EXPIRED') this.holder.drop('expired');
    else if (isEndOfSession(refusal)) this.holder.drop('revoked');
    else if (PASSING.has(refusal.code)) this.beginLater();
    else if (this.subscribed.onRefused(refusal)) this.begin();
    else this.holder.forget();
  }

  private beginLater(): void {
    this.hangUp();
    const { after, random } = this.holder.surroundings;
    this.callOff = after(pauseAfter(this.failures++, random), () => this.begin());
  }
}
