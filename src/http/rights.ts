import {
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql';
import { ACTS, type Act, demandScopes, identified, signedIn } from '../auth/may.js';
import type { Right } from '../auth/right.js';
import type { Context } from './context.js';
import { SharedSource } from './shared.js';

type Field = GraphQLField<unknown, Context>;
type Owner = GraphQLObjectType<unknown, Context>;

const isAct = (right: Right): right is Act => right in ACTS;
const declared = ({ extensions }: Field | Owner): Right | undefined => extensions.right as Right | undefined;

const objectTypes = (schema: GraphQLSchema): Owner[] =>
  Object.values(schema.getTypeMap()).filter(
    (type): type is Owner => isObjectType(type) && !type.name.startsWith('__'),
  );

const isRoot = (schema: GraphQLSchema, type: Owner): boolean =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type);

/** The right of one field: its own, or its type's. Null where nobody has declared one. */
export const rightOf = (owner: Owner, field: Field): Right | null =>
  declared(field) ?? declared(owner) ?? null;

/** Every field of the API with its right, by `Type.field`. */
export function rightsOf(schema: GraphQLSchema): Map<string, Right | null> {
  const entries = objectTypes(schema).flatMap((owner) =>
    Object.values(owner.getFields()).map(
      (field) => [`${owner.name}.${field.name}`, rightOf(owner, field)] as const,
    ),
  );
  return new Map(entries);
}

/** What is missing: fields without a right, and fields that lead under another type's right without saying so. */
function undeclared(schema: GraphQLSchema): string[] {
  return objectTypes(schema).flatMap((owner) =>
    Object.values(owner.getFields()).flatMap((field) => {
      const name = `${owner.name}.${field.name}`;
      if (rightOf(owner, field) === null) return [name];
      const target = getNamedType(field.type);
      const inner = isObjectType(target) ? declared(target) : 'WITH_PARENT';
      if (!inner || !isAct(inner) || declared(field) || inner === declared(owner)) return [];
      return [`${name} (leads to ${target.name}, which is under ${inner})`];
    }),
  );
}

/**
 * Holds the schema to its declared rights. The rooms prove the right themselves, row by row; this is what catches a
 * resolver that forgot to, and a schema in which somebody forgot to declare one does not open.
 */
export function guardRights(schema: GraphQLSchema): GraphQLSchema {
  const missing = undeclared(schema);
  if (missing.length > 0)
    throw new Error(`Declare a right (@Under) for: ${missing.join(', ')}. See src/auth/right.ts.`);
  for (const owner of objectTypes(schema)) {
    for (const field of Object.values(owner.getFields())) {
      // What is under its own type's right was guarded on the way to the type.
      const right = isRoot(schema, owner) ? rightOf(owner, field) : declared(field);
      if (right && right !== 'ANYBODY' && right !== 'WITH_PARENT')
        guard(field, right, owner === schema.getMutationType());
    }
  }
  return schema;
}

function guard(field: Field, right: Right, isWrite: boolean): void {
  const demand = ({ asker, now }: Context) => {
    if (isAct(right)) return demandScopes(asker, right, now);
    return right === 'IDENTIFIED' ? identified(asker) : signedIn(asker);
  };
  const { resolve, subscribe } = field;
  if (subscribe)
    field.subscribe = async (root, args, context, info) => {
      const source = await subscribe(root, args, context, info);
      const prove = () => demand(context);
      return source instanceof SharedSource
        ? source.under(prove)
        : afterFirst(source as AsyncIterator<unknown>, prove);
    };
  else if (resolve)
    field.resolve = async (root, args, context, info) => {
      // A write must not happen; a read may say first that what it was asked about does not exist.
      if (isWrite) demand(context);
      const answer = await resolve(root, args, context, info);
      demand(context);
      return answer;
    };
}

/** The same events, the first of them only once `demand` does not throw; later ones are the source's own matter. */
function afterFirst(source: AsyncIterator<unknown>, demand: () => void): AsyncIterableIterator<unknown> {
  let isProven = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const event = await source.next();
      if (!isProven) demand();
      isProven = true;
      return event;
    },
    return: async (value) => source.return?.(value) ?? { done: true, value },
    throw: async (fault) => source.throw?.(fault) ?? Promise.reject(fault),
  };
}
