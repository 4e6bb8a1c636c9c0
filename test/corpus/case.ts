import { readdirSync, readFileSync } from 'node:fs';

/** What a bad input must come to. */
export interface Expected {
  /** The status of the HTTP answer (for `raw`: of the status line); left out where the transport is a socket. */
  readonly http?: number;
  /** The first error's code; null where the input is good after all and must be answered. */
  readonly code?: string | null;
  /** The code with which the server closes the socket. */
  readonly close?: number;
  /** The server ends the connection by itself, whatever it says before. */
  readonly ends?: boolean;
  /** Further extensions of the error. */
  readonly extensions?: Record<string, unknown>;
}

/** One request of a sequence; what it answers may be kept under a name for those after it. */
export interface Step {
  readonly as?: string | null;
  readonly document?: string;
  readonly query?: unknown;
  readonly variables?: unknown;
  readonly headers?: Record<string, string>;
  /** Name → path in `data`, such as `{ "token": "login.refreshToken" }`. */
  readonly keep?: Record<string, string>;
  /** So many of the same at once; `expect` is for each, in any order. */
  readonly times?: number;
  readonly expect: Expected | readonly Expected[];
}

/** One bad input. Values may hold `${name}` of the world, and builders for what is too long to write out. */
export interface Case extends Partial<Step> {
  readonly id: string;
  readonly transport: 'http' | 'ws' | 'raw' | 'steps';
  /** What is bad about it, where the input does not say so itself. */
  readonly why?: string;
  /** The whole body, where it is no document with variables. */
  readonly body?: unknown;
  readonly method?: string;
  readonly path?: string;
  readonly operationName?: unknown;
  readonly steps?: readonly Step[];
  /** ws: the sub-protocols asked for, what `connection_init` says (false: nothing), and the messages after it. */
  readonly protocols?: string[];
  readonly init?: unknown;
  readonly say?: readonly unknown[];
  /** ws: frames byte by byte, in hexadecimal. */
  readonly frames?: readonly unknown[];
  /** raw: what is written to the connection, part after part; then it waits. */
  readonly write?: readonly unknown[];
  readonly expect: Expected;
}

export interface Group {
  readonly name: string;
  readonly about: string;
  readonly documents: Record<string, string>;
  /** What its node is started with, beyond what all are. */
  readonly env: Record<string, string>;
  readonly cases: readonly Case[];
}

const FOLDER = new URL('./cases/', import.meta.url);

/** Every group; the first line of a file says what its cases share. */
export function readGroups(): Group[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.jsonl'))
    .sort()
    .map((file) => {
      const [head = '{}', ...lines] = readFileSync(new URL(file, FOLDER), 'utf8').trim().split('\n');
      const { about, documents = {}, env = {}, shared = {} } = JSON.parse(head);
      const cases = lines.map((line) => ({ transport: 'http', ...shared, ...JSON.parse(line) }) as Case);
      return { name: file.replace('.jsonl', ''), about, documents, env, cases };
    });
}

interface Builder {
  $repeat?: unknown;
  times?: number;
  $join?: unknown[];
  $nest?: [string, string, string];
  $each?: string;
  from?: number;
  to?: number;
  $list?: unknown;
}

/** The value that is meant: builders built, names of the world put in. */
export function build(value: unknown, world: Record<string, string>): unknown {
  if (typeof value === 'string') return named(value, world);
  if (Array.isArray(value)) return value.map((each) => build(each, world));
  if (typeof value !== 'object' || value === null) return value;
  const { $repeat, times = 1, $join, $nest, $each, from = 0, to = 0, $list } = value as Builder;
  if ($repeat !== undefined) return String(build($repeat, world)).repeat(times);
  if ($join) return $join.map((each) => build(each, world)).join('');
  if ($nest) return $nest[0].repeat(times) + $nest[1] + $nest[2].repeat(times);
  if ($each !== undefined)
    return Array.from({ length: to - from }, (_, nth) => $each.replaceAll('#', String(from + nth))).join('');
  if ($list !== undefined) return Array.from({ length: times }, () => build($list, world));
  // Not Object.fromEntries: `__proto__` must stay a key like any other.
  const built = Object.create(null) as Record<string, unknown>;
  for (const [key, inner] of Object.entries(value)) {
    Object.defineProperty(built, key, { value: build(inner, world), enumerable: true });
  }
  return built;
}

function named(text: string, world: Record<string, string>): string {
  return text.replace(/\$\{([\w.]+)\}/g, (_, name: string) => {
    const value = world[name];
    if (value === undefined) throw new Error(`the world has no ${name}`);
    return value;
  });
}
