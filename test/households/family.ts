import { idNumber } from '../../src/demo/draw/people.js';
import type { Client } from '../helpers/house.js';

export const HESHENG = '341225206205';
export const LIULOU = '341225120206';

/** Far above the serials of the demo's members. */
let nextSerial = 1_000_000;

/** A valid ID number that can be nobody's and that no other test of the file uses. */
export const freshIdNumber = (): string => idNumber(nextSerial++, '341225', 'MALE');

/** One member as the API takes it: a healthy head unless told otherwise. */
export const buildMember = (more: object = {}) => ({
  name: '霜黍芽',
  relation: 'HEAD',
  idNumber: freshIdNumber(),
  birthYear: 1960,
  health: 'HEALTHY',
  labour: 'ORDINARY',
  ...more,
});

/** A head and a spouse in 合胜村, as the API takes them. */
export const buildRegistration = (more: object = {}) => ({
  regionCode: HESHENG,
  category: 'GENERAL',
  mainCause: 'ILLNESS',
  members: [
    buildMember(),
    buildMember({ name: '露麦穗', relation: 'SPOUSE', health: 'CHRONIC', labour: 'LOST' }),
  ],
  ...more,
});

const CHANGED = `mark household {
  id registerNumber headName idNumberMasked category status mainCause memberCount version region { code }
  members { id name relation idNumberMasked birthYear health labour }
  incomes { year perCapitaNetIncomeFen netIncomeFen members wageFen operatingFen propertyFen transferFen operatingCostFen }
}`;
const mutation = (name: string, input: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { ${CHANGED} } }`;

export const REGISTER = mutation('registerHousehold', 'RegisterHouseholdInput');
export const UPDATE = mutation('updateHousehold', 'UpdateHouseholdInput');
export const RECORD = mutation('recordIncome', 'RecordIncomeInput');

/** A household as every mutation answers it. */
// biome-ignore lint/suspicious/noExplicitAny: an answer of the API, looked into field by field
export async function register(client: Client, more: object = {}): Promise<any> {
  const { registerHousehold } = await client.data(REGISTER, { input: buildRegistration(more) });
  return registerHousehold.household;
}
