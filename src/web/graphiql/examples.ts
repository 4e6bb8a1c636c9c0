import {
  type FieldNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  print,
} from 'graphql';

/** A document of the API, as written. */
export interface Example {
  readonly name: string;
  readonly kind: OperationTypeNode;
  readonly text: string;
  readonly operation: OperationDefinitionNode;
}

interface ExampleGroup {
  readonly title: string;
  readonly examples: readonly Example[];
}

const GROUPS: readonly (readonly [OperationTypeNode, string])[] = [
  ['query' as OperationTypeNode, 'Queries'],
  ['mutation' as OperationTypeNode, 'Mutations'],
  ['subscription' as OperationTypeNode, 'Subscriptions'],
];

/** With these a newcomer begins. */
const FIRST: readonly string[] = ['Overview', 'Login'];

/** The documents in the order in which they are of use. */
export function groupsOf(texts: readonly string[]): ExampleGroup[] {
  const examples = texts.map(toExample).sort(inOrder);
  return GROUPS.map(([kind, title]) => ({ title, examples: examples.filter((each) => each.kind === kind) }));
}

function toExample(text: string): Example {
  const operation = getOperationAST(parse(text));
  if (!operation?.name) throw new Error(`An example is one operation with a name: ${text}`);
  return { name: operation.name.value, kind: operation.operation, text, operation };
}

/** What needs something of a list comes after the lists. */
const needsSomething = ({ operation }: Example): boolean =>
  (operation.variableDefinitions ?? []).some(({ type }) => /^ID!|Input!$/.test(print(type)));

const rank = (example: Example): number =>
  FIRST.includes(example.name) ? 0 : needsSomething(example) ? 2 : 1;

const inOrder = (one: Example, other: Example): number =>
  rank(one) - rank(other) || one.name.localeCompare(other.name, 'en');

/** What the schema says of the example, in one line; without a schema what it asks for. */
export function lineOf({ operation, kind }: Example, schema: GraphQLSchema | null | undefined): string {
  const fields = operation.selectionSet.selections.flatMap((each) =>
    each.kind === Kind.FIELD ? [each] : [],
  );
  const root = schema?.getRootType(kind)?.getFields();
  const said = root?.[fields[0]?.name.value ?? '']?.description;
  if (said) return said.replace(/ Errors:.*$/s, '').replace(/\. .*$/s, '.');
  return fields.map(callOf).join(', ');
}

const callOf = ({ name, arguments: given = [] }: FieldNode): string =>
  given.length > 0 ? `${name.value}(${given.map((each) => each.name.value).join(', ')})` : name.value;
