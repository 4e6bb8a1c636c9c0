import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { freshIdNumber } from '../households/family.js';

/** One for the whole walk: a visitor's requests must be the same each time they are sent. */
const ID_NUMBER = freshIdNumber();

/** A row somewhere, as a client may name it. */
export interface Thing {
  readonly table: string;
  readonly id: string;
  readonly version: number;
}

/** What a visitor may put into arguments. */
export interface Known {
  readonly regions: readonly string[];
  readonly things: readonly Thing[];
  /** True for a visitor who is refused before anything is looked at: one try of each kind is enough. */
  readonly isBrief: boolean;
  /** What nobody has. */
  readonly absent: Thing;
  readonly cursors: readonly string[];
  readonly feedCursors: readonly string[];
  readonly texts: readonly string[];
  /** The ID number of a person who is registered. */
  readonly person: string;
  /** An account to name as receiver, inspector or responsible: names of accounts are everybody's. */
  readonly accountId: string;
  /** The standard of the year: everybody may read it, and much is asked by it. */
  readonly standardId: string;
}

/** One request of the walk: a root field with arguments, and how to ask for more of what it answers. */
export interface Probe {
  readonly operation: 'query' | 'mutation' | 'subscription';
  readonly field: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What of the variables names a foreign thing or place, so that an absent one can stand in its place. */
  readonly named: { readonly thing?: Thing; readonly region?: string };
}

type Field = GraphQLField<unknown, unknown>;

/** Values that make sense under a name; everything else comes from the type. */
const BY_NAME: Record<string, unknown> = {
  first: 2,
  days: 5,
  year: 2016,
  birthYear: 1960,
  relation: 'HEAD',
  startsOn: '2016-12-08',
  endsOn: '2016-12-20',
  issuedOn: '2016-12-01',
  measuredOn: '2016-12-01',
  evidence: 'PHOTO',
  validFrom: '2016-12-08T10:00:00+08:00',
  plannedExitYear: 2016,
  purpose: '核对户主的银行账户是否正确',
};

const BY_TYPE: Record<string, unknown> = {
  Int: 1,
  Float: 1,
  Boolean: true,
  Fen: 100,
  Date: '2016-12-20',
  DateTime: '2016-12-30T00:00:00+08:00',
};

/** Tables that arguments of this name speak of: `taskId` of `task`; people have several names. */
const TABLE_BY_NAME: Record<string, string> = {
  grant: 'role_grant',
  member: 'household_member',
  request: 'reveal_request',
  approval: 'reveal_request',
  extension: 'task_extension',
  standard: 'exit_standard',
  item: 'standard_item',
  adjustment: 'target_adjustment',
  notice: 'public_notice',
  publicnotice: 'public_notice',
  responsible: 'account',
  inspector: 'account',
  account: 'account',
};

const snake = (noun: string): string => noun.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What an id is one of, by its name; a plain `id` by the root field that takes it. */
function tableOf(name: string, root: string): string {
  const noun = /^(\w+?)Ids?$/.exec(name)?.[1] ?? root;
  return TABLE_BY_NAME[noun] ?? snake(noun);
}

/** How one set of arguments is filled. */
interface Filling {
  readonly known: Known;
  readonly region: string;
  readonly thing: Thing | undefined;
  readonly turn: number;
  readonly isFull: boolean;
  readonly isQuery: boolean;
  /** The one argument that is given though it need not be. */
  readonly only?: string;
}

const pick = <T>(list: readonly T[], turn: number): T | undefined => list[turn % Math.max(1, list.length)];

/** A value of the type, as JSON. */
function fill(type: GraphQLInputType, name: string, filling: Filling): unknown {
  if (isNonNullType(type)) return fill(type.ofType, name, filling);
  if (isListType(type)) return [fill(type.ofType, name, filling)];
  if (name in BY_NAME && !isInputObjectType(type)) return BY_NAME[name];
  if (isEnumType(type)) return pick(type.getValues(), filling.turn)?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || (filling.isFull && field.name !== 'idempotencyKey'),
    );
    return Object.fromEntries(fields.map((field) => [field.name, fill(field.type, field.name, filling)]));
  }
  return leaf(type.name, name, filling);
}

function leaf(type: string, name: string, { known, region, thing, turn, isQuery }: Filling): unknown {
  if (type === 'RegionCode') return region;
  if (type === 'ID') return idOf(tableOf(name, ''), known, thing);
  if (type === 'FeedCursor') return pick(known.feedCursors, turn);
  if (name === 'expectedVersion') return thing?.version ?? 1;
  if (name === 'idNumber') return isQuery ? known.person : ID_NUMBER;
  if (type === 'String')
    return name === 'after' ? pick(known.cursors, turn) : (pick(known.texts, turn) ?? '外村事');
  // A period begins before it ends.
  if (type === 'DateTime' && name === 'from') return '2016-11-01T00:00:00+08:00';
  if (type in BY_TYPE) return BY_TYPE[type];
  throw new Error(`The walk knows no value of ${type} for ${name}: teach it one.`);
}

/** The thing in hand where it fits, or nothing does; beside it the one of the other kind that belongs to it. */
function idOf(table: string, known: Known, thing: Thing | undefined): string | undefined {
  if (table === 'account') return known.accountId;
  if (table === 'exit_standard') return known.standardId;
  const beside = known.things.find((each) => each.table === table);
  const isKnown = known.things.some((each) => each.table === thing?.table);
  return isKnown && thing?.table !== table && beside ? beside.id : thing?.id;
}

/** Every leaf that a type of arguments holds, by name and type name. */
function slotsOf(type: GraphQLInputType, name: string): { name: string; type: GraphQLNamedType }[] {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [{ name, type: named }];
  return Object.values(named.getFields()).flatMap((field) => slotsOf(field.type, field.name));
}

/** A root field with every set of arguments that matters: every thing, every place, every word of an enum. */
export function probesOf(operation: Probe['operation'], field: Field, known: Known): Probe[] {
  const slots = field.args
    .flatMap((arg) => slotsOf(arg.type, arg.name))
    .filter((slot) => slot.name !== 'idempotencyKey');
  const takes = (type: string) => slots.some((slot) => slot.type.name === type);
  const names = slots
    .filter((slot) => slot.type.name === 'ID')
    .map((slot) => tableOf(slot.name, field.name))
    .filter((name) => name !== 'account');
  const words = known.isBrief
    ? 1
    : Math.max(1, ...slots.map(({ type }) => (isEnumType(type) ? type.getValues().length : 1)));
  const asksForThing = names.length > 0;
  const regions = takes('RegionCode') ? known.regions : known.regions.slice(0, 1);
  const fillings: Filling[] = [];
  const add = (region: string, thing: Thing | undefined, turns: number) => {
    for (let turn = 0; turn < turns; turn += 1)
      fillings.push({ known, region, thing, turn, isFull: turn % 2 === 1, isQuery: operation === 'query' });
  };
  const isMeant = ({ table }: Thing) => names.includes(table);
  const meant = known.things.filter(isMeant);
  // For what the field speaks of, every word; of other kinds of things a few, in turns, say that they are not it.
  const others = known.things.filter((thing) => !isMeant(thing));
  const start = field.name.length + field.name.charCodeAt(0);
  const strange = others.filter((_, at) => (at + start) % Math.ceil(others.length / 3) === 0);
  const things = asksForThing ? [...meant, ...strange] : known.things.slice(0, 1);
  for (const region of regions) add(region, things[0], region === regions[0] ? 2 : 1);
  for (const thing of things) add(regions[0] ?? '', thing, meant.includes(thing) ? words + (words % 2) : 1);
  if (asksForThing) add(regions[0] ?? '', known.absent, 1);
  const turns = known.isBrief
    ? 1
    : Math.max(words, known.cursors.length, known.texts.length, known.feedCursors.length);
  add(regions[0] ?? '', things[0], turns + 1);
  const own = { known, region: regions[0] ?? '', thing: things[0], turn: 0, isFull: false };
  for (const { name } of field.args) fillings.push({ ...own, isQuery: operation === 'query', only: name });
  return distinct(fillings.map((filling) => probeOf(operation, field, filling)));
}

function probeOf(operation: Probe['operation'], field: Field, filling: Filling): Probe {
  const variables = argumentsOf(field, filling);
  const text = JSON.stringify(variables);
  const { thing, region } = filling;
  const named = {
    ...(thing && text.includes(thing.id) && { thing }),
    ...(region !== '' && text.includes(region) && { region }),
  };
  return { operation, field: field.name, variables, named };
}

function argumentsOf(field: Field, filling: Filling): Record<string, unknown> {
  const args = field.args.filter(
    (arg) => isRequiredArgument(arg) || filling.isFull || arg.name === filling.only,
  );
  return Object.fromEntries(args.map((arg) => [arg.name, fill(arg.type, arg.name, filling)]));
}

const distinct = (probes: Probe[]): Probe[] => [
  ...new Map(probes.map((probe) => [JSON.stringify(probe.variables), probe])).values(),
];

/** The text of an operation that asks for the given selection. */
export function documentOf(schema: GraphQLSchema, probe: Probe, selection: string): string {
  const root = schema.getRootType(probe.operation as never);
  const field = root?.getFields()[probe.field];
  const given = (field?.args ?? []).filter(({ name }) => name in probe.variables);
  const variables = given.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const args = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const [outer, inner] = given.length > 0 ? [`(${variables})`, `(${args})`] : ['', ''];
  return `${probe.operation} Walk${outer} { ${probe.field}${inner} ${selection} }`;
}

const fieldsOf = (type: GraphQLNamedType): Field[] =>
  isObjectType(type) ? Object.values(type.getFields()) : [];
const leadsOn = (field: Field): boolean => isObjectType(getNamedType(field.type));

/** Literals for the arguments of inner fields that need not be given; without them only the needed ones are. */
export interface Extras {
  readonly after: string;
}

/**
 * A field as the walk asks for it. A position of the log is another one for everybody who asks later, so it says by its
 * name that it is one.
 */
function asked(field: Field, extras: Extras | null): string {
  const isPosition = getNamedType(field.type).name === 'FeedCursor';
  const args = field.args.flatMap(({ name, type }) => {
    if (name === 'first') return ['first: 2'];
    if (!extras) return [];
    const named = getNamedType(type);
    if (name === 'after') return [`after: ${JSON.stringify(extras.after)}`];
    return isEnumType(named) ? [`${name}: ${named.getValues().at(-1)?.name}`] : [];
  });
  return `${isPosition ? 'position: ' : ''}${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
}

/** Everything of a type that leads no further, its own name first. */
const leavesOf = (type: GraphQLNamedType, extras: Extras | null): string =>
  [
    '__typename',
    ...fieldsOf(type)
      .filter((field) => !leadsOn(field))
      .map((field) => asked(field, extras)),
  ].join(' ');

/** Wrappers of lists are no steps of their own: what counts are the things that one comes to. */
const isWrapper = (type: GraphQLNamedType): boolean =>
  /(Connection|Edge|Payload)$|^PageInfo$/.test(type.name);

interface Way {
  /** Steps from thing to thing that may still be taken. */
  readonly steps: number;
  /** Levels of fields that may still lie below: the API answers only so many. */
  readonly levels: number;
  /** Types on the way, and the edges between things that were taken. */
  readonly path: readonly string[];
  readonly edges: readonly string[];
  readonly extras: Extras | null;
}

export interface Selection {
  readonly text: string;
  /** By which two edges one came here last: what is behind them is the same wherever the way began. */
  readonly way: string;
}

/**
 * One selection per way down from a type: its leaves with the leaves behind each of its edges, and the same for each
 * thing that one comes to, never twice through one type.
 */
export function selectionsOf(type: GraphQLNamedType, way: Way): Selection[] {
  if (!isObjectType(type)) return [{ text: '', way: '' }];
  const { steps, levels, path, extras } = way;
  const edges = levels > 1 ? fieldsOf(type).filter(leadsOn) : [];
  const shallow = edges.map(
    (edge) => `${asked(edge, extras)} { ${leavesOf(getNamedType(edge.type), extras)} }`,
  );
  const own = {
    text: `{ ${[leavesOf(type, extras), ...shallow].join(' ')} }`,
    way: [...way.edges.slice(-2), type.name].join(' > '),
  };
  const further = edges.flatMap((edge) => {
    const target = getNamedType(edge.type);
    const left = isWrapper(target) ? steps : steps - 1;
    const isEnd = fieldsOf(target).every((field) => !leadsOn(field));
    if (left < 0 || levels < 3 || path.includes(target.name) || isEnd) return [];
    const taken = isWrapper(type) ? way.edges : [...way.edges, `${type.name}.${edge.name}`];
    const down = { ...way, steps: left, levels: levels - 1, path: [...path, type.name], edges: taken };
    return selectionsOf(target, down).map((deeper) => ({
      ...deeper,
      text: `{ __typename ${asked(edge, extras)} ${deeper.text} }`,
    }));
  });
  return [own, ...further];
}

/** `Type.field` and `Type.field(argument)` for everything that a document asks for. */
export function visitedBy(schema: GraphQLSchema, document: string): string[] {
  const seen: string[] = [];
  const info = new TypeInfo(schema);
  const note = (node: FieldNode) => {
    const name = `${info.getParentType()?.name}.${node.name.value}`;
    seen.push(name, ...(node.arguments ?? []).map((given) => `${name}(${given.name.value})`));
  };
  visit(parse(document), visitWithTypeInfo(info, { Field: note }));
  return seen;
}

/** All that there is to visit, without what introspection brings. */
export function everythingIn(schema: GraphQLSchema): { places: string[]; types: string[] } {
  const types = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  );
  const places = types.flatMap((type) =>
    fieldsOf(type).flatMap((field) => {
      const name = `${type.name}.${field.name}`;
      return [name, ...field.args.map((arg) => `${name}(${arg.name})`)];
    }),
  );
  return { places, types: types.map(({ name }) => name) };
}

/** Object types that can be come to without the given root fields. */
export function typesWithout(schema: GraphQLSchema, left: readonly string[]): Set<string> {
  const found = new Set<string>();
  const walk = (type: GraphQLNamedType): void => {
    if (!isObjectType(type) || found.has(type.name)) return;
    found.add(type.name);
    for (const field of fieldsOf(type)) walk(getNamedType(field.type));
  };
  for (const { field } of rootsOf(schema)) if (!left.includes(field.name)) walk(getNamedType(field.type));
  return found;
}

/** Every name that the schema itself speaks of. */
export const namesIn = (schema: GraphQLSchema): string[] =>
  Object.values(schema.getTypeMap()).flatMap((type) => [
    type.name,
    ...fieldsOf(type).map(({ name }) => name),
  ]);

export const rootsOf = (schema: GraphQLSchema): { operation: Probe['operation']; field: Field }[] =>
  (['query', 'mutation', 'subscription'] as const).flatMap((operation) =>
    fieldsOf(schema.getRootType(operation as never) as GraphQLNamedType).map((field) => ({
      operation,
      field,
    })),
  );
