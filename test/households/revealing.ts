import type { Client, House } from '../helpers/house.js';
import { buildMember, register } from './family.js';

export const REVEAL = `mutation ($input: RevealPersonalDataInput!) {
  revealPersonalData(input: $input) { mark value household { id headName } member { id name idNumberMasked phoneMasked } }
}`;
const REQUEST_FIELDS = `mark request { id field purpose status version note askedAt decidedAt expiresAt usedAt
  askedBy { name } decidedBy { name } household { id } member { id } }`;
export const ASK = `mutation ($input: RequestRevealInput!) { requestReveal(input: $input) { ${REQUEST_FIELDS} } }`;
export const DECIDE = `mutation ($input: DecideRevealInput!) { decideReveal(input: $input) { ${REQUEST_FIELDS} } }`;
export const REQUESTS = `query ($within: RegionCode!, $filter: RevealRequestFilterInput, $first: Int! = 10, $after: String) {
  revealRequests(within: $within, filter: $filter, first: $first, after: $after) {
    totalCount edges { node { id status field } } pageInfo { hasNextPage endCursor } } }`;
export const OF_PERSON = `query ($idNumber: String!) { householdOfPerson(idNumber: $idNumber) { id registerNumber } }`;

export const PURPOSE = '核对低保发放账户信息';
export const PHONE = '13900001234';
export const ACCOUNT = '100000001234';

/** Someone who reveals or approves: both ask for the second factor. */
export const signInToReveal = (house: House, username: string): Promise<Client> =>
  house.signIn(username, { secondFactor: true });

/** A household in 合胜村 with a head who has everything, and a child of eight. */
export async function family(client: Client) {
  const head = buildMember({ phone: PHONE });
  const child = buildMember({ name: '霜小禾', relation: 'CHILD', birthYear: 2008, labour: 'NONE' });
  const household = await register(client, { bankAccount: ACCOUNT, members: [head, child] });
  const [headId, childId] = household.members.map(({ id }: { id: string }) => id) as [string, string];
  return { householdId: household.id as string, headId, childId, head, child };
}

/** The ledger's entries of an operation, oldest first. */
export const entriesOf = (house: House, operation: string) =>
  house.sql(
    `select act, subject_type as "subjectType", subject_id as "subjectId", region_code as "regionCode", fields, purpose,
       outcome, code from ledger_entry where operation = $1 order by at, id`,
    [operation],
  );
