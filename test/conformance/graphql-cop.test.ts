// The fourteen probes of graphql-cop (dolevf/graphql-cop), asked as that tool asks them: each looks for something that
// should not be there, in the words of its own check.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type House, openHouse } from '../helpers/house.js';

let closed: House;
let demo: House;
beforeAll(async () => {
  closed = await openHouse({ env: { INTROSPECTION: 'off' } });
  demo = await openHouse();
});
afterAll(async () => {
  await closed.close();
  await demo.close();
});

interface Reply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever was answered
  readonly json: any;
  readonly text: string;
}

async function reply(sent: Promise<Response>): Promise<Reply> {
  const response = await sent;
  const text = await response.text();
  return {
    status: response.status,
    json: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : null,
    text,
  };
}
const post = (house: House, body: unknown) =>
  reply(
    fetch(`${house.address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
const ask = (query: string, house = closed) => post(house, { operationName: 'cop', query });
const get = (query: string, headers: Record<string, string> = {}) =>
  reply(fetch(`${closed.address}/graphql?query=${encodeURIComponent(query)}`, { headers }));
const codeOf = ({ json }: Reply) => json?.errors?.[0]?.extensions?.code;

/** The finding of each probe: true where the tool would report it. */
const PROBES: Record<string, () => Promise<boolean>> = {
  'alias overloading': async () => {
    const aliases = Array.from({ length: 101 }, (_, nth) => `alias${nth}:__typename`);
    return Boolean((await ask(`query cop { ${aliases.join(' ')} }`)).json.data?.alias100);
  },
  'field duplication': async () =>
    Boolean((await ask(`query cop { ${'__typename \n'.repeat(500)} }`)).json.data?.__typename),
  'directive overloading': async () =>
    (await ask(`query cop { __typename ${'@aa'.repeat(10)} }`)).json.errors.length === 10,
  'array-based query batching': async () => {
    const { json } = await post(closed, Array(10).fill({ query: 'query cop { __typename }' }));
    return Array.isArray(json) && json.length === 10;
  },
  'circular fragments': async () => {
    const query =
      'query cop { ...A } fragment A on Query { __typename ...B } fragment B on Query { __typename ...A }';
    return Boolean((await ask(query)).json.data);
  },
  'circular query through introspection': async () => {
    const circle = `${'fields { type { '.repeat(4)}name${' } }'.repeat(4)}`;
    return Boolean((await ask(`query cop { __schema { types { ${circle} } } }`)).json.data);
  },
  'field suggestions': async () =>
    /did you mean/i.test((await ask('query cop { __schema { directive } viewe { id } }')).text),
  'mutation over GET': async () => Boolean((await get('mutation cop { __typename }')).json.data),
  'query over GET': async () => Boolean((await get('query cop { __typename }')).json.data),
  'query as a form': async () => {
    const body = new URLSearchParams({ query: 'query cop { __typename }' });
    const sent = fetch(`${closed.address}/graphql`, { method: 'POST', body });
    return Boolean((await reply(sent)).json.data);
  },
  'an editor at the API\u2019s address': async () => {
    const { text } = await get('{ __typename }', { accept: 'text/html' });
    return /graphiql|playground|sandbox|apollo studio/i.test(text);
  },
  'trace mode': async () => {
    const { json } = await ask('query cop { __typename }');
    return 'tracing' in (json.extensions ?? {});
  },
  introspection: async () =>
    Boolean((await ask('query cop { __schema { types { name fields { name } } } }')).json.data),
  'an error that nobody handled': async () => {
    const { status, text } = await ask('query cop { ab');
    return status >= 500 || /stack|exception|node_modules|at \w+ \(/i.test(text);
  },
};

test('there are fourteen', () => {
  expect(Object.keys(PROBES)).toHaveLength(14);
});

test.each(Object.entries(PROBES))('nothing is found: %s', async (_, probe) => {
  expect(await probe()).toBe(false);
});

/** A probe finds nothing also where the question was not understood; these tell that it was. */
test('what the probes ask is otherwise answered', async () => {
  expect((await ask('query cop { __typename }')).json).toEqual({ data: { __typename: 'Query' } });
  expect(codeOf(await ask(`query cop { ${'__typename '.repeat(5)} }`))).toBeUndefined();
});

describe('what would be found in the demo, and is meant to be there', () => {
  test('introspection, because the explorer is to be tried; a real installation has it off', async () => {
    const { json } = await ask('query cop { __schema { types { name } } }', demo);
    expect(json.data.__schema.types.length).toBeGreaterThan(50);
  });

  test('with it the suggestions, which then tell nothing that is not told', async () => {
    expect((await ask('query cop { viewe { id } }', demo)).text).toMatch(/Did you mean/);
  });

  test('even there no circle through the schema, and nothing of the others', async () => {
    const circle = `${'fields { type { '.repeat(4)}name${' } }'.repeat(4)}`;
    expect(codeOf(await ask(`query cop { __schema { types { ${circle} } } }`, demo))).toBe(
      'GRAPHQL_VALIDATION_FAILED',
    );
  });

  test('an editor, at an address of its own: it is part of the installation and knows no more than its user', async () => {
    const { status, text } = await reply(fetch(`${demo.address}/graphiql`));
    expect([status, text.startsWith('<!')]).toEqual([200, true]);
  });
});
