import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { CITY, create, EDGE, FUNAN, HESHENG, INSPECTION_BY_ID, LIULOU, LONGWANG } from './documents.js';

const INSPECTIONS = operation('inspections');

let house: House;
let office: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterAll(() => house.close());

const idsWithin = async (client: Client, within: string): Promise<string[]> =>
  (await client.data(INSPECTIONS, { within, first: 100 })).inspections.edges.map(
    ({ node }: { node: { id: string } }) => node.id,
  );

test('the list goes by id, page by page, and counts the whole of it once', async () => {
  const [{ total }] = await house.sql('select count(*)::int as total from inspection');
  const ids: string[] = [];
  let after: string | null = null;
  do {
    const { inspections } = await office.data(INSPECTIONS, { within: CITY, first: 7, after });
    expect(inspections.totalCount).toBe(total);
    ids.push(...inspections.edges.map(({ node }: { node: { id: string } }) => node.id));
    after = inspections.pageInfo.hasNextPage ? inspections.pageInfo.endCursor : null;
  } while (after);
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(total);
});

test('an inspection is found in its region, in every village it visits and in what lies between', async () => {
  const { id } = await create(office, { villages: [LIULOU, HESHENG], titleEn: 'Two villages' });
  for (const within of [CITY, FUNAN, LONGWANG, HESHENG, '341225120000', LIULOU]) {
    expect(await idsWithin(office, within)).toContain(id);
  }
  for (const within of ['341226000000', '341225206206', '341225115000']) {
    expect(await idsWithin(office, within)).not.toContain(id);
  }
  const { inspection } = await office.data(INSPECTION_BY_ID, { id });
  expect(inspection).toMatchObject({
    title: '合胜村督查',
    english: 'Two villages',
    startsOn: '2016-12-08',
    endsOn: '2016-12-09',
    region: { code: FUNAN },
    villages: [{ code: LIULOU }, { code: HESHENG }],
  });
});

test('what an inspection shows of the demo is what was loaded: days, history, findings', async () => {
  const [row] = await house.sql(
    `select i.id, i.starts_on::text, i.ends_on::text, (select count(*)::int from finding f where f.inspection_id = i.id) as found
     from inspection i where i.status = 'CLOSED' and exists (select from finding f where f.inspection_id = i.id) limit 1`,
  );
  const { inspection } = await office.data(INSPECTION_BY_ID, { id: row.id });
  expect(inspection).toMatchObject({
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    allowedTransitions: [],
    findings: { totalCount: row.found },
  });
  expect(inspection.history.map(({ to }: { to: string }) => to)).toEqual([
    'PLANNED',
    'ASSIGNED',
    'IN_FIELD',
    'SUBMITTED',
    'REVIEWED',
    'FINDINGS_ISSUED',
    'CLOSED',
  ]);
  const villages = inspection.villages.map(({ code }: { code: string }) => code);
  for (const { node } of inspection.findings.edges) {
    expect(villages).toContain(node.region.code);
    expect(node).toMatchObject({ status: 'CLOSED', inspection: { id: row.id } });
  }
});

test('a region knows its inspections; one that is not the viewer\u2019s keeps them to itself', async () => {
  const { region } = await office.data(EDGE, { code: FUNAN });
  expect(region.inspections.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(
    await idsWithin(office, FUNAN),
  );
  const village = await house.signIn('hesheng.village');
  const { data, errors } = await village.ask(EDGE, { code: FUNAN });
  expect(data.region).toEqual({ name: '阜南县', inspections: null });
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

test('bad pages are refused', async () => {
  expect(await office.refusal(INSPECTIONS, { within: CITY, first: 101 })).toMatchObject({
    code: 'INVALID_PAGE_SIZE',
  });
  expect(await office.refusal(INSPECTIONS, { within: CITY, first: 1, after: 'x' })).toMatchObject({
    code: 'INVALID_CURSOR',
  });
});
