import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { HESHENG } from './family.js';
import { ASK, DECIDE, entriesOf, family, PURPOSE, REQUESTS, REVEAL, signInToReveal } from './revealing.js';

let house: House;
let village: Client;
let county: Client;
let ours: Awaited<ReturnType<typeof family>>;

beforeAll(async () => {
  house = await openHouse();
  [village, county] = await Promise.all([
    signInToReveal(house, 'hesheng.village'),
    signInToReveal(house, 'funan.office'),
  ]);
  ours = await family(village);
});
afterAll(() => house.close());

const ofChild = (more: object = {}) => ({
  householdId: ours.householdId,
  memberId: ours.childId,
  field: 'NAME',
  purpose: PURPOSE,
  ...more,
});
const ask = async (more: object = {}, client = village) =>
  (await client.data(ASK, { input: ofChild(more) })).requestReveal.request;
const decide = async (request: { id: string; version: number }, approve = true, client = county) => {
  const input = { requestId: request.id, expectedVersion: request.version, approve };
  return (await client.data(DECIDE, { input })).decideReveal.request;
};
const approved = async (more: object = {}) => decide(await ask(more));
const reveal = async (approvalId: string, more: object = {}) =>
  (await village.data(REVEAL, { input: ofChild({ approvalId, ...more }) })).revealPersonalData;
const refused = async (approvalId: string | null, more: object = {}, client = village) =>
  (await client.refusal(REVEAL, { input: ofChild({ approvalId, ...more }) })).code;
/** Moves a request's times into the past. */
const age = (id: string, by: string) =>
  house.sql('update reveal_request set expires_at = expires_at - $2::interval where id = $1', [id, by]);

describe('a request', () => {
  test('is asked by one and approved by another, and used once', async () => {
    const asked = await ask();
    expect(asked).toMatchObject({
      field: 'NAME',
      purpose: PURPOSE,
      status: 'REQUESTED',
      version: 1,
      decidedBy: null,
      usedAt: null,
      member: { id: ours.childId },
    });
    const day = Date.parse(asked.expiresAt) - Date.parse(asked.askedAt);
    expect(day).toBe(24 * 3_600_000);
    const yes = await decide(asked);
    expect(yes).toMatchObject({ status: 'APPROVED', version: 2, decidedBy: { name: expect.any(String) } });
    expect((await reveal(yes.id)).value).toBe('霜小禾');
    expect(await refused(yes.id)).toBe('APPROVAL_REQUIRED');
    const { revealRequests } = await village.data(REQUESTS, {
      within: HESHENG,
      filter: { status: ['USED'] },
    });
    expect(revealRequests.edges.map(({ node }: { node: { id: string } }) => node.id)).toContain(yes.id);
  });

  test('is used by one of twenty at once', async () => {
    const { id } = await approved();
    const input = ofChild({ approvalId: id });
    const answers = await Promise.all(Array.from({ length: 20 }, () => village.ask(REVEAL, { input })));
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'ANSWERED').sort();
    expect(codes).toEqual(['ANSWERED', ...Array<string>(19).fill('APPROVAL_REQUIRED')].sort());
  });

  test.each([
    ['another field', () => ({ field: 'ID_NUMBER' })],
    ['another member', () => ({ memberId: ours.headId })],
  ])('does not cover %s', async (_, more) => {
    expect(await refused((await approved()).id, more())).toBe('NOT_FOUND');
  });

  test('does not serve another person', async () => {
    const town = await signInToReveal(house, 'longwang.town');
    expect(await refused((await approved()).id, {}, town)).toBe('NOT_FOUND');
  });

  test('that waits, or was refused, allows nothing', async () => {
    const asked = await ask();
    expect(await refused(asked.id)).toBe('APPROVAL_REQUIRED');
    expect(await decide(asked, false)).toMatchObject({ status: 'REFUSED', version: 2 });
    expect(await refused(asked.id)).toBe('APPROVAL_REQUIRED');
  });

  test('once approved holds for 24 hours and no longer', async () => {
    const { id } = await approved();
    await age(id, '23 hours 59 minutes');
    const other = await approved();
    await age(other.id, '24 hours');
    expect((await reveal(id)).value).toBe('霜小禾');
    expect(await refused(other.id)).toBe('APPROVAL_REQUIRED');
  });

  test('that nobody decided on in 24 hours cannot be decided on any more', async () => {
    const asked = await ask();
    await age(asked.id, '24 hours');
    const input = { requestId: asked.id, expectedVersion: 1, approve: true };
    expect(await county.refusal(DECIDE, { input })).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
      allowed: [],
    });
    const { revealRequests } = await county.data(REQUESTS, {
      within: HESHENG,
      filter: { status: ['EXPIRED'] },
    });
    expect(revealRequests.edges.map(({ node }: { node: object }) => node)).toContainEqual({
      id: asked.id,
      status: 'EXPIRED',
      field: 'NAME',
    });
  });

  test('is never decided on by whoever asked', async () => {
    const asked = await ask({}, county);
    const input = { requestId: asked.id, expectedVersion: 1, approve: true };
    expect((await county.refusal(DECIDE, { input })).code).toBe('FORBIDDEN');
    const city = await signInToReveal(house, 'city.office');
    expect(await decide(asked, true, city)).toMatchObject({ status: 'APPROVED' });
  });

  test('the database itself holds the two persons apart', async () => {
    const asked = await ask();
    const same = `update reveal_request set status = 'APPROVED', decided_by_id = asked_by_id where id = $1`;
    await expect(house.sql(same, [asked.id])).rejects.toThrow(/two_persons/);
  });

  test('is decided on once, at the version that was read', async () => {
    const asked = await ask();
    await decide(asked);
    const input = { requestId: asked.id, expectedVersion: 1, approve: false };
    expect(await county.refusal(DECIDE, { input })).toMatchObject({
      code: 'VERSION_CONFLICT',
      currentVersion: 2,
    });
    const again = { ...input, expectedVersion: 2 };
    expect((await county.refusal(DECIDE, { input: again })).code).toBe('TRANSITION_NOT_ALLOWED');
  });

  test('and its answer are entries of the ledger', async () => {
    const asked = await ask();
    await decide(asked);
    for (const [operation, act] of [
      ['requestReveal', 'household.reveal'],
      ['decideReveal', 'household.approveReveal'],
    ] as const) {
      expect((await entriesOf(house, operation)).at(-1)).toMatchObject({
        act,
        subjectType: 'REVEAL_REQUEST',
        subjectId: asked.id,
        regionCode: HESHENG,
        fields: ['NAME'],
        outcome: 'DONE',
      });
    }
  });

  test('twice with one key is one request', async () => {
    const input = ofChild({ idempotencyKey: newId() });
    const answers = await Promise.all([village.data(ASK, { input }), village.data(ASK, { input })]);
    expect(answers[1]).toEqual(answers[0]);
  });
});

test('an approval opens the way above the quota', async () => {
  await house.sql(
    `insert into reveal_slot select account.id, 'HOUR', slot, now()
     from account, generate_series(0, 29) slot where username = 'hesheng.village'
     on conflict (account_id, span, slot) do update set taken_at = now()`,
  );
  const ofHead = { memberId: ours.headId, field: 'ID_NUMBER' };
  expect(await refused(null, ofHead)).toBe('RATE_LIMITED');
  const { id } = await approved(ofHead);
  expect((await reveal(id, ofHead)).value).toBe(ours.head.idNumber);
});
