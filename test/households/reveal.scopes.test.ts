import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { buildMember, freshIdNumber, HESHENG, LIULOU, register } from './family.js';
import {
  ASK,
  DECIDE,
  entriesOf,
  family,
  OF_PERSON,
  PURPOSE,
  REQUESTS,
  REVEAL,
  signInToReveal,
} from './revealing.js';

const CITY = '341200000000';
const COUNTY = '341225000000';
const ACCOUNTS = [
  'city.leader',
  'city.office',
  'funan.office',
  'longwang.town',
  'lucheng.town',
  'hesheng.village',
  'liulou.village',
  'inspector.one',
  'auditor',
  'admin',
  'wall.screen',
] as const;
type Account = (typeof ACCOUNTS)[number];

let house: House;
const clients = new Map<string, Client>();
const as = (username: Account): Client => clients.get(username) as Client;
let ours: Awaited<ReturnType<typeof family>>;

beforeAll(async () => {
  house = await openHouse();
  for (const username of ACCOUNTS) clients.set(username, await signInToReveal(house, username));
  // The inspector's villages are drawn: what it may see of ours must not depend on that.
  await house.sql(
    `delete from role_grant using account where account.id = account_id and username = 'inspector.one'
       and '${HESHENG}' = region_code`,
  );
  ours = await family(as('hesheng.village'));
});
afterAll(() => house.close());

const codeOf = async (client: Client, query: string, variables: object): Promise<string> =>
  (await client.ask(query, variables)).errors?.[0]?.extensions.code ?? 'ANSWERED';
const target = () => ({
  householdId: ours.householdId,
  memberId: ours.headId,
  field: 'PHONE',
  purpose: PURPOSE,
});

describe('of a household in 合胜村', () => {
  test.each<[Account, string, string]>([
    ['hesheng.village', 'ANSWERED', 'FORBIDDEN'],
    ['longwang.town', 'ANSWERED', 'FORBIDDEN'],
    ['funan.office', 'ANSWERED', 'ANSWERED'],
    ['city.office', 'FORBIDDEN', 'ANSWERED'],
    ['liulou.village', 'NOT_FOUND', 'FORBIDDEN'],
    ['lucheng.town', 'NOT_FOUND', 'FORBIDDEN'],
    ['city.leader', 'FORBIDDEN', 'FORBIDDEN'],
    ['inspector.one', 'FORBIDDEN', 'FORBIDDEN'],
    ['auditor', 'FORBIDDEN', 'FORBIDDEN'],
    ['admin', 'FORBIDDEN', 'FORBIDDEN'],
    ['wall.screen', 'FORBIDDEN', 'FORBIDDEN'],
  ])('%s: a reveal and asking for one %s, deciding %s', async (username, reveals, decides) => {
    const client = as(username);
    expect(await codeOf(client, REVEAL, { input: target() })).toBe(reveals);
    expect(await codeOf(client, ASK, { input: target() })).toBe(reveals);
    const asker = username === 'funan.office' ? 'hesheng.village' : 'funan.office';
    const { requestReveal } = await as(asker).data(ASK, { input: target() });
    const { id } = requestReveal.request;
    const input = { requestId: id, expectedVersion: 1, approve: true };
    expect(await codeOf(client, DECIDE, { input })).toBe(decides);
    const [{ status }] = await house.sql('select status from reveal_request where id = $1', [id]);
    expect(status).toBe(decides === 'ANSWERED' ? 'APPROVED' : 'REQUESTED');
  });

  test('nobody who is not signed in', async () => {
    const nobody = house.client();
    const decision = { requestId: newId(), expectedVersion: 1, approve: true };
    expect(await codeOf(nobody, REVEAL, { input: target() })).toBe('UNAUTHENTICATED');
    expect(await codeOf(nobody, ASK, { input: target() })).toBe('UNAUTHENTICATED');
    expect(await codeOf(nobody, DECIDE, { input: decision })).toBe('UNAUTHENTICATED');
    expect(await codeOf(nobody, REQUESTS, { within: HESHENG })).toBe('UNAUTHENTICATED');
    expect(await codeOf(nobody, OF_PERSON, { idNumber: ours.head.idNumber })).toBe('UNAUTHENTICATED');
  });

  test('an office of another county decides on nothing: as if it were not there', async () => {
    const stranger = `update role_grant set region_code = $1 from account
      where account.id = account_id and username = 'funan.office'`;
    const { requestReveal } = await as('hesheng.village').data(ASK, { input: target() });
    const decide = (requestId: string) =>
      as('funan.office').ask(DECIDE, { input: { requestId, expectedVersion: 1, approve: true } });
    await house.sql(stranger, ['341222000000']);
    const answers = [await decide(requestReveal.request.id), await decide(newId())];
    await house.sql(stranger, [COUNTY]);
    const seen = answers.map(({ errors }) => [errors?.[0]?.extensions.code, errors?.[0]?.message]);
    expect(seen[0]).toEqual(['NOT_FOUND', 'No such reveal request.']);
    expect(seen[1]).toEqual(seen[0]);
  });
});

describe('the list of requests', () => {
  const seen = async (username: Account, within: string): Promise<string[] | string> => {
    const { data, errors } = await as(username).ask(REQUESTS, { within, first: 100 });
    if (errors?.[0]) return errors[0].extensions.code;
    const { edges, totalCount } = data.revealRequests;
    expect(totalCount).toBe(edges.length);
    return edges.map(({ node }: { node: { id: string } }) => node.id);
  };

  test('an approver sees all of its region, an asker its own, others none', async () => {
    const mine = (await as('hesheng.village').data(ASK, { input: target() })).requestReveal.request.id;
    const towns = (await as('longwang.town').data(ASK, { input: target() })).requestReveal.request.id;
    for (const username of ['funan.office', 'city.office'] as const)
      expect(await seen(username, HESHENG)).toEqual(expect.arrayContaining([mine, towns]));
    const village = await seen('hesheng.village', HESHENG);
    expect(village).toContain(mine);
    expect(village).not.toContain(towns);
    expect(await seen('longwang.town', HESHENG)).toContain(towns);
    for (const username of ['city.leader', 'auditor'] as const)
      expect(await seen(username, CITY)).toEqual([]);
  });

  test.each<[Account, string, string]>([
    ['liulou.village', HESHENG, 'FORBIDDEN'],
    ['hesheng.village', LIULOU, 'FORBIDDEN'],
    ['funan.office', CITY, 'FORBIDDEN'],
    ['admin', CITY, 'FORBIDDEN'],
    ['wall.screen', CITY, 'FORBIDDEN'],
    ['city.office', '341299000000', 'NOT_FOUND'],
  ])('%s within %s: %s', async (username, within, code) => {
    expect(await seen(username, within)).toBe(code);
  });

  test('goes on after a cursor; a cursor of another list is refused', async () => {
    const all = { within: HESHENG, first: 2 };
    const { revealRequests: page } = await as('funan.office').data(REQUESTS, all);
    const after = page.pageInfo.endCursor;
    const { revealRequests: next } = await as('funan.office').data(REQUESTS, { ...all, after });
    const ids = [...page.edges, ...next.edges].map(({ node }: { node: { id: string } }) => node.id);
    expect(new Set(ids).size).toBe(4);
    expect([...ids].sort().reverse()).toEqual(ids);
    expect(await codeOf(as('funan.office'), REQUESTS, { ...all, after: 'forged' })).toBe('INVALID_CURSOR');
  });

  test('is walled in the database, too', async () => {
    const [{ forced }] = await house.sql(
      `select relforcerowsecurity and relrowsecurity as forced from pg_class where relname = 'reveal_request'`,
    );
    expect(forced).toBe(true);
  });
});

describe('the household of a person', () => {
  test.each<[Account, string]>([
    ['hesheng.village', 'ANSWERED'],
    ['longwang.town', 'ANSWERED'],
    ['funan.office', 'ANSWERED'],
    ['city.office', 'ANSWERED'],
    ['city.leader', 'ANSWERED'],
    ['auditor', 'ANSWERED'],
    ['liulou.village', 'NOT_FOUND'],
    ['lucheng.town', 'NOT_FOUND'],
    ['inspector.one', 'NOT_FOUND'],
    ['admin', 'FORBIDDEN'],
    ['wall.screen', 'FORBIDDEN'],
  ])('%s: %s', async (username, expected) => {
    expect(await codeOf(as(username), OF_PERSON, { idNumber: ours.head.idNumber })).toBe(expected);
  });

  test('is found in each of several regions, and beside them as little as one that does not exist', async () => {
    const team = as('hesheng.village');
    const there = await register(as('liulou.village'), {
      regionCode: LIULOU,
      members: [buildMember({ idNumber: freshIdNumber() })],
    });
    const [{ id: memberId }] = there.members;
    expect(memberId).toBeTruthy();
    const idNumber = freshIdNumber();
    const theirs = await register(as('liulou.village'), {
      regionCode: LIULOU,
      members: [buildMember({ idNumber })],
    });
    const absent = await team.ask(OF_PERSON, { idNumber: freshIdNumber() });
    const foreign = await team.ask(OF_PERSON, { idNumber });
    const plain = ({ errors }: typeof absent) =>
      errors?.map(({ message, extensions }) => [message, extensions.code]);
    expect(plain(foreign)).toEqual(plain(absent));
    await house.sql(
      `insert into role_grant (id, account_id, role, region_code, valid_from, version)
       select gen_random_uuid(), id, 'VILLAGE_TEAM', $1, '2016-01-01', 1 from account where username = 'hesheng.village'`,
      [LIULOU],
    );
    const both = await Promise.all(
      [idNumber, ours.head.idNumber].map((number) => team.data(OF_PERSON, { idNumber: number })),
    );
    expect(both.map(({ householdOfPerson }) => householdOfPerson.id)).toEqual([theirs.id, ours.householdId]);
    await house.sql(
      `delete from role_grant using account where account.id = account_id and username = 'hesheng.village' and region_code = $1`,
      [LIULOU],
    );
  });

  test('a small x is taken as X; what is no ID number is refused', async () => {
    const client = as('hesheng.village');
    expect(await codeOf(client, OF_PERSON, { idNumber: '11010519491231002x' })).toBe('NOT_FOUND');
    for (const idNumber of ['110105194912310021', '110105491231002', '%', ''])
      expect(await codeOf(client, OF_PERSON, { idNumber })).toBe('INVALID_ID_NUMBER');
  });

  test('each search is an entry, whatever it finds, and never holds the number', async () => {
    const idNumber = freshIdNumber();
    const before = (await entriesOf(house, 'householdOfPerson')).length;
    await codeOf(as('hesheng.village'), OF_PERSON, { idNumber });
    await codeOf(as('hesheng.village'), OF_PERSON, { idNumber: ours.head.idNumber });
    const entries = (await entriesOf(house, 'householdOfPerson')).slice(before);
    expect(entries.map(({ act, subjectId, fields }) => ({ act, subjectId, fields }))).toEqual([
      { act: 'household.search', subjectId: null, fields: ['ID_NUMBER'] },
      { act: 'household.search', subjectId: ours.householdId, fields: ['ID_NUMBER'] },
    ]);
    const held = await house.sql(`select from ledger_entry t where t::text like any ($1)`, [
      [`%${idNumber}%`, `%${ours.head.idNumber}%`],
    ]);
    expect(held).toHaveLength(0);
  });
});
