import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  type TypeNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Subscriber } from './shared.js';

/** What an operation asks for, whoever sends it. */
interface Reading {
  readonly fields: ReadonlySet<string>;
  /** Variables that say where to begin: all who are told the same may differ in them. */
  readonly positions: ReadonlySet<string>;
}

const POSITION = 'FeedCursor';
const readings = new WeakMap<OperationDefinitionNode, Reading>();

/** What is asked by a document that was found good, as far as sharing its answer depends on it. */
export function questionOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  {
    query,
    operationName,
    variables,
  }: { query: string; operationName?: string | null; variables?: object | null },
): Pick<Subscriber, 'question' | 'fields'> {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new Error('A good document has the operation that it was found good for.');
  const reading = readings.get(operation) ?? read(schema, document, operation);
  readings.set(operation, reading);
  const asked = Object.entries(variables ?? {})
    .filter(([name]) => !reading.positions.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  // Kept by every subscription for as long as it lives, so by its digest.
  const question = createHash('sha256').update(JSON.stringify([query, operationName ?? null, asked]));
  return { question: question.digest('base64'), fields: reading.fields };
}

/** Its fields are those of the whole document: what belongs to another operation makes it shared less, not more. */
function read(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Reading {
  const fields = new Set<string>();
  const types = new TypeInfo(schema);
  const note = () => {
    const [owner, field] = [types.getParentType(), types.getFieldDef()];
    if (owner && field) fields.add(`${getNamedType(owner).name}.${field.name}`);
  };
  visit(document, visitWithTypeInfo(types, { Field: note }));
  const positions = (operation.variableDefinitions ?? [])
    .filter(({ type }) => namedIn(type) === POSITION)
    .map(({ variable }) => variable.name.value);
  return { fields, positions: new Set(positions) };
}

/** The type of a variable that is no list. */
function namedIn(type: TypeNode): string | null {
  if (type.kind === Kind.NON_NULL_TYPE) return namedIn(type.type);
  return type.kind === Kind.NAMED_TYPE ? type.name.value : null;
}
