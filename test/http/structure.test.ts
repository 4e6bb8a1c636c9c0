import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type OperationDefinitionNode, parse } from 'graphql';
import { Allowance } from '../../src/http/allowance.js';
import { demandBounded, fragmentsOf, structureOf } from '../../src/http/structure.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';

const seen = (text: string) => {
  const document = parse(text);
  return structureOf(document.definitions[0] as OperationDefinitionNode, fragmentsOf(document));
};
const codeOf = (text: string, bounds = DEFAULT_LIMITS) => {
  try {
    demandBounded(parse(text), bounds);
    return null;
  } catch (fault) {
    return (fault as { extensions: { code: string } }).extensions.code;
  }
};

/** A selection as a tree; `apart` says whether it is written into a fragment of its own. */
interface Tree {
  readonly name: string;
  readonly alias: boolean;
  readonly directive: boolean;
  readonly apart: 'here' | 'inline' | 'fragment';
  readonly inside: readonly Tree[];
}

const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record({
    name: fc.constantFrom('a', 'b', 'c', '__typename'),
    alias: fc.boolean(),
    directive: fc.boolean(),
    apart: fc.constantFrom('here', 'inline', 'fragment'),
    inside: fc.oneof({ maxDepth: 6 }, fc.constant([]), fc.array(tie('tree'), { maxLength: 3 })),
  }),
})).tree;

/** The tree as text, with or without what stands apart. */
function written(trees: readonly Tree[], mayStandApart: boolean): string {
  const fragments: string[] = [];
  const field = ({ name, alias, directive, apart, inside }: Tree): string => {
    const below = inside.length > 0 ? ` { ${inside.map(field).join(' ')} }` : '';
    const text = `${alias ? 'other: ' : ''}${name}${directive ? ' @skip(if: false)' : ''}${below}`;
    if (!mayStandApart || apart === 'here') return text;
    if (apart === 'inline') return `... { ${text} }`;
    fragments.push(`fragment F${fragments.length} on T { ${text} }`);
    return `...F${fragments.length - 1}`;
  };
  const operation = `{ ${trees.map(field).join(' ')} }`;
  return [operation, ...fragments].join(' ');
}

test('it makes no difference what of a document is written into fragments', () => {
  fc.assert(
    fc.property(fc.array(tree, { minLength: 1, maxLength: 4 }), (trees) => {
      expect(seen(written(trees, true))).toEqual(seen(written(trees, false)));
    }),
  );
});

test('the counts of one document, each told apart', () => {
  const text = `query Q($x: Int @deprecated) @skip(if: false) {
    a { b { ...F } } a { b } one: a { c } ... @include(if: true) { a { c } } }
    fragment F on T { x: c { d } y: c }`;
  expect(seen(text)).toEqual({ depth: 4, aliases: 3, directives: 3, rootFields: 2, repeats: 3 });
});

test('so many selections, and one more', () => {
  // 19 times a fragment of 104 with its spread is 1,995; with itself, 2,099: the bound is set between.
  const text = (more: number) =>
    `{ ${Array.from({ length: 19 }, (_, nth) => `a${nth} { ...F }`).join(' ')} ${'b '.repeat(more)} }
     fragment F on T { ${Array.from({ length: 103 }, (_, nth) => `c${nth}`).join(' ')} }`;
  const bounds = { ...DEFAULT_LIMITS, rootFields: 1000, selections: 19 * 105 + 103 };
  expect(codeOf(text(0), bounds)).toBeNull();
  expect(codeOf(text(1), bounds)).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('a chain that would double for ever is counted, not followed', () => {
  const chain = Array.from(
    { length: 60 },
    (_, nth) => `fragment F${nth} on T { ...F${nth + 1} ...F${nth + 1} }`,
  );
  expect(codeOf(`{ ...F0 } ${chain.join(' ')} fragment F60 on T { a }`)).toBe('GRAPHQL_VALIDATION_FAILED');
});

test('what no operation spreads is bounded as well', () => {
  expect(codeOf(`{ a } fragment F on T { ${'b '.repeat(6)} }`)).toBe('QUERY_TOO_COMPLEX');
  expect(codeOf(`query A { a } query B { ${'b '.repeat(6)} }`)).toBe('QUERY_TOO_COMPLEX');
});

test('what asks for the schema may lie as deep as it likes, and nothing else beside it', () => {
  const deep = (root: string) => `{ ${root} { ${'a { '.repeat(20)}b${' }'.repeat(20)} } }`;
  expect(codeOf(deep('__schema'))).toBeNull();
  expect(codeOf(deep('a'))).toBe('QUERY_TOO_DEEP');
  expect(codeOf(`{ __typename ${deep('a').slice(1)}`)).toBe('QUERY_TOO_DEEP');
});

describe('an allowance', () => {
  test('so many at once, not one more, and then as many as time has earned', () => {
    const allowance = new Allowance(3, 2);
    const take = (now: number, count: number) => Array.from({ length: count }, () => allowance.take(now));
    expect(take(1000, 4)).toEqual([true, true, true, false]);
    expect(take(1499, 1)).toEqual([false]);
    expect(take(1500, 2)).toEqual([true, false]);
    expect(take(2500, 3)).toEqual([true, true, false]);
    // A long rest earns no more than the burst.
    expect(take(1_000_000, 4)).toEqual([true, true, true, false]);
  });

  test('in the long run never more than the rate', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(2000), { minLength: 1, maxLength: 200 }), (pauses) => {
        const allowance = new Allowance(5, 10);
        let now = 0;
        const taken = pauses.filter((pause) => {
          now += pause;
          return allowance.take(now);
        }).length;
        expect(taken).toBeLessThanOrEqual(5 + (now / 1000) * 10);
      }),
    );
  });
});
