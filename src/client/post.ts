import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { isRecord } from './shelf.js';
import type { Surroundings } from './surroundings.js';

/** How long an answer may take. */
const TIME_LIMIT_MS = 15_000;
/** What a proxy says in a language of its own, said in that of the API. */
const CODES_OF_STATUS: Readonly<Record<number, string>> = {
  429: 'RATE_LIMITED',
  502: 'SERVICE_UNAVAILABLE',
  503: 'SERVICE_UNAVAILABLE',
  504: 'SERVICE_UNAVAILABLE',
};

/** The server refused. Rely on `code` (docs/errors.md); the message is a sentence for people and may change. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly code: string,
    message: string,
    /** The HTTP status; null for what was said over a socket. */
    readonly status: number | null = null,
    /** Whatever else came with the refusal. */
    readonly details: Readonly<Record<string, unknown>> = {},
    /** Under which the server's log speaks of it. */
    readonly requestId: string | null = null,
  ) {
    super(message);
  }

  /** An entry of `errors` in an answer. */
  static from(entry: unknown, status: number | null = null): ApiError {
    const { message, extensions } = isRecord(entry) ? entry : {};
    const { code, requestId, ...details } = isRecord(extensions) ? extensions : {};
    return new ApiError(
      typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR',
      String(message),
      status,
      details,
      typeof requestId === 'string' ? requestId : null,
    );
  }
}

/** The server could not be reached, or not in time, or something else answered. Whether it acted is not known. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** A document that asks, as codegen types it. */
export type Asked<Data, Variables> = TypedDocumentNode<Data, Variables>;

export interface PostOptions {
  /** The access token; left out by whoever has none yet. */
  readonly token?: string;
  /** Gives up when it aborts: rejects with its reason. */
  readonly signal?: AbortSignal;
  readonly timeLimitMs?: number;
}

export interface Answer<Data> {
  readonly data: Data;
  /** The server's clock (ms since 1970, whole seconds) when it answered; null when it did not say. */
  readonly servedAt: number | null;
}

/** Asks once. Rejects with ApiError, Unreachable or the reason of the signal. */
export type Post = <Data, Variables>(
  document: Asked<Data, Variables>,
  variables: Variables,
  options?: PostOptions,
) => Promise<Answer<Data>>;

/** Asks the API at this address. */
export function posting(address: string, { fetch, after }: Pick<Surroundings, 'fetch' | 'after'>): Post {
  return async (document, variables, { token, signal, timeLimitMs = TIME_LIMIT_MS } = {}) => {
    const cut = new AbortController();
    const giveUp = () => cut.abort();
    const callOff = after(timeLimitMs, giveUp);
    signal?.addEventListener('abort', giveUp);
    try {
      signal?.throwIfAborted();
      const response = await fetch(address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ query: print(document), variables }),
        signal: cut.signal,
      });
      return read(response, await response.text());
    } catch (fault) {
      if (fault instanceof ApiError || fault instanceof Unreachable) throw fault;
      signal?.throwIfAborted();
      throw new Unreachable(cut.signal.aborted ? 'No answer in time.' : 'Nothing answers.', { cause: fault });
    } finally {
      callOff();
      signal?.removeEventListener('abort', giveUp);
    }
  };
}

/** @throws ApiError · Unreachable when it is no answer of the API */
function read<Data>({ status, headers }: Response, text: string): Answer<Data> {
  const { data, errors } = parsed(text);
  if (Array.isArray(errors) && errors.length > 0) throw ApiError.from(errors[0], status);
  if (isRecord(data)) {
    const servedAt = Date.parse(headers.get('date') ?? '');
    return { data: data as Data, servedAt: Number.isNaN(servedAt) ? null : servedAt };
  }
  const code = CODES_OF_STATUS[status];
  if (code !== undefined) throw new ApiError(code, `The server's door answered ${status}.`, status);
  throw new Unreachable(`Something else than the server answered (${status}).`);
}

function parsed(text: string): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text);
    return isRecord(found) ? found : {};
  } catch {
    return {};
  }
}
