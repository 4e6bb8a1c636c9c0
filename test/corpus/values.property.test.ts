import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainText } from '../../src/text.js';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { freshIdNumber } from '../households/family.js';
import { post } from '../http/post.js';

let house: House;
let village: Client;
let codes: Set<string>;
beforeAll(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
  codes = new Set((await house.sql('select code from region')).map(({ code }) => code));
});
afterAll(() => house.close());

const ask = async (query: string, variables: object) => {
  const { status, answer } = await post(village, JSON.stringify({ query, variables }));
  return { status, code: answer.errors?.[0]?.extensions.code ?? null, data: answer.data };
};

/** One document for every kind of value that comes in, and what may be said of a value that does not fit. */
const KINDS: [type: string, use: string, codes: RegExp][] = [
  ['Int!', 'tasks(within: "341225206205", first: $v) { totalCount }', /^(BAD_USER_INPUT|INVALID_PAGE_SIZE)$/],
  [
    'String',
    'tasks(within: "341225206205", first: 1, after: $v) { totalCount }',
    /^(BAD_USER_INPUT|INVALID_CURSOR)$/,
  ],
  ['ID!', 'task(id: $v) { id }', /^(BAD_USER_INPUT|NOT_FOUND)$/],
  ['RegionCode!', 'region(code: $v) { code }', /^(BAD_USER_INPUT|INVALID_REGION_CODE|NOT_FOUND)$/],
  [
    'TaskFilter',
    'tasks(within: "341225206205", first: 1, filter: $v) { totalCount }',
    /^(BAD_USER_INPUT|INVALID_DATE)$/,
  ],
  [
    'HouseholdFilter',
    'households(within: "341225206205", first: 1, filter: $v) { totalCount }',
    /^BAD_USER_INPUT$/,
  ],
  [
    '[TaskStatus!]',
    'tasks(within: "341225206205", first: 1, filter: { status: $v }) { totalCount }',
    /^BAD_USER_INPUT$/,
  ],
  [
    'DateTime',
    'tasks(within: "341225206205", first: 1, filter: { dueBefore: $v }) { totalCount }',
    /^(BAD_USER_INPUT|INVALID_DATE)$/,
  ],
  ['Locale!', 'exitStandards { name(locale: $v) }', /^BAD_USER_INPUT$/],
];
const WRITES: [type: string, use: string][] = [
  ['ChangeTaskStatusInput!', 'changeTaskStatus(input: $v) { mark }'],
  ['RegisterHouseholdInput!', 'registerHousehold(input: $v) { mark }'],
  ['UpdateHouseholdInput!', 'updateHousehold(input: $v) { mark }'],
  ['RecordIncomeInput!', 'recordIncome(input: $v) { mark }'],
  ['AcknowledgeAlertInput!', 'acknowledgeAlert(input: $v) { mark }'],
];

/** Whatever JSON can say, keys included that mean something to JavaScript. */
const anything = fc
  .anything({
    maxDepth: 3,
    key: fc.oneof(
      fc.string(),
      fc.constantFrom('__proto__', 'constructor', 'status', 'taskId', '$ne', 'input'),
    ),
  })
  .filter((value) => JSON.stringify(value) !== undefined)
  .map((value) => JSON.parse(JSON.stringify(value)) as unknown);

const LARGE = ['VARIABLES_TOO_LARGE', 'BAD_REQUEST'];

describe('whatever a variable holds, it is refused as such or is a value', () => {
  test.each(KINDS)(
    '%s',
    async (type, use, codes) => {
      await fc.assert(
        fc.asyncProperty(anything, async (v) => {
          const { status, code } = await ask(`query ($v: ${type}) { ${use} }`, { v });
          expect(status).toBeLessThan(500);
          if (code !== null && !LARGE.includes(code)) expect(code).toMatch(codes);
        }),
        { numRuns: 60 },
      );
    },
    60_000,
  );

  test.each(WRITES)(
    '%s',
    async (type, use) => {
      await fc.assert(
        fc.asyncProperty(anything, async (v) => {
          const { status, code } = await ask(`mutation ($v: ${type}) { ${use} }`, { v });
          // None of it is an input: nothing was written.
          expect(status).toBe(400);
          expect(['BAD_USER_INPUT', 'INVALID_REGION_CODE', 'INVALID_AMOUNT', ...LARGE]).toContain(code);
        }),
        { numRuns: 40 },
      );
    },
    60_000,
  );
});

test('a code is a place exactly when the list has it', async () => {
  const changed = fc.tuple(fc.nat(), fc.nat(11), fc.nat(9)).map(([nth, at, digit]) => {
    const code = [...codes][nth % codes.size] as string;
    return code.slice(0, at) + digit + code.slice(at + 1);
  });
  await fc.assert(
    fc.asyncProperty(changed, async (code) => {
      const told = await ask('query ($code: RegionCode!) { region(code: $code) { code } }', { code });
      expect(told.code).toBe(codes.has(code) ? null : 'NOT_FOUND');
    }),
    { numRuns: 200 },
  );
}, 60_000);

const REGISTER = `mutation ($id: String!, $name: String!) { registerHousehold(input: { regionCode: "341225206205", category: GENERAL,
  mainCause: ILLNESS, members: [{ name: $name, relation: HEAD, idNumber: $id, birthYear: 1960, health: HEALTHY, labour: ORDINARY }] }) {
  household { headName } } }`;

test('an ID number is accepted as it is drawn, and with any one digit changed it is not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(16), fc.integer({ min: 1, max: 9 }), async (at, by) => {
      const id = freshIdNumber();
      const wrong = id.slice(0, at) + ((Number(id[at]) + by) % 10) + id.slice(at + 1);
      expect((await ask(REGISTER, { id: wrong, name: '王麦' })).code).toBe('INVALID_ID_NUMBER');
      expect((await ask(REGISTER, { id, name: '王麦' })).code).toBe(null);
    }),
    { numRuns: 30 },
  );
}, 60_000);

test('two different neighbours among the first seventeen may not be swapped', async () => {
  const swapped = fc.nat(15).map((at) => {
    const id = freshIdNumber();
    return { id, at, other: id.slice(0, at) + id[at + 1] + id[at] + id.slice(at + 2) };
  });
  await fc.assert(
    fc.asyncProperty(swapped, async ({ id, other }) => {
      fc.pre(id !== other);
      expect((await ask(REGISTER, { id: other, name: '王麦' })).code).toBe('INVALID_ID_NUMBER');
    }),
    { numRuns: 30 },
  );
}, 60_000);

const strange = fc.string({ unit: 'grapheme', maxLength: 40 });
const anyText = fc.oneof(strange, fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 40 }));

test('a text that was taken is taken again unchanged, in one form', () => {
  let taken = 0;
  fc.assert(
    fc.property(anyText, (given) => {
      let text: string;
      try {
        text = plainText(given, 'name', 60);
      } catch (refusal) {
        expect(refusal).toMatchObject({ code: 'INVALID_TEXT' });
        return;
      }
      taken += 1;
      expect(plainText(text, 'name', 60)).toBe(text);
      expect(text).toBe(text.normalize('NFC').trim());
      // A line break is a text's own; no other control character is.
      expect(text.replace(/[\r\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/u);
    }),
    { numRuns: 2000 },
  );
  expect(taken).toBeGreaterThan(100);
});

test('what was stored of a name is what is answered, to the character', async () => {
  const PROJECT = `mutation ($name: String!) { createProject(input: { regionCode: "341225206205", kind: OTHER, nameZh: $name }) { project { id name } } }`;
  const office = await house.signIn('city.office');
  await fc.assert(
    fc.asyncProperty(strange, async (name) => {
      const { data, errors } = await office.ask(PROJECT, { name });
      if (errors) return expect(errors[0]?.extensions.code).toBe('INVALID_TEXT');
      const { id, name: stored } = data.createProject.project;
      expect(stored).toBe(plainText(name, 'name', 200));
      const again = await office.data('query ($id: ID!) { project(id: $id) { name } }', { id });
      expect(again.project.name).toBe(stored);
    }),
    { numRuns: 40 },
  );
}, 60_000);
