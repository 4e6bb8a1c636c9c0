import { readFileSync } from 'node:fs';
import { openOwner } from '../../src/db/orm.js';
import { installed } from '../../src/installation.js';
import { loadRulebook } from '../../src/standards/rulebook.actions.js';
import type { Client, House } from '../helpers/house.js';

export const CITY = '341200000000';
export const FUNAN = '341225000000';
export const HESHENG = '341225206205';

export const book = (name: string) =>
  JSON.parse(readFileSync(installed('data', 'exit-standards', name), 'utf8'));

export const ADOPT = `mutation ($input: AdoptStandardInput!) { adoptStandard(input: $input) {
  standard { id status version effectiveFrom effectiveTo } } }`;
export const GIVE = `mutation ($input: GiveVerdictsInput!) { giveVerdicts(input: $input) { mark villages met changed } }`;
export const VERDICTS = `query ($within: RegionCode!, $standardId: ID!, $met: Boolean, $first: Int!) {
  verdicts(within: $within, standardId: $standardId, met: $met, first: $first) { totalCount edges { node {
    id standingId met points unmet at supersededAt inputsHash outcomeHash inputs outcome region { code } standard { code }
    items { state isGap numerator denominator shortfall item { code measure } } } } } }`;
export const ROAD = `query ($region: RegionCode!, $standardId: ID!) { shortestRoad(region: $region, standardId: $standardId) {
  daysLeft verdict { id met } steps { state shortfall numerator denominator item { code measure unit bureau } } } }`;
export const RECORD = `mutation ($input: RecordMeasurementInput!) { recordMeasurement(input: $input) {
  mark measurement { id version measure numerator denominator confirmedAt recordedBy { name } } } }`;
export const CONFIRM = `mutation ($input: ConfirmMeasurementInput!) { confirmMeasurement(input: $input) {
  measurement { id version confirmedAt confirmedBy { name } } } }`;

/** The id of the standard that the demo city is held against. */
export const standardId = async (house: House, code = 'AH-VILLAGE-2016'): Promise<string> =>
  (await house.sql('select id from exit_standard where code = $1 order by edition desc', [code]))[0].id;

export const give = async (client: Client, within: string, id: string) =>
  (await client.data(GIVE, { input: { within, standardId: id } })).giveVerdicts;

/** Records in one office and confirms in another. */
export async function measure(by: Client, confirmer: Client, input: object): Promise<void> {
  const { recordMeasurement } = await by.data(RECORD, { input });
  const { id: measurementId, version: expectedVersion } = recordMeasurement.measurement;
  await confirmer.data(CONFIRM, { input: { measurementId, expectedVersion } });
}

/** Keeps a rulebook as a draft, as `npm run rulebook -- load` does. */
export async function load(house: House, rulebook: object): Promise<string> {
  const orm = await openOwner(house.database.ownerUrl);
  try {
    return (await orm.em.fork().transactional((em) => loadRulebook(em, JSON.stringify(rulebook)))).id;
  } finally {
    await orm.close(true);
  }
}
