// What a document looks like, before anything of it is compared with the schema: graphql-js compares every pair of
// fields of one name, and five hundred of them stall the process before any other rule has spoken. That is why these are
// no validation rules, and our own: graphql-armor's run beside the others, and know neither repeated nor root fields.
import {
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { Refusal } from '../errors.js';
import type { Limits } from '../limits.js';

type Rooted = OperationDefinitionNode | FragmentDefinitionNode;
type Bounds = Pick<Limits, 'selections' | 'depth' | 'aliases' | 'directives' | 'rootFields' | 'repeats'>;

/** What of one operation or fragment is counted, everything it spreads included. */
export interface Structure {
  depth: number;
  aliases: number;
  directives: number;
  /** Different names at the root: what would be resolved. */
  rootFields: number;
  /** The most fields of one name in one place. */
  repeats: number;
}

/**
 * Refuses a document whose form alone would cost too much, whichever of its operations is chosen.
 * @throws QUERY_TOO_DEEP · TOO_MANY_ALIASES · TOO_MANY_DIRECTIVES · QUERY_TOO_COMPLEX · GRAPHQL_VALIDATION_FAILED
 */
export function demandBounded(document: DocumentNode, bounds: Bounds): void {
  const fragments = fragmentsOf(document);
  const rooted = document.definitions.filter(isRooted);
  const sizes = new Sizes(fragments);
  const size = rooted.reduce((sum, { selectionSet }) => sum + sizes.of(selectionSet), 0);
  if (size > bounds.selections) {
    const message = `The document selects more than ${bounds.selections} times, fragments counted where they are spread.`;
    throw invalid(message, bounds.selections);
  }
  // From here on it is small, however it was written.
  for (const definition of rooted) demandModest(definition, structureOf(definition, fragments), bounds);
}

/** Counts one operation or fragment; the document must have no circle of fragments. */
export function structureOf(root: Rooted, fragments: ReadonlyMap<string, FragmentDefinitionNode>): Structure {
  const found: Structure = { depth: 0, aliases: 0, directives: 0, rootFields: 0, repeats: 0 };
  const into = (set: SelectionSetNode, names: Map<string, number>, depth: number): void => {
    for (const node of set.selections) {
      found.directives += node.directives?.length ?? 0;
      if (node.kind === Kind.FIELD) enter(node, names, depth);
      else {
        const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
        if (node !== fragment) found.directives += fragment?.directives?.length ?? 0;
        if (fragment) into(fragment.selectionSet, names, depth);
      }
    }
  };
  const enter = (node: FieldNode, names: Map<string, number>, depth: number): void => {
    const name = node.alias?.value ?? node.name.value;
    const times = (names.get(name) ?? 0) + 1;
    names.set(name, times);
    found.repeats = Math.max(found.repeats, times);
    if (node.alias) found.aliases += 1;
    // What asks for the schema itself is as deep as types are nested; graphql-js has a bound of its own for it.
    const isIntrospection = node.name.value.startsWith('__');
    found.depth = Math.max(found.depth, isIntrospection ? 0 : depth);
    if (node.selectionSet)
      into(node.selectionSet, new Map(), isIntrospection ? Number.NEGATIVE_INFINITY : depth + 1);
  };
  found.directives += root.directives?.length ?? 0;
  for (const variable of root.variableDefinitions ?? []) found.directives += variable.directives?.length ?? 0;
  const rootNames = new Map<string, number>();
  into(root.selectionSet, rootNames, 1);
  return { ...found, rootFields: rootNames.size };
}

export const fragmentsOf = ({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> =>
  new Map(
    definitions
      .filter((each) => each.kind === Kind.FRAGMENT_DEFINITION)
      .map((each) => [each.name.value, each]),
  );

const isRooted = (definition: DefinitionNode): definition is Rooted =>
  definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION;

/** How many selections a set has, each fragment counted once and added wherever it is spread. */
class Sizes {
  private readonly known = new Map<string, number>();
  private readonly open = new Set<string>();

  constructor(private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>) {}

  of(set: SelectionSetNode | undefined): number {
    return (set?.selections ?? []).reduce(
      (sum, node) =>
        sum +
        1 +
        (node.kind === Kind.FRAGMENT_SPREAD ? this.fragment(node.name.value) : this.of(node.selectionSet)),
      0,
    );
  }

  private fragment(name: string): number {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    if (this.open.has(name)) throw invalid(`The fragment ${name} leads back to itself.`);
    this.open.add(name);
    const size = this.of(this.fragments.get(name)?.selectionSet);
    this.open.delete(name);
    this.known.set(name, size);
    return size;
  }
}

function demandModest(definition: Rooted, found: Structure, bounds: Bounds): void {
  const demand = (
    count: number,
    limit: number,
    code: 'QUERY_TOO_DEEP' | 'TOO_MANY_ALIASES' | 'TOO_MANY_DIRECTIVES' | 'QUERY_TOO_COMPLEX',
    message: string,
  ) => {
    if (count > limit) throw new Refusal(code, message, { limit });
  };
  const { depth, aliases, directives, rootFields, repeats } = found;
  const isOperation = definition.kind === Kind.OPERATION_DEFINITION;
  // A fragment lies as deep as the operation that spreads it says.
  if (isOperation)
    demand(
      depth,
      bounds.depth,
      'QUERY_TOO_DEEP',
      `Fields lie ${depth} deep; at most ${bounds.depth} are answered.`,
    );
  demand(
    aliases,
    bounds.aliases,
    'TOO_MANY_ALIASES',
    `More than ${bounds.aliases} aliases. Ask in several requests.`,
  );
  demand(
    directives,
    bounds.directives,
    'TOO_MANY_DIRECTIVES',
    `More than ${bounds.directives} directives. Leave some out.`,
  );
  demand(
    repeats,
    bounds.repeats,
    'QUERY_TOO_COMPLEX',
    `One field stands more than ${bounds.repeats} times in one place. Ask for it once.`,
  );
  if (!isOperation) return;
  const most = bounds.rootFields;
  const at = `A ${definition.operation} may have ${most} fields at its root.`;
  demand(rootFields, most, 'TOO_MANY_ALIASES', `${at} Ask in several requests.`);
}

const invalid = (message: string, limit?: number): GraphQLError =>
  new GraphQLError(message, {
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED', ...(limit !== undefined && { limit }) },
  });
