import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { openSchema } from '../../src/schema.js';

/** Not writes of a thing that people edit: each proves itself by what it is given, and a second time is another act. */
const PROOFS: Record<string, string> = {
  login: 'makes a session of its own each time',
  refreshSession: 'a refresh token is used once; giving it again is what reuse detection is about',
  signInDevice: 'a pairing code is used once',
  logout: 'ends the session of the token; ended twice is ended',
  endSession: 'ended twice is ended',
  endAllSessions: 'ended twice is ended',
  changePassword: 'asks for the present password, which is another one afterwards',
  enrolSecondFactor: 'makes another secret each time; the last one shown is the one',
  confirmSecondFactor: 'a code is used once',
};

/** Makes a new thing, so there is no version that the caller could have read. */
const CREATES: Record<string, string> = {
  registerHousehold: 'a new household',
  createTask: 'a new task',
  recordMeasurement: 'a new measurement',
  openRegionExit: 'a new case',
  postNotice: 'takes the version of each of its cases',
  raiseObjection: 'a new objection',
  giveVerdicts: 'new verdicts',
  openTasksFromGaps: 'new tasks',
  assignTasks: 'takes the version of each of its tasks',
  changeTaskStatuses: 'takes the version of each of its tasks',
  confirmNotices: 'a receipt is given once; given again it changes nothing',
  requestAdjustment: 'a new request',
  referMatter: 'a new referral',
  createProject: 'a new project',
  createInspection: 'a new inspection',
  grantRole: 'a new grant',
  createAccount: 'a new account',
  requestReveal: 'a new request',
  revealPersonalData: 'changes nothing but the quota; what it shows is read at that moment',
};

let schema: GraphQLSchema;
let mutations: GraphQLField<unknown, unknown>[];

beforeAll(async () => {
  schema = await openSchema();
  mutations = Object.values(schema.getMutationType()?.getFields() ?? {});
});

const writes = () => mutations.filter(({ name }) => !(name in PROOFS));

function inputOf({ name, args }: GraphQLField<unknown, unknown>): GraphQLInputObjectType {
  const [input] = args;
  const type = input && getNamedType(input.type);
  if (args.length !== 1 || input?.name !== 'input' || !isNonNullType(input.type) || !isInputObjectType(type))
    throw new Error(`${name} must take one argument, input, of an input type, and it must be given.`);
  return type;
}

describe('every mutation', () => {
  test('takes an idempotencyKey, which may be left out', () => {
    const without = writes().filter(
      (mutation) => String(inputOf(mutation).getFields().idempotencyKey?.type) !== 'ID',
    );
    expect(without.map(({ name }) => name)).toEqual([]);
    expect(writes().length).toBeGreaterThan(10);
  });

  test('of a thing that exists takes the version that was read, and must', () => {
    const without = writes().filter(
      (mutation) => String(inputOf(mutation).getFields().expectedVersion?.type) !== 'Int!',
    );
    expect(without.map(({ name }) => name).sort()).toEqual(Object.keys(CREATES).sort());
  });

  test('answers its mark and the thing', () => {
    const poor = writes().filter(({ type }) => {
      const payload = getNamedType(type);
      if (!isNonNullType(type) || !isObjectType(payload)) return true;
      const { mark, ...rest } = payload.getFields();
      const things = Object.values(rest).filter((field) => isObjectType(getNamedType(field.type)));
      return String(mark?.type) !== 'String!' || things.length === 0;
    });
    expect(poor.map(({ name }) => name)).toEqual([]);
  });

  test('that is excepted is one', () => {
    const names = mutations.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([...Object.keys(PROOFS), ...Object.keys(CREATES)]));
  });
});
