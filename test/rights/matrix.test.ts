import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  GraphQLString,
  graphql,
} from 'graphql';
import { ACTS } from '../../src/auth/may.js';
import { ROLES, type Role } from '../../src/auth/viewer.js';
import { guardRights, rightsOf } from '../../src/http/rights.js';
import { printRights } from '../../src/http/rights-page.js';
import { openSchema } from '../../src/schema.js';

const NOW = new Date('2016-12-08T09:00:00+08:00');

/** What a resolver is given, as far as the guard looks at it: an account with one role in the city. */
const asking = (role: Role) => ({
  now: NOW,
  asker: {
    accountId: 'a',
    sessionId: 's',
    name: '某单位',
    grants: [{ id: '1', role, regionCode: '341200000000', validFrom: NOW }],
  },
});

type Extensions = { right?: string };

/** A field as somebody may write it in a resolver. */
const fieldOf = (
  type: GraphQLOutputType,
  extensions: Extensions,
  resolve: () => unknown = () => ({}),
): { type: GraphQLOutputType; extensions: Extensions; resolve: () => unknown } => ({
  type,
  extensions,
  resolve,
});

/** A small API: a query `thing` that leads to a type `Thing` with one text. */
function small({
  query = { right: 'SIGNED_IN' } as Extensions,
  thing = { right: 'SIGNED_IN' } as Extensions,
  text = {} as Extensions,
  mutation = { right: 'grant.write' } as Extensions,
  onWrite = (): unknown => 'written',
} = {}) {
  const thingType = new GraphQLObjectType({
    name: 'Thing',
    extensions: thing,
    fields: { text: fieldOf(GraphQLString, text, () => 'secret') },
  });
  return new GraphQLSchema({
    query: new GraphQLObjectType({
      name: 'Query',
      fields: { thing: fieldOf(new GraphQLNonNull(thingType), query) },
    }),
    mutation: new GraphQLObjectType({
      name: 'Mutation',
      fields: { write: fieldOf(GraphQLString, mutation, onWrite) },
    }),
  });
}

test('the page of rights is the one the code makes (npm run schema)', async () => {
  const committed = readFileSync(new URL('../../docs/rights.md', import.meta.url), 'utf8');
  expect(printRights(await openSchema())).toBe(committed);
});

test('the page names every field of the API, and no role that has not the right', async () => {
  const schema = await openSchema();
  const rows = [
    ...printRights(schema).matchAll(/^\| `(\w+)` \| ((?:`\w+` ?)+) \| `([\w.]+)` \| (.+) \|$/gm),
  ].map(([, type = '', fields = '', right = '', roles = '']) => ({ type, fields, right, roles }));
  const named = rows.flatMap(({ type, fields }) =>
    fields
      .replaceAll('`', '')
      .trim()
      .split(' ')
      .map((field) => `${type}.${field}`),
  );
  expect(named.sort()).toEqual([...rightsOf(schema).keys()].sort());
  for (const { right, roles } of rows.filter(({ right }) => right in ACTS)) {
    const allowed: readonly Role[] = ACTS[right as keyof typeof ACTS];
    const words = ROLES.filter((role) => allowed.includes(role))
      .map((role) => `\`${role}\``)
      .join(' ');
    expect(roles).toBe(allowed.length === ROLES.length ? 'every role' : words);
  }
});

describe('a schema does not open', () => {
  test.each([
    ['whose query has no declared right', { query: {} }, 'Query.thing'],
    ['whose type has none', { thing: {} }, 'Thing.text'],
    ['whose mutation has none', { mutation: {} }, 'Mutation.write'],
  ])('%s', (_, given, name) => {
    expect(() => guardRights(small(given))).toThrow(name);
  });

  test('in which a field leads under another right without saying so', () => {
    const leading = new GraphQLObjectType({
      name: 'Leading',
      extensions: { right: 'task.read' },
      fields: {
        secret: fieldOf(
          new GraphQLObjectType({
            name: 'Secret',
            extensions: { right: 'household.read' },
            fields: { text: fieldOf(GraphQLString, {}) },
          }),
          {},
        ),
      },
    });
    const query = new GraphQLObjectType({
      name: 'Query',
      fields: { leading: fieldOf(leading, { right: 'task.read' }) },
    });
    expect(() => guardRights(new GraphQLSchema({ query }))).toThrow(
      'Leading.secret (leads to Secret, which is under household.read)',
    );
  });

  test('and ours opens, with a right for every field', async () => {
    const rights = rightsOf(await openSchema());
    expect(rights.size).toBeGreaterThan(250);
    expect([...rights].filter(([, right]) => right === null)).toEqual([]);
  });
});

describe('a resolver that forgets to check its right', () => {
  const ask = (schema: GraphQLSchema, source: string, role: Role) =>
    graphql({ schema, source, contextValue: asking(role) });
  const codesOf = ({ errors }: Awaited<ReturnType<typeof ask>>) =>
    (errors ?? []).map(({ extensions }) => extensions.code);

  test('of a query is refused to whoever has it not, and answers the others', async () => {
    const schema = guardRights(small({ query: { right: 'household.read' } }));
    const refused = await ask(schema, '{ thing { text } }', 'SCREEN');
    expect(refused.data).toBeNull();
    expect(codesOf(refused)).toEqual(['FORBIDDEN']);
    const given = await ask(schema, '{ thing { text } }', 'VILLAGE_TEAM');
    expect(given).toEqual({ data: { thing: { text: 'secret' } } });
  });

  test('of one field is refused on that field alone', async () => {
    const schema = guardRights(small({ text: { right: 'household.read' } }));
    const refused = await ask(schema, '{ thing { text } }', 'ADMIN');
    expect(refused.data).toEqual({ thing: { text: null } });
    expect(codesOf(refused)).toEqual(['FORBIDDEN']);
  });

  test('of a mutation is refused before anything is written', async () => {
    const written: string[] = [];
    const onWrite = () => {
      written.push('x');
      return 'written';
    };
    const schema = guardRights(small({ onWrite }));
    expect(codesOf(await ask(schema, 'mutation { write }', 'LEADER'))).toEqual(['FORBIDDEN']);
    expect(written).toEqual([]);
    expect((await ask(schema, 'mutation { write }', 'ADMIN')).data).toEqual({ write: 'written' });
  });
});
