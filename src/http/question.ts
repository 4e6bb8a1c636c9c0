import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { Subscriber } from './shared.js';

/** What a document asks for, whoever sends it. */
interface Reading {
  readonly fields: ReadonlySet<string>;
  /** Variables that say where to begin: all who are told the same may differ in them. */
  readonly positions: ReadonlySet<string>;
}

const POSITION = 'FeedCursor';
const readings = new WeakMap<DocumentNode, Reading>();

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
  const reading = readings.get(document) ?? read(schema, document);
  readings.set(document, reading);
  const asked = Object.entries(variables ?? {})
    .filter(([name]) => !reading.positions.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  // Kept by every subscription for as long as it lives, so by its digest.
  const question = createHash('sha256').update(JSON.stringify([query, operationName ?? null, asked]));
  return { question: question.digest('base64'), fields: reading.fields };
}

function read(schema: GraphQLSchema, document: DocumentNode): Reading {
  const fields = new Set<string>();
  const types = new TypeInfo(schema);
  const note = () => {
    const [owner, field] = [types.getParentType(), types.getFieldDef()];
    if (owner && field) fields.add(`${getNamedType(owner).name}.${field.name}`);
  };
  visit(document, visitWithTypeInfo(types, { Field: note }));
  const operations = document.definitions.filter(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const positions = operations
    .flatMap(({ variableDefinitions }) => variableDefinitions ?? [])
    .filter(({ type }) => type.kind === Kind.NAMED_TYPE && type.name.value === POSITION)
    .map(({ variable }) => variable.name.value);
  return { fields, positions: new Set(positions) };
}
