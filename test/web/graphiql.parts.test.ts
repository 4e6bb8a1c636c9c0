import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, getVariableValues } from 'graphql';
import type { Ask } from '../../src/client/ask.js';
import { ApiError } from '../../src/client/post.js';
import type { SessionState } from '../../src/client/session.js';
import { Store } from '../../src/client/store.js';
import { accessOf } from '../../src/web/graphiql/access.js';
import { type Example, groupsOf, lineOf } from '../../src/web/graphiql/examples.js';
import { bearer, tokenIn, withToken } from '../../src/web/graphiql/headers.js';
import { textOf, variablesFor } from '../../src/web/graphiql/variables.js';
import { HandTime } from '../client/hand-time.js';

const SCHEMA = new URL('../../schema/', import.meta.url);
const schema = buildSchema(readFileSync(new URL('schema.graphql', SCHEMA), 'utf8'));
const texts = readdirSync(new URL('operations', SCHEMA))
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => readFileSync(new URL(`operations/${file}`, SCHEMA), 'utf8'));
const groups = groupsOf(texts);
const examples = groups.flatMap((group) => group.examples);
const named = (name: string) => examples.find((example) => example.name === name) as Example;
const refusing: Ask = async () => {
  throw new ApiError('FORBIDDEN', 'None of your grants allows it.');
};
const nobody = { region: null, ask: refusing };

describe('examples', () => {
  test('every document once, in groups, those to begin with first and those that need an id last', () => {
    expect(groups.map(({ title }) => title)).toEqual(['Queries', 'Mutations', 'Subscriptions']);
    expect(examples).toHaveLength(texts.length);
    const [queries, mutations] = groups.map((group) => group.examples.map(({ name }) => name));
    expect(queries?.[0]).toBe('Overview');
    expect(queries?.slice(-2)).toEqual(['Household', 'Task']);
    expect(mutations?.[0]).toBe('Login');
  });

  test.each(examples.map(({ name }) => name))(
    '%s has a line and variables that its types accept',
    async (name) => {
      const example = named(name);
      expect(lineOf(example, schema)).toMatch(/^[A-Z][^\n]{3,120}\.$/);
      const { variables } = await variablesFor(example.operation, nobody);
      const { errors } = getVariableValues(schema, example.operation.variableDefinitions ?? [], variables);
      expect(errors).toBeUndefined();
    },
  );

  test('without a schema the line says what is asked for', () => {
    expect(lineOf(named('Tasks'), null)).toBe('tasks(within, filter, first, after)');
    expect(lineOf(named('Logout'), null)).toBe('logout');
  });

  test('whoever is signed in asks about the own region, and hears what an example lacks', async () => {
    const village = { region: '341225206205', ask: refusing };
    expect((await variablesFor(named('Watch').operation, village)).variables).toEqual({
      within: '341225206205',
      locale: 'EN',
    });
    const refused = await variablesFor(named('Household').operation, village);
    expect(textOf(refused)).toMatch(/^\{\n {2}\/\/ None of your grants allows it\. .*\n {2}"id": ""\n\}$/);
    expect(textOf({ variables: {}, lacks: null })).toBe('');
  });
});

describe('the token in the headers', () => {
  const isOurs = (value: unknown) => value === bearer('old');

  test('is put, renewed and taken away beside what somebody else wrote', () => {
    const put = withToken('', 'old', isOurs);
    expect(JSON.parse(put)).toEqual({ Authorization: 'Bearer old' });
    expect(JSON.parse(withToken(put, 'new', isOurs))).toEqual({ Authorization: 'Bearer new' });
    expect(withToken(put, null, isOurs)).toBe('');
    const traced = JSON.stringify({ 'x-trace': '1', Authorization: 'Bearer old' });
    expect(JSON.parse(withToken(traced, 'new', isOurs))).toEqual({
      'x-trace': '1',
      Authorization: 'Bearer new',
    });
    expect(JSON.parse(withToken(traced, null, isOurs))).toEqual({ 'x-trace': '1' });
  });

  test.each(['{ "Authorization": "Bearer mine" }', '{ "Authori', '[]', 'null'])(
    'leaves alone: %s',
    (text) => {
      expect(withToken(text, 'new', isOurs)).toBe(text);
    },
  );

  test('is found again whatever the name is spelt like', () => {
    expect(tokenIn({ authorization: 'bearer abc.def' })).toBe('abc.def');
    expect(tokenIn({ Authorization: 'Basic abc' })).toBe('');
    expect(tokenIn()).toBe('');
  });
});

test('the token is asked for again and again, and shown with its end until nobody is signed in', async () => {
  const time = new HandTime();
  const state = new Store<SessionState>({ is: 'signedOut' });
  const viewer = { id: '1', name: 'office', grants: [] };
  const claims = Buffer.from(JSON.stringify({ iat: 1000, exp: 1060 })).toString('base64url');
  const tokens = [`a.${claims}.1`, null, `a.${claims}.2`];
  const token = async () => {
    const next = tokens.shift();
    if (!next) throw new Error('the network is away');
    return next;
  };
  const access = accessOf({ state, token }, time);
  expect(access.get()).toBeNull();
  const later = () => new Promise((resolve) => setImmediate(resolve));
  state.set({ is: 'signedIn', viewer });
  await later();
  expect(access.get()).toEqual({ token: `a.${claims}.1`, endsAt: 60_000 });
  time.advance(5000);
  await later();
  expect(access.get()?.token).toBe(`a.${claims}.1`);
  time.advance(5000);
  await later();
  expect(access.get()).toEqual({ token: `a.${claims}.2`, endsAt: 70_000 });
  state.set({ is: 'ended', why: 'revoked', viewer });
  expect(access.get()).toBeNull();
});
