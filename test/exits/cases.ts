import type { Client, House } from '../helpers/house.js';
import { buildMember, RECORD, register } from '../households/family.js';

export const CITY = '341200000000';
export const FUNAN = '341225000000';
export const LONGWANG = '341225206000';
export const HESHENG = '341225206205';

const EXIT = `id kind status version allowedMoves household { id status } region { code }
  moves { from to note by { name } } items { state value shortfall item { code } }
  notice { id amount unit postedAt endsAt isOver objections { id version text upheld } cases { id } }`;
export const OPEN_HOUSEHOLD = `mutation ($input: OpenHouseholdExitInput!) { openHouseholdExit(input: $input) { mark exit { ${EXIT} } } }`;
export const OPEN_REGION = `mutation ($input: OpenRegionExitInput!) { openRegionExit(input: $input) { mark exit { ${EXIT} } } }`;
export const MOVE = `mutation ($input: MoveExitInput!) { moveExit(input: $input) { mark exit { ${EXIT} } } }`;
export const POST = `mutation ($input: PostNoticeInput!) { postNotice(input: $input) { mark notice { id endsAt isOver place cases { id } } } }`;
export const OBJECT = `mutation ($input: RaiseObjectionInput!) { raiseObjection(input: $input) { objection { id version at answeredAt } } }`;
export const ANSWER = `mutation ($input: AnswerObjectionInput!) { answerObjection(input: $input) { objection { id upheld answer answeredBy { name } } } }`;
export const EVALUATE = `mutation ($input: RecordEvaluationInput!) { recordEvaluation(input: $input) { exit { ${EXIT} } } }`;
export const READ = `query ($id: ID!) { exit(id: $id) { ${EXIT} } }`;

export interface Case {
  id: string;
  status: string;
  version: number;
  allowedMoves: string[];
  household: { id: string; status: string } | null;
  moves: { from: string | null; to: string; note: string | null }[];
  items: { state: string; value: string | null; shortfall: string | null; item: { code: string } }[];
  notice: {
    id: string;
    endsAt: string | null;
    isOver: boolean;
    objections: { id: string; version: number; upheld: boolean | null }[];
    cases: { id: string }[];
  } | null;
}

export const read = async (client: Client, id: string): Promise<Case> =>
  (await client.data(READ, { id })).exit;

const versionOf = async (house: House, id: string): Promise<number> =>
  (await house.sql('select version from exit where id = $1', [id]))[0].version;
const moveInput = async (house: House, exitId: string, to: string, note: string | null) => ({
  input: { exitId, expectedVersion: await versionOf(house, exitId), to, note },
});

/** Moves a case of whatever version it is. */
export const move = async (
  house: House,
  client: Client,
  id: string,
  to: string,
  note: string | null = null,
) => (await client.data(MOVE, await moveInput(house, id, to, note))).moveExit.exit as Case;
export const refused = async (
  house: House,
  client: Client,
  id: string,
  to: string,
  note: string | null = null,
) => client.refusal(MOVE, await moveInput(house, id, to, note));

export async function post(house: House, client: Client, ids: readonly string[]) {
  const exits = await Promise.all(
    ids.map(async (exitId) => ({ exitId, expectedVersion: await versionOf(house, exitId) })),
  );
  return (await client.data(POST, { input: { exits, place: '村务公开栏' } })).postNotice.notice;
}

/** A registered family of the village that passes the standard of the year, but for what is said. */
export async function family(
  house: House,
  team: Client,
  more: object = {},
  yuan = 3000,
): Promise<{ id: string; version: number }> {
  const household = await register(team, {
    housingGrade: 'A',
    safeWater: true,
    members: [buildMember({ insured: true, schooling: 'NOT_OF_AGE' })],
    ...more,
  });
  const update =
    'mutation ($input: UpdateHouseholdInput!) { updateHousehold(input: $input) { household { version } } }';
  const input = { householdId: household.id, expectedVersion: household.version, status: 'NOT_LIFTED' };
  const { updateHousehold } = await team.data(update, { input });
  const parts = { wageFen: yuan * 100, operatingFen: 0, propertyFen: 0, transferFen: 0, operatingCostFen: 0 };
  const income = {
    householdId: household.id,
    expectedVersion: updateHousehold.household.version,
    year: 2016,
    ...parts,
  };
  await team.data(RECORD, { input: income });
  const [{ version }] = await house.sql('select version from household where id = $1', [household.id]);
  return { id: household.id, version };
}

export async function open(client: Client, { id, version }: { id: string; version: number }): Promise<Case> {
  const input = { householdId: id, expectedVersion: version, note: '村民代表会议评议通过' };
  return (await client.data(OPEN_HOUSEHOLD, { input })).openHouseholdExit.exit;
}
