import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SMALLEST } from '../../src/indicators/small-cells.js';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { HESHENG, register } from '../households/family.js';
import { TREND, WALL_OVERVIEW, WALL_OVERVIEW_CHANGED } from './documents.js';

const CITY = '341200000000';
const COUNTY = '341225000000';
const TOWN = '341225206000';

// biome-ignore lint/suspicious/noExplicitAny: an overview as the API answers it
type Overview = any;

let house: House;
let office: Client;
beforeAll(async () => {
  house = await openHouse();
  office = await house.signIn('city.office');
});
afterAll(() => house.close());

const overview = async (client: Client, region: string): Promise<Overview> =>
  (await client.data(WALL_OVERVIEW, { region })).overview;

/** Every count of households in an overview, by what it says. */
function countsOf({ region, households, children }: Overview): Map<string, number | null> {
  const { total, planned, lifted, byStatus } = households;
  return new Map<string, number | null>([
    [`${region.code} total`, total],
    [`${region.code} planned`, planned],
    [`${region.code} lifted`, lifted],
    ...byStatus.map(({ status, count }: Overview) => [`${region.code} ${status}`, count] as const),
    ...children.flatMap((child: Overview) => [
      [`${child.region.code} planned`, child.householdsPlanned] as const,
      [`${child.region.code} lifted`, child.householdsLifted] as const,
    ]),
  ]);
}

/** The city, its counties, the townships of one of them and the villages of one of those. */
async function everywhere(): Promise<string[]> {
  const inside = async (region: string) =>
    (await overview(office, region)).children.map(({ region: { code } }: Overview) => code as string);
  return [CITY, ...(await inside(CITY)), ...(await inside(COUNTY)), ...(await inside(TOWN))];
}

describe.each(['wall.screen', 'admin'])('%s, who may see no household', (username) => {
  test('gets no count of one to four in any region, and elsewhere the true one', async () => {
    const client = await house.signIn(username);
    const seen = new Map<string, number | null>();
    let withheld = 0;
    for (const region of await everywhere()) {
      const [shown, exact] = await Promise.all([overview(client, region), overview(office, region)]);
      const trueCounts = countsOf(exact);
      for (const [name, count] of countsOf(shown)) {
        const truth = trueCounts.get(name) as number;
        if (truth > 0 && truth < SMALLEST) expect({ name, count }).toEqual({ name, count: null });
        if (count !== null) expect({ name, count }).toEqual({ name, count: truth });
        // The same wherever it is asked for: what one answer withholds no other gives.
        if (seen.has(name)) expect({ name, count }).toEqual({ name, count: seen.get(name) });
        seen.set(name, count);
        if (count === null) withheld++;
      }
      for (const part of ['tasks', 'projects', 'villages']) expect(shown[part]).toEqual(exact[part]);
      // Without those about households, which are for who may read them.
      const [{ open }] = await house.sql(
        `select coalesce(sum(value), 0)::int as open from counter where region_code = $1 and measure = 'alert.severity'`,
        [region],
      );
      expect(shown.alerts.open).toBe(open);
    }
    expect(withheld).toBeGreaterThan(20);
    expect(seen.get(`${CITY} total`)).toBe(200);
  }, 60_000);

  test('gets of every sum none or at least two parts withheld', async () => {
    const client = await house.signIn(username);
    for (const region of [CITY, COUNTY, TOWN]) {
      const { households, children } = await overview(client, region);
      const parts: [number | null, (number | null)[]][] = [
        [households.planned, children.map((child: Overview) => child.householdsPlanned)],
        [households.lifted, children.map((child: Overview) => child.householdsLifted)],
        [households.total, households.byStatus.map(({ count }: Overview) => count)],
      ];
      for (const [sum, counts] of parts)
        if (sum !== null) expect(counts.filter((count) => count === null)).not.toHaveLength(1);
    }
  });

  test('gets the same from the subscription, and of today from the trend', async () => {
    const client = await house.signIn(username);
    for (const region of [CITY, COUNTY, TOWN, HESHENG]) {
      const asked = await overview(client, region);
      const feed = await client.subscribe(WALL_OVERVIEW_CHANGED, { region });
      const { overviewChanged } = (await feed.next()).data;
      feed.close();
      expect(overviewChanged.households).toEqual(asked.households);
      const { trend } = await client.data(TREND, { region });
      expect(trend.at(-1).householdsLifted).toBe(asked.households.lifted);
    }
  });
});

test('the trend withholds small numbers of the past as well', async () => {
  const client = await house.signIn('wall.screen');
  let withheld = 0;
  for (const region of [CITY, COUNTY, TOWN, HESHENG]) {
    const [shown, exact] = await Promise.all(
      [client, office].map(async (each) => (await each.data(TREND, { region, days: 92 })).trend),
    );
    for (const [at, { householdsLifted: truth, alertsOpen: all, ...rest }] of exact.entries()) {
      const { householdsLifted, alertsOpen, ...others } = shown[at];
      expect(others).toEqual(rest);
      // Without those about households.
      if (all === null) expect(alertsOpen).toBeNull();
      else expect(alertsOpen).toBeLessThanOrEqual(all);
      if (truth !== null && truth > 0 && truth < SMALLEST) expect(householdsLifted).toBeNull();
      if (householdsLifted === null && truth !== null) withheld++;
      else expect(householdsLifted).toBe(truth);
    }
  }
  expect(withheld).toBeGreaterThan(0);
});

test('who may see the households of a region gets its numbers exactly, whatever other roles are held', async () => {
  const grant = `insert into role_grant (id, account_id, role, region_code, valid_from, version)
    select gen_random_uuid(), id, 'VILLAGE_TEAM', $1, '2016-01-01', 1 from account where username = 'wall.screen'`;
  await house.sql(grant, [HESHENG]);
  const both = await house.signIn('wall.screen');
  const exact = countsOf(await overview(office, HESHENG));
  expect(countsOf(await overview(both, HESHENG))).toEqual(exact);
  expect([...countsOf(await overview(both, TOWN)).values()]).toContain(null);
  await house.sql(
    `delete from role_grant where region_code = $1 and role = 'VILLAGE_TEAM'
    and account_id = (select id from account where username = 'wall.screen')`,
    [HESHENG],
  );
});

test('a count that grows into one to four disappears from a subscription that is open', async () => {
  const village = '341225206204';
  const [{ code }] = await house.sql(
    `select code from region where parent_code = $1 and not exists (
       select from household where region_code = code) and code <> $2 order by code limit 1`,
    [TOWN, village],
  );
  const wall = await house.signIn('wall.screen');
  const feed = await wall.subscribe(WALL_OVERVIEW_CHANGED, { region: code });
  expect((await feed.next()).data.overviewChanged.households.total).toBe(0);
  await register(await house.signIn('longwang.town'), { regionCode: code });
  const { households } = (await feed.next()).data.overviewChanged;
  feed.close();
  expect(households.total).toBeNull();
  expect(households.byStatus.map(({ count }: Overview) => count)).toContain(null);
});
