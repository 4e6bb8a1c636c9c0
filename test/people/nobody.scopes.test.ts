import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { openSchema } from '../../src/schema.js';
import { type House, openHouse } from '../helpers/house.js';
import { RawSocket } from '../http/raw-socket.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const SCALARS: Record<string, string> = {
  ID: '"x"',
  String: '"x"',
  Int: '1',
  Float: '1',
  Boolean: 'true',
  RegionCode: '"341200000000"',
  DateTime: '"2017-01-01T00:00:00Z"',
  Date: '"2017-01-01"',
  Fen: '1',
};

/** Some value that the type accepts. */
function literal(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(type.ofType);
  if (isListType(type)) return `[${literal(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter(isRequiredInputField);
    return `{ ${required.map((field) => `${field.name}: ${literal(field.type)}`).join(', ')} }`;
  }
  const value = SCALARS[type.name];
  if (value === undefined) throw new Error(`Give ${type.name} a value in SCALARS.`);
  return value;
}

function call(field: GraphQLField<unknown, unknown>): string {
  const args = field.args.filter(isRequiredArgument).map((arg) => `${arg.name}: ${literal(arg.type)}`);
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return `{ ${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}${selection} }`;
}

const OPEN = ['login', 'refreshSession', 'signInDevice'];

test('without a token everything but signing in and refreshing is UNAUTHENTICATED', async () => {
  const schema = await openSchema();
  const calls = [
    ...Object.values(schema.getQueryType()?.getFields() ?? {}).map((field) => call(field)),
    ...Object.values(schema.getMutationType()?.getFields() ?? {})
      .filter(({ name }) => !OPEN.includes(name))
      .map((field) => `mutation ${call(field)}`),
  ];
  const answers = await Promise.all(
    calls.map(async (document) => {
      const { errors } = await house.client().ask(document);
      return { document, codes: errors?.map(({ extensions }) => extensions.code) };
    }),
  );
  expect(answers).toEqual(calls.map((document) => ({ document, codes: ['UNAUTHENTICATED'] })));
});

test('without a token no socket stays', async () => {
  const socket = new RawSocket(house.address);
  await socket.init(null);
  expect(await socket.closed).toEqual({ code: 4401, reason: 'UNAUTHENTICATED' });
});
