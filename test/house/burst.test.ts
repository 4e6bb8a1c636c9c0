import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type House, openHouse, operation } from '../helpers/house.js';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const CREATE_PROJECT = `mutation ($input: CreateProjectInput!) { createProject(input: $input) { mark } }`;
const CREATE_INSPECTION = `mutation ($input: CreateInspectionInput!) { createInspection(input: $input) { mark } }`;
const GRANT = `mutation ($input: GrantRoleInput!) { grantRole(input: $input) { mark } }`;
const VILLAGE = '341225206205';

test('three times as many writes at once as there are connections: all are made, none waits for another\u2019s second one', async () => {
  const office = await house.signIn('city.office');
  const admin = await house.signIn('admin', { secondFactor: true });
  const [{ id: accountId }] = await house.sql(`select id from account where username = 'auditor'`);
  const { alerts } = await office.data(operation('alerts'), { within: '341200000000', first: 15 });
  const writes = Array.from({ length: 15 }, (_, nth) => [
    office.ask(CREATE_PROJECT, { input: { regionCode: VILLAGE, kind: 'OTHER', nameZh: `晒谷场${nth}` } }),
    office.ask(CREATE_INSPECTION, {
      input: {
        kind: 'PATROL',
        titleZh: `巡查${nth}`,
        villages: [VILLAGE],
        startsOn: '2016-12-09',
        endsOn: '2016-12-10',
      },
    }),
    admin.ask(GRANT, { input: { accountId, role: 'AUDITOR', regionCode: VILLAGE } }),
    office.ask(operation('acknowledge-alert'), {
      input: { alertId: alerts.edges[nth].node.id, expectedVersion: alerts.edges[nth].node.version },
    }),
  ]).flat();
  const answers = await Promise.all(writes);
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
  expect(new Set(answers.map(({ data }) => (Object.values(data)[0] as { mark: string }).mark)).size).toBe(60);
});
