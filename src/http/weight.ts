// How deep an operation is and how many fields it could answer, before anything of it is executed. Our own, because
// graphql-query-complexity loads a second copy of graphql (its CommonJS build), which refuses the first one's types.
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
  type SelectionSetNode,
} from 'graphql';
import { MAX_PAGE } from '../db/page.js';
import { Refusal } from '../errors.js';
import { MAX_COST, MAX_DEPTH } from './limits.js';

const LIST_LENGTH = 5;

interface Operation {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variables?: Record<string, unknown> | null;
}

interface Weight {
  readonly depth: number;
  readonly cost: number;
}
const NOTHING: Weight = { depth: 0, cost: 0 };

/**
 * Refuses a valid operation that asks too much. Only the chosen operation of the document counts.
 * @throws QUERY_TOO_DEEP · QUERY_TOO_COMPLEX
 */
export function demandModest(schema: GraphQLSchema, { document, operationName, variables }: Operation): void {
  const operation = getOperationAST(document, operationName);
  if (!operation) return;
  const scale = new Scale(document, variables ?? {});
  const { depth, cost } = scale.weigh(operation.selectionSet, schema.getRootType(operation.operation));
  if (depth > MAX_DEPTH) {
    const message = `Fields lie ${depth} deep; at most ${MAX_DEPTH} are answered.`;
    throw new Refusal('QUERY_TOO_DEEP', message, { limit: MAX_DEPTH });
  }
  if (cost > MAX_COST) {
    const message = `This could answer some ${cost} fields. Ask for smaller pages or fewer fields.`;
    throw new Refusal('QUERY_TOO_COMPLEX', message, { limit: MAX_COST });
  }
}

class Scale {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Each fragment once, however often it is spread: a chain of doubled spreads would take for ever. */
  private readonly weighed = new Map<string, Weight>();

  constructor(
    { definitions }: DocumentNode,
    private readonly variables: Record<string, unknown>,
  ) {
    const fragments = definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
    this.fragments = new Map(fragments.map((each) => [each.name.value, each]));
  }

  weigh(set: SelectionSetNode | undefined, type: GraphQLNamedType | null | undefined): Weight {
    return (set?.selections ?? []).reduce((sum, selection) => {
      const { depth, cost } =
        selection.kind === Kind.FIELD
          ? this.field(selection, type)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? this.weigh(selection.selectionSet, type)
            : this.fragment(selection.name.value, type);
      return { depth: Math.max(sum.depth, depth), cost: sum.cost + cost };
    }, NOTHING);
  }

  /** Our fragments are on object types, so the type at the spread is the fragment's own. */
  private fragment(name: string, type: GraphQLNamedType | null | undefined): Weight {
    const weight = this.weighed.get(name) ?? this.weigh(this.fragments.get(name)?.selectionSet, type);
    this.weighed.set(name, weight);
    return weight;
  }

  private field(node: FieldNode, type: GraphQLNamedType | null | undefined): Weight {
    const field = isObjectType(type) ? type.getFields()[node.name.value] : undefined;
    // What asks for the schema itself is as deep as types are nested, and as long as the schema: a constant.
    if (!field) return { depth: 1, cost: 1 };
    const inside = this.weigh(node.selectionSet, getNamedType(field.type));
    return { depth: 1 + inside.depth, cost: 1 + this.timesOf(field, node) * inside.cost };
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
