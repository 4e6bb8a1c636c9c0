import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from '@swc/core';

const SRC = new URL('../../src', import.meta.url).pathname;

/** A node of the syntax tree, looked into by what it holds. */
// biome-ignore lint/suspicious/noExplicitAny: a syntax tree of many shapes
export type Node = { type: string } & Record<string, any>;

export const sources: readonly string[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !file.includes('generated'),
);

export const parse = (text: string, tsx = false): Node =>
  parseSync(text, { syntax: 'typescript', tsx, decorators: true, target: 'es2022' }) as unknown as Node;

export const treeOf = (file: string): Node =>
  parse(readFileSync(join(SRC, file), 'utf8'), file.endsWith('.tsx'));

/** Every node of a tree, those above first. */
export function* nodesOf(value: unknown): Generator<Node> {
  if (typeof value !== 'object' || value === null) return;
  if ('type' in value && typeof value.type === 'string') yield value as Node;
  for (const inner of Object.values(value)) yield* nodesOf(inner);
}

const isNode = (node: Node | undefined | null, type: string): node is Node => node?.type === type;
const nameOf = (node: Node | undefined): string => (isNode(node, 'Identifier') ? node.value : '');

/** What came from outside is called one of these, everywhere in the house. */
const FROM_OUTSIDE = ['input', 'given', 'args', 'filter', 'variables', 'body', 'payload'];
/** The ORM's own ways to look up and to write. */
const OF_THE_ORM =
  /^(find|findOne|findOneOrFail|findAndCount|findAll|count|create|assign|insert|insertMany|upsert|upsertMany|nativeUpdate|nativeDelete|orderBy|where)$/;

const isOrm = (node: Node): boolean =>
  isNode(node, 'MemberExpression') ? nameOf(node.property) === 'em' : nameOf(node) === 'em';

/** Calls of the ORM in which something that came from outside is handed over whole, or spread. */
export function wholeObjects(tree: Node): string[] {
  return [...nodesOf(tree)]
    .filter(
      (node) =>
        isNode(node, 'CallExpression') &&
        isNode(node.callee, 'MemberExpression') &&
        isOrm(node.callee.object) &&
        OF_THE_ORM.test(nameOf(node.callee.property)),
    )
    .flatMap((call) => {
      const given = call.arguments.map(({ expression }: { expression: Node }) => nameOf(expression));
      const spread = [...nodesOf(call.arguments)]
        .filter(({ type }) => type === 'SpreadElement')
        .map((element) => nameOf(element.arguments ?? element.expression));
      return [...given, ...spread]
        .filter((name) => FROM_OUTSIDE.includes(name))
        .map((name) => `${nameOf(call.callee.property)}(${name})`);
    });
}

export interface Pattern {
  readonly source: string;
  readonly flags: string;
}

export const patternsOf = (tree: Node): Pattern[] =>
  [...nodesOf(tree)]
    .filter(({ type }) => type === 'RegExpLiteral')
    .map(({ pattern, flags }) => ({ source: pattern, flags }));

/** Patterns that are put together while the program runs, which nothing can check beforehand. */
export const madePatterns = (tree: Node): number =>
  [...nodesOf(tree)].filter(
    (node) => /^(New|Call)Expression$/.test(node.type) && nameOf(node.callee) === 'RegExp',
  ).length;
