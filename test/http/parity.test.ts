import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { DEFAULT_LIMITS } from '../../src/limits.js';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { type Case, HTTP, overHttp, overSocket, SOCKET, tokensOf, VILLAGE, type Way } from './doors.js';
import { RawSocket } from './raw-socket.js';

let house: House;
let village: Client;
let socket: RawSocket;

beforeAll(async () => {
  const env = {
    INTROSPECTION: 'off',
    // The bounds of the socket itself are met elsewhere.
    LIMIT_MESSAGES_PER_SECOND: '10000',
    LIMIT_MESSAGE_BURST: '10000',
    LIMIT_MESSAGE_BYTES: '262144',
  };
  house = await openHouse({ env });
  village = await house.signIn('hesheng.village');
  socket = await new RawSocket(house.address).enter(village.accessToken);
});
afterAll(async () => {
  socket.socket.close();
  await house.close();
});

const { tokens, comments, documentLength, depth, aliases, directives, repeats } = DEFAULT_LIMITS;
const { variablesBytes, variablesDepth, variablesList, variablesText } = DEFAULT_LIMITS;
const times = (count: number, text: (nth: number) => string) =>
  Array.from({ length: count }, (_, nth) => text(nth)).join(' ');

/** Exactly so many tokens, all of them in good order. */
const sized = (way: Way, count: number) => way.wordy(count - tokensOf(way.wordy(0)));
/** Exactly so deep; the lower half in a fragment of a fragment. */
function deep(way: Way, levels: number): string {
  const parents = levels - way.above - 1;
  const half = Math.floor(parents / 2);
  const nested = (count: number, inside: string) =>
    `${'parent { '.repeat(count)}${inside}${' }'.repeat(count)}`;
  const below = `fragment Below on Region { ...Lowest } fragment Lowest on Region { ${nested(parents - half, 'code')} }`;
  return `${way.asking(nested(half, '...Below'))} ${below}`;
}
const aliased = (way: Way, count: number) => way.asking(times(count, (nth) => `a${nth}: code`));
/** So many directives, each on a selection of its own. */
const directed = (way: Way, count: number) =>
  way.asking(times(count, (nth) => `... @include(if: true) { ${['code', 'name', 'level'][nth % 3]} }`));
const chain = (length: number) =>
  times(length, (nth) =>
    nth + 1 < length
      ? `fragment F${nth} on Region { ...F${nth + 1} ...F${nth + 1} }`
      : `fragment F${nth} on Region { code }`,
  );
const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
const text = (length: number) => ({ filler: 'x'.repeat(length) });
const bytes = (count: number) => {
  const filler = Array.from({ length: 20 }, () => 'x'.repeat(3000));
  const rest = count - JSON.stringify({ filler: [...filler, ''] }).length;
  return {
    filler: [
      ...filler,
      ...[rest > 4000 ? 'x'.repeat(rest - 4003) : null, 'x'.repeat(Math.min(rest, 4000))].filter(
        (each) => each !== null,
      ),
    ],
  };
};

/** What may be asked at most; one more of each is below. */
const FITS: Record<string, (way: Way) => Case> = {
  'so many tokens': (way) => ({ query: sized(way, tokens) }),
  'so many comments': (way) => ({ query: `${'#c\n'.repeat(comments)}${way.asking('code')}` }),
  'so long': (way) => ({ query: way.asking('code').padEnd(documentLength) }),
  'so deep': (way) => ({ query: deep(way, depth) }),
  'so many aliases': (way) => ({ query: aliased(way, aliases) }),
  'so many directives': (way) => ({ query: directed(way, directives) }),
  'so often the same': (way) => ({ query: way.asking('code '.repeat(repeats)) }),
  'variables so deep': (way) => ({ query: way.asking('code'), variables: nested(variablesDepth) }),
  'a list so long': (way) => ({
    query: way.asking('code'),
    variables: { filler: Array(variablesList).fill(0) },
  }),
  'a text so long': (way) => ({ query: way.asking('code'), variables: text(variablesText) }),
  'variables so large': (way) => ({ query: way.asking('code'), variables: bytes(variablesBytes) }),
};

const SYNTAX = 'GRAPHQL_PARSE_FAILED';
const INVALID = 'GRAPHQL_VALIDATION_FAILED';
const LARGE = 'VARIABLES_TOO_LARGE';
const REFUSED: Record<string, [code: string, asked: (way: Way) => Case]> = {
  'a token more': [SYNTAX, (way) => ({ query: sized(way, tokens + 1) })],
  'a comment more': [SYNTAX, (way) => ({ query: `${'#c\n'.repeat(comments + 1)}${way.asking('code')}` })],
  'a blank more': [SYNTAX, (way) => ({ query: way.asking('code').padEnd(documentLength + 1) })],
  'a level more': ['QUERY_TOO_DEEP', (way) => ({ query: deep(way, depth + 1) })],
  'an alias more': ['TOO_MANY_ALIASES', (way) => ({ query: aliased(way, aliases + 1) })],
  'a directive more': ['TOO_MANY_DIRECTIVES', (way) => ({ query: directed(way, directives + 1) })],
  'once more the same': ['QUERY_TOO_COMPLEX', (way) => ({ query: way.asking('code '.repeat(repeats + 1)) })],
  'variables a level deeper': [
    LARGE,
    (way) => ({ query: way.asking('code'), variables: nested(variablesDepth + 1) }),
  ],
  'a list longer by one': [
    LARGE,
    (way) => ({ query: way.asking('code'), variables: { filler: Array(variablesList + 1).fill(0) } }),
  ],
  'a text longer by one': [
    LARGE,
    (way) => ({ query: way.asking('code'), variables: text(variablesText + 1) }),
  ],
  'variables larger by one': [
    LARGE,
    (way) => ({ query: way.asking('code'), variables: bytes(variablesBytes + 1) }),
  ],

  'no document': [SYNTAX, (way) => ({ query: `${way.kind} {` })],
  'only a comment': [SYNTAX, () => ({ query: '# nothing' })],
  '15,000 comments': [SYNTAX, (way) => ({ query: '#\n'.repeat(15_000) + way.asking('code') })],
  '10,000 nested selections': [SYNTAX, () => ({ query: '{a'.repeat(10_000) })],
  '5,000 nested lists': [SYNTAX, (way) => ({ query: way.asking(`children(first: ${'['.repeat(5000)}`) })],
  'a byte order mark and rubbish': [SYNTAX, () => ({ query: '\ufeff\u0000{' })],
  '500 times the same field': ['QUERY_TOO_COMPLEX', (way) => ({ query: way.asking('code '.repeat(500)) })],
  '400 times the same field in fragments': [
    'QUERY_TOO_COMPLEX',
    (way) => ({ query: `${way.asking('...A '.repeat(20))} fragment A on Region { ${'code '.repeat(20)} }` }),
  ],
  '101 aliases': ['TOO_MANY_ALIASES', (way) => ({ query: aliased(way, 101) })],
  '11 different fields at the root': [
    'TOO_MANY_ALIASES',
    (way) => ({ query: `${way.kind} { ${times(11, (nth) => `a${nth}: __typename`)} }` }),
  ],
  '100 directives on one field': [
    'TOO_MANY_DIRECTIVES',
    (way) => ({ query: way.asking(`code ${'@include(if: true) '.repeat(100)}`) }),
  ],
  'directives that do not exist': [
    'TOO_MANY_DIRECTIVES',
    (way) => ({ query: way.asking(`code ${'@aa '.repeat(100)}`) }),
  ],
  'a circle of fragments': [
    INVALID,
    (way) => ({
      query: `${way.asking('...A')} fragment A on Region { ...B } fragment B on Region { parent { ...A } }`,
    }),
  ],
  'a fragment of itself': [
    INVALID,
    (way) => ({ query: `${way.asking('...A')} fragment A on Region { ...A }` }),
  ],
  'a chain of 25 doubled fragments': [INVALID, (way) => ({ query: `${way.asking('...F0')} ${chain(25)}` })],
  'pages within pages': [
    'QUERY_TOO_COMPLEX',
    (way) => ({
      query: way.asking('children(first: 100) { edges { node { children(first: 100) { totalCount } } } }'),
    }),
  ],
  'pages whose size is a default of a variable': [
    'QUERY_TOO_COMPLEX',
    (way) => ({
      query: way.asking(
        'children(first: $n) { edges { node { children(first: $n) { totalCount } } } }',
        'Asked($n: Int! = 100)',
      ),
    }),
  ],
  'a field that does not exist': [INVALID, (way) => ({ query: way.asking('nam') })],
  'an argument that does not exist': [
    INVALID,
    (way) => ({ query: way.asking('children(frist: 1) { totalCount }') }),
  ],
  'a fragment that does not exist': [INVALID, (way) => ({ query: way.asking('...A') })],
  'a fragment nobody spreads': [
    INVALID,
    (way) => ({ query: `${way.asking('code')} fragment A on Region { code }` }),
  ],
  'a variable that is not declared': [
    INVALID,
    (way) => ({ query: way.asking('children(first: $n) { totalCount }') }),
  ],
  'two answers under one name': [INVALID, (way) => ({ query: way.asking('code code: name') })],
  'no selection where one is needed': [INVALID, (way) => ({ query: way.asking('parent') })],
  'the schema': [INVALID, () => ({ query: '{ __schema { types { name } } }' })],
  'the whole schema': [INVALID, () => ({ query: getIntrospectionQuery() })],
  'a type': [INVALID, () => ({ query: '{ __type(name: "Region") { name } }' })],
  'a literal that is no region': [
    'INVALID_REGION_CODE',
    (way) => ({ query: way.asking('code').replace(VILLAGE, '3412') }),
  ],
  'two operations and none named': [
    'OPERATION_RESOLUTION_FAILURE',
    (way) => ({ query: `${way.asking('code', 'A')} ${way.asking('code', 'B')}` }),
  ],
  'a name that no operation has': [
    'OPERATION_RESOLUTION_FAILURE',
    (way) => ({ query: way.asking('code', 'A'), operationName: 'B' }),
  ],
  'another operation than the door takes': [
    'OPERATION_NOT_ALLOWED',
    (way) => ({ query: (way === HTTP ? SOCKET : HTTP).asking('code') }),
  ],
  'a variable that is missing': [
    'BAD_USER_INPUT',
    (way) => ({ query: way.asking('children(first: $n) { totalCount }', 'Asked($n: Int!)') }),
  ],
  'a number beyond all numbers': [
    'BAD_USER_INPUT',
    (way) => ({
      query: way.asking('children(first: $n) { totalCount }', 'Asked($n: Int!)'),
      variables: '{"n":1e999}',
    }),
  ],
  'a variable called __proto__': [
    'BAD_USER_INPUT',
    (way) => ({ query: way.asking('code'), variables: '{"__proto__":{"isAdmin":true}}' }),
  ],
  'a constructor deep in the variables': [
    'BAD_USER_INPUT',
    (way) => ({ query: way.asking('code'), variables: '{"a":[{"constructor":{"prototype":{}}}]}' }),
  ],
};

describe('at its bound a document is answered by both doors', () => {
  test.each(Object.entries(FITS))('%s', async (_, asked) => {
    expect((await overHttp(village, asked(HTTP))).errors).toEqual([]);
    expect((await overSocket(socket, asked(SOCKET))).errors).toEqual([]);
  });
});

describe('what is refused is refused by both doors with one code', () => {
  test.each(Object.entries(REFUSED))('%s', async (_, [code, asked]) => {
    const http = await overHttp(village, asked(HTTP));
    const said = await overSocket(socket, asked(SOCKET));
    expect([http.code, said.code]).toEqual([code, code]);
    expect(http.status).toBe(code === 'OPERATION_NOT_ALLOWED' ? 403 : 400);
    for (const { errors, bytes: size } of [http, said]) {
      expect(errors.length).toBeLessThanOrEqual(DEFAULT_LIMITS.errors);
      expect(size).toBeLessThan(16 * 1024);
      expect(errors.map(({ message }) => message).join()).not.toMatch(/Did you mean/);
    }
  });

  test('a flood of errors is cut', async () => {
    const wrong = { kinds: Array(400).fill('NO_SUCH_KIND_OF_EVENT'), status: Array(400).fill('NOT_STARTE') };
    const http = {
      query: `query ($status: [TaskStatus!]) { tasks(within: "${VILLAGE}", first: 1, filter: { status: $status }) { totalCount } }`,
      variables: wrong,
    };
    const feed = {
      query: `subscription ($kinds: [FeedEventKind!]) { supervisionFeed(within: "${VILLAGE}", kinds: $kinds) { cursor } }`,
      variables: wrong,
    };
    for (const told of [await overHttp(village, http), await overSocket(socket, feed)]) {
      expect(told.errors).toHaveLength(DEFAULT_LIMITS.errors);
      expect(new Set(told.errors.map(({ extensions }) => extensions.code))).toEqual(
        new Set(['BAD_USER_INPUT']),
      );
      expect(told.bytes).toBeLessThan(16 * 1024);
      expect(JSON.stringify(told.errors)).not.toMatch(/Did you mean/);
    }
    const fields = times(30, (nth) => `nothing${nth}`);
    for (const told of [
      await overHttp(village, { query: HTTP.asking(fields) }),
      await overSocket(socket, { query: SOCKET.asking(fields) }),
    ]) {
      expect(told.errors).toHaveLength(DEFAULT_LIMITS.errors);
    }
  });

  test('fifteen passwords in one request are not tried', async () => {
    const attempts = async () => (await house.sql('select count(*)::int as n from session'))[0].n;
    const before = await attempts();
    const { demoPassword } = house.database.secrets;
    const login = (nth: number) =>
      `a${nth}: login(username: "city.office", password: "${demoPassword}") { accessToken }`;
    for (const query of [
      `mutation { ${times(15, login)} }`,
      `mutation { ...A } fragment A on Mutation { ${times(DEFAULT_LIMITS.rootFields + 1, login)} }`,
    ]) {
      expect((await overHttp(village, { query })).code).toBe('TOO_MANY_ALIASES');
      expect((await overSocket(socket, { query })).code).toBe('TOO_MANY_ALIASES');
    }
    expect(await attempts()).toBe(before);
  });

  test('ten different fields at the root of a query', async () => {
    const query = `{ ${times(DEFAULT_LIMITS.rootFields, (nth) => `a${nth}: __typename`)} }`;
    expect((await overHttp(village, { query })).errors).toEqual([]);
  });
});
