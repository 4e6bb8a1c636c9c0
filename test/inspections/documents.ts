import type { Client, House } from '../helpers/house.js';

export const CITY = '341200000000';
export const FUNAN = '341225000000';
export const LONGWANG = '341225206000';
export const HESHENG = '341225206205';
export const LIULOU = '341225120206';
export const ABSENT = '00000000-0000-7000-8000-000000000000';

const INSPECTION = `id kind status startsOn endsOn version title allowedTransitions
  region { code } villages { code } inspectors { id name }`;
const FINDING = `id title severity status dueOn version closingNote issuedBy { name } closedBy { name }
  region { code } inspection { id }`;

export const CREATE = `mutation ($input: CreateInspectionInput!) {
  createInspection(input: $input) { mark inspection { ${INSPECTION} history { from to at by { name } note } } } }`;
export const ASSIGN = `mutation ($input: AssignInspectorsInput!) {
  assignInspectors(input: $input) { mark inspection { ${INSPECTION} } } }`;
export const CHANGE = `mutation ($input: ChangeInspectionStatusInput!) {
  changeInspectionStatus(input: $input) { mark inspection { ${INSPECTION} } } }`;
export const INSPECTION_BY_ID = `query ($id: ID!) { inspection(id: $id) { ${INSPECTION}
  english: title(locale: EN) history { from to at by { name } note }
  findings(first: 100) { totalCount edges { node { ${FINDING} } } } } }`;
export const WORK_LIST = `{ workList { id status villages { code }
  tasks(first: 100) { totalCount edges { node { id dueAt region { code } } } pageInfo { hasNextPage endCursor } } } }`;
export const EDGE = `query ($code: RegionCode!) {
  region(code: $code) { name inspections(first: 100) { totalCount edges { node { id } } } } }`;
export const ISSUE = `mutation ($input: IssueFindingInput!) { issueFinding(input: $input) { mark finding { ${FINDING} } } }`;
export const CLOSE = `mutation ($input: CloseFindingInput!) { closeFinding(input: $input) { mark finding { ${FINDING} } } }`;
export const FINDING_BY_ID = `query ($id: ID!) { finding(id: $id) { ${FINDING} } }`;

export interface Inspection {
  id: string;
  status: string;
  version: number;
  allowedTransitions: string[];
}

/** An inspection of the team's village, from the day on which the demo starts to the day after. */
export const inspectionOf = (more: object = {}) => ({
  input: {
    kind: 'SUPERVISION',
    titleZh: '合胜村督查',
    villages: [HESHENG],
    startsOn: '2016-12-08',
    endsOn: '2016-12-09',
    ...more,
  },
});

export const create = async (office: Client, more: object = {}): Promise<Inspection> =>
  (await office.data(CREATE, inspectionOf(more))).createInspection.inspection;

export const moveOf = (inspection: Pick<Inspection, 'id' | 'version'>, to: string, more: object = {}) => ({
  input: { inspectionId: inspection.id, to, expectedVersion: inspection.version, ...more },
});

/** Moves an inspection from status to status. */
export async function walk(client: Client, inspection: Inspection, ...way: string[]): Promise<Inspection> {
  let at = inspection;
  for (const to of way) {
    at = (await client.data(CHANGE, moveOf(at, to))).changeInspectionStatus.inspection;
  }
  return at;
}

export const findingOf = (inspection: Pick<Inspection, 'id' | 'version'>, more: object = {}) => ({
  input: {
    inspectionId: inspection.id,
    expectedVersion: inspection.version,
    regionCode: HESHENG,
    titleZh: '通村道路局部破损',
    severity: 'WARNING',
    ...more,
  },
});

/** The id of an account, as an administrator would know it. */
export const accountId = async (house: House, username: string): Promise<string> =>
  (await house.sql('select id from account where username = $1', [username]))[0].id;
