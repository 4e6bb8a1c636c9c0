import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { record } from '../../src/events/record.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';

const CITY = '341200000000';
const COUNTY = '341225000000';
const VILLAGE = '341225206205';

let house: House;
let inCounty: { id: string; version: number };
let outside: { id: string; version: number };
let concealed: { id: string; version: number };

const clients = new Map<string, Client>();
async function as(username: string): Promise<Client> {
  const client = clients.get(username) ?? (await house.signIn(username));
  clients.set(username, client);
  return client;
}

const list = async (username: string, within: string) =>
  (await (await as(username)).ask(operation('alerts'), { within, first: 100 })) as {
    // biome-ignore lint/suspicious/noExplicitAny: a list or nothing
    data?: any;
    errors?: { extensions: { code: string } }[];
  };

const acknowledge = async (username: string, alert: { id: string; version: number }) => {
  const input = { alertId: alert.id, expectedVersion: alert.version };
  const { data, errors } = await (await as(username)).ask(operation('acknowledge-alert'), { input });
  return errors?.[0]?.extensions.code ?? data.acknowledgeAlert.alert.status;
};

const openOne = async (username: string, id: string) => {
  const { data, errors } = await (await as(username)).ask(`query ($id: ID!) { alert(id: $id) { id } }`, {
    id,
  });
  return errors?.[0]?.extensions.code ?? data.alert.id;
};

beforeAll(async () => {
  house = await openHouse();
  const subject = newId();
  await house.node.orm.em.fork().transactional((em) =>
    record(
      em,
      [
        {
          kind: 'FINDING_ISSUED',
          region: { code: VILLAGE, name: '合胜村' },
          subject: { type: 'FINDING', id: subject },
          severity: 'CRITICAL',
          audience: 'UNANNOUNCED',
          params: { title: { zh: '账实不符' }, inspectionId: newId() },
        },
      ],
      { happenedAt: house.clock.now(), actorId: null },
    ),
  );
  await house.settled();
  const one = async (where: string, values: unknown[]) =>
    (await house.sql(`select id, version from alert where ${where} order by id limit 1`, values))[0];
  concealed = await one('subject_id = $1', [subject]);
  inCounty = await one(`region_code like '341225%' and status = 'OPEN' and subject_id <> $1`, [subject]);
  outside = await one(`region_code not like '341225%' and status = 'OPEN'`, []);
});
afterAll(() => house.close());

test.each([
  ['city.leader', CITY, null],
  ['city.office', COUNTY, null],
  ['auditor', CITY, null],
  ['wall.screen', CITY, null],
  ['admin', CITY, null],
  ['funan.office', COUNTY, null],
  ['funan.office', CITY, 'FORBIDDEN'],
  ['hesheng.village', VILLAGE, null],
  ['hesheng.village', COUNTY, 'FORBIDDEN'],
  ['hesheng.village', '341225120206', 'FORBIDDEN'],
])('%s asks for the alerts of %s: %s', async (username, within, code) => {
  const { data, errors } = await list(username, within);
  expect(errors?.[0]?.extensions.code ?? null).toBe(code);
  if (!code) expect(data.alerts.edges.length).toBeGreaterThanOrEqual(0);
});

test('a list holds nothing from outside the region', async () => {
  const { data } = await list('funan.office', COUNTY);
  const codes: string[] = data.alerts.edges.map(
    ({ node }: { node: { region: { code: string } } }) => node.region.code,
  );
  expect(codes.length).toBeGreaterThan(0);
  expect(codes.filter((code) => !code.startsWith('341225'))).toEqual([]);
});

test('an alert out of scope and one that does not exist answer the same', async () => {
  expect(await openOne('funan.office', outside.id)).toBe('NOT_FOUND');
  expect(await openOne('funan.office', newId())).toBe('NOT_FOUND');
  expect(await acknowledge('funan.office', outside)).toBe('NOT_FOUND');
  expect(await openOne('funan.office', inCounty.id)).toBe(inCounty.id);
});

test.each(['auditor', 'wall.screen', 'admin'])('%s reads alerts and takes none up', async (username) => {
  expect(await openOne(username, inCounty.id)).toBe(inCounty.id);
  expect(await acknowledge(username, inCounty)).toBe('FORBIDDEN');
});

test('without proof nothing is read', async () => {
  const { extensions } =
    (await house.client().ask(operation('alerts'), { within: CITY, first: 1 })).errors?.[0] ?? {};
  expect(extensions?.code).toBe('UNAUTHENTICATED');
});

test('what a concealed visit found is nobody\u2019s on the inspected side, nor in any number', async () => {
  for (const username of ['funan.office', 'longwang.town', 'hesheng.village', 'wall.screen', 'admin']) {
    expect(await openOne(username, concealed.id)).toBe('NOT_FOUND');
  }
  expect(await acknowledge('funan.office', { ...concealed, version: 99 })).toBe('NOT_FOUND');
  const ids = async (username: string, within: string) =>
    (await list(username, within)).data.alerts.edges.map(({ node }: { node: { id: string } }) => node.id);
  expect(await ids('funan.office', COUNTY)).not.toContain(concealed.id);
  expect(await ids('city.office', COUNTY)).toContain(concealed.id);
  const total = async (username: string) => (await list(username, COUNTY)).data.alerts.totalCount;
  expect(await total('city.office')).toBe((await total('funan.office')) + 1);
  const overview = await (await as('city.office')).data(operation('overview'), { region: COUNTY });
  expect(overview.overview.alerts.open).toBe(await total('funan.office'));
  const [{ audience }] = await house.sql(`select audience from event where subject_id = $1`, [concealed.id]);
  expect(audience).toBe('UNANNOUNCED');
});

test('whoever may act in the region takes an alert up', async () => {
  expect(await acknowledge('funan.office', inCounty)).toBe('ACKNOWLEDGED');
  expect(await acknowledge('city.office', concealed)).toBe('ACKNOWLEDGED');
});
