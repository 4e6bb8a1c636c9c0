// How many objects an operation could answer, before anything of it is executed: a page counts `first` times, another
// list five times. Our own, because graphql-query-complexity loads a second copy of graphql (its CommonJS build), which
// refuses the first one's types.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getArgumentValues,
  getNamedType,
  getNullableType,
  getOperationAST,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  valueFromASTUntyped,
} from 'graphql';
import { MAX_PAGE } from '../db/page.js';
import { Refusal } from '../errors.js';
import { fragmentsOf } from './structure.js';

const LIST_LENGTH = 5;

interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

/**
 * Refuses a valid operation that could answer too much. Only the chosen operation of the document counts.
 * @throws QUERY_TOO_COMPLEX
 */
export function demandCheap(
  schema: GraphQLSchema,
  { document, operationName, variables }: Operation,
  most: number,
): void {
  const operation = getOperationAST(document, operationName);
  if (!operation) return;
  const scale = new Scale(document, { ...defaultsOf(operation), ...variables });
  const cost = scale.weigh(operation.selectionSet, schema.getRootType(operation.operation));
  if (cost <= most) return;
  const message = `This could answer some ${cost} objects. Ask for smaller pages or fewer lists within lists.`;
  throw new Refusal('QUERY_TOO_COMPLEX', message, { limit: most });
}

/** What a variable is when nobody gives it: a page must not be cheap because its size is written in the document. */
const defaultsOf = ({ variableDefinitions = [] }: OperationDefinitionNode): Record<string, unknown> =>
  Object.fromEntries(
    variableDefinitions.flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)]] : [],
    ),
  );

class Scale {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Each fragment once, however often it is spread: a chain of doubled spreads would take for ever. */
  private readonly weighed = new Map<string, number>();

  constructor(
    document: DocumentNode,
    private readonly variables: Record<string, unknown>,
  ) {
    this.fragments = fragmentsOf(document);
  }

  weigh(set: SelectionSetNode | undefined, type: GraphQLNamedType | null | undefined): number {
    return (set?.selections ?? []).reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + this.field(node, type);
      if (node.kind === Kind.INLINE_FRAGMENT) return sum + this.weigh(node.selectionSet, type);
      return sum + this.fragment(node.name.value, type);
    }, 0);
  }

  /** Our fragments are on object types, so the type at the spread is the fragment's own. */
  private fragment(name: string, type: GraphQLNamedType | null | undefined): number {
    const weight = this.weighed.get(name) ?? this.weigh(this.fragments.get(name)?.selectionSet, type);
    this.weighed.set(name, weight);
    return weight;
  }

  private field(node: FieldNode, type: GraphQLNamedType | null | undefined): number {
    const field = isObjectType(type) ? type.getFields()[node.name.value] : undefined;
    // What asks for the schema itself is as long as the schema: a constant.
    if (!field) return 1;
    // A value is read with the object that holds it.
    if (!node.selectionSet) return 0;
    const times = this.timesOf(field, node);
    const inside = this.weigh(node.selectionSet, getNamedType(field.type));
    // Each entry of a list is an object, and a page is read also by who asks only how long the list is.
    return 1 + times * (times > 1 ? Math.max(1, inside) : inside);
  }

  /** How often what lies inside a field may be answered. */
  private timesOf(field: GraphQLField<unknown, unknown>, node: FieldNode): number {
    if (field.args.some(({ name }) => name === 'first')) return this.firstOf(field, node);
    // The edges of a connection are counted by its `first`.
    return isListType(getNullableType(field.type)) && field.name !== 'edges' ? LIST_LENGTH : 1;
  }

  private firstOf(field: GraphQLField<unknown, unknown>, node: FieldNode): number {
    try {
      const { first } = getArgumentValues(field, node, this.variables);
      // More than a page may hold is refused by the list itself.
      return typeof first === 'number' ? Math.min(Math.max(first, 0), MAX_PAGE) : 1;
    } catch {
      // Wrong arguments: the execution refuses them, each with its own code.
      return 1;
    }
  }
}
