import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { HTTP, overHttp, overSocket, SOCKET, type Way } from '../http/doors.js';
import { RawSocket } from '../http/raw-socket.js';

let house: House;
let village: Client;
let socket: RawSocket;
beforeAll(async () => {
  house = await openHouse({
    env: { LIMIT_MESSAGES_PER_SECOND: '100000', LIMIT_MESSAGE_BURST: '100000', INTROSPECTION: 'off' },
  });
  village = await house.signIn('hesheng.village');
  socket = await new RawSocket(house.address).enter(village.accessToken);
});
afterAll(async () => {
  socket.socket.close();
  await house.close();
});

const FOLDER = new URL('../../schema/operations/', import.meta.url);
/** Those that change nothing, should one come through unharmed. */
const documents = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => readFileSync(new URL(file, FOLDER), 'utf8'))
  .filter((text) => !text.includes('mutation'));

/** What documents are made of, and what they are not. */
const PIECES = [
  '{',
  '}',
  '(',
  ')',
  '$',
  '!',
  '...',
  '@',
  ':',
  '"',
  '"""',
  '\\',
  '#',
  ' on ',
  '[',
  '\u0000',
  '\ud800',
  '０',
  'é',
];

const mutated = fc
  .tuple(
    fc.constantFrom(...documents),
    fc.constantFrom(...documents),
    fc.array(
      fc.record({
        how: fc.constantFrom('flip', 'cut', 'drop', 'put', 'splice'),
        at: fc.nat(4000),
        to: fc.nat(400),
        piece: fc.constantFrom(...PIECES),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([document, other, changes]) =>
    changes.reduce((text, { how, at, to, piece }) => {
      const place = at % (text.length + 1);
      if (how === 'cut') return text.slice(0, place);
      if (how === 'drop') return text.slice(0, place) + text.slice(place + to);
      if (how === 'put') return text.slice(0, place) + piece + text.slice(place);
      if (how === 'splice') return text.slice(0, place) + other.slice(to);
      return text.slice(0, place) + String.fromCharCode(33 + (to % 94)) + text.slice(place + 1);
    }, document),
  );

/** What is said of a document before anything of it runs, wherever it came in. */
const OF_DOCUMENTS = /^(GRAPHQL_|OPERATION_RESOLUTION|QUERY_TOO_|TOO_MANY_)/;
const variables = { within: '341225206205', region: '341225206205', code: '341225206205', first: 1, id: 'x' };

test('a damaged document is never a fault of ours, and both doors say the same of it', async () => {
  await fc.assert(
    fc.asyncProperty(mutated, async (query) => {
      // Nothing at all is no request over HTTP, and over a socket a document of no words.
      fc.pre(query !== '');
      const http = await overHttp(village, { query, variables });
      expect(http.status).toBeLessThan(500);
      expect(http.code).not.toBe('INTERNAL_SERVER_ERROR');
      const said = await overSocket(socket, { query, variables });
      if (OF_DOCUMENTS.test(http.code ?? '')) expect(said.code).toBe(http.code);
      // A door may not take what the other takes: then it says that, and not that the document is bad.
      else expect(said.code ?? '').not.toMatch(OF_DOCUMENTS);
      expect(Math.max(http.bytes, said.bytes)).toBeLessThan(64 * 1024);
    }),
    { numRuns: 300 },
  );
}, 120_000);

interface Shape {
  readonly aliases: number;
  readonly depth: number;
  readonly directives: number;
  readonly repeats: number;
  readonly comments: number;
}

/** From well below to a little above each bound, most of them within. */
const around = (limit: number) =>
  fc.oneof(
    { weight: 3, arbitrary: fc.integer({ min: 0, max: limit }) },
    fc.integer({ min: limit + 1, max: limit + 3 }),
  );
const shape: fc.Arbitrary<Shape> = fc.record({
  aliases: around(DEFAULT_LIMITS.aliases),
  depth: fc.integer({ min: 5, max: DEFAULT_LIMITS.depth + 2 }),
  directives: around(DEFAULT_LIMITS.directives),
  repeats: fc.integer({ min: 1, max: DEFAULT_LIMITS.repeats + 2 }),
  comments: around(DEFAULT_LIMITS.comments),
});

const times = (count: number, text: (nth: number) => string) =>
  Array.from({ length: count }, (_, nth) => text(nth)).join(' ');

/** A document of exactly this shape, half of everything in fragments. */
function drawn(way: Way, { aliases, depth, directives, repeats, comments }: Shape): string {
  const parents = depth - way.above - 1;
  const half = Math.floor(aliases / 2);
  const deep = `${'parent { '.repeat(parents)}level${' }'.repeat(parents)}`;
  const directed = times(
    directives,
    (nth) => `... @${nth % 2 ? 'include(if: true)' : 'skip(if: false)'} { name }`,
  );
  // Every directed fragment selects `name` once more in the same place; only so many of those are one field too often.
  const inside = `${times(repeats, () => 'code')} ${times(half, (nth) => `a${nth}: name`)} ${deep} ...Rest`;
  const rest = `fragment Rest on Region { ${times(aliases - half, (nth) => `b${nth}: level`)} parent { ...Most } }`;
  const most = `fragment Most on Region { developmentZone ${directed.replaceAll('name', 'code')} }`;
  return `${'#c\n'.repeat(comments)}${way.asking(inside)} ${rest} ${most}`;
}

/** Which bounds a shape is above, counted here and by nobody else. */
function above({ aliases, depth, directives, repeats, comments }: Shape): string[] {
  const of = DEFAULT_LIMITS;
  return [
    ...(comments > of.comments ? ['GRAPHQL_PARSE_FAILED'] : []),
    ...(aliases > of.aliases ? ['TOO_MANY_ALIASES'] : []),
    ...(directives > of.directives ? ['TOO_MANY_DIRECTIVES'] : []),
    ...(repeats > of.repeats || directives > of.repeats ? ['QUERY_TOO_COMPLEX'] : []),
    ...(depth > of.depth ? ['QUERY_TOO_DEEP'] : []),
  ];
}

test('a document is answered exactly when it is within every bound', async () => {
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(shape, async (each) => {
      const expected = above(each);
      for (const told of [
        await overHttp(village, { query: drawn(HTTP, each) }),
        await overSocket(socket, { query: drawn(SOCKET, each) }),
      ]) {
        if (expected.length === 0) expect(told.errors).toEqual([]);
        else expect(expected).toContain(told.code);
        if (told.code === null) answered += 1;
      }
    }),
    { numRuns: 200 },
  );
  expect(answered).toBeGreaterThan(10);
}, 120_000);
