import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { v7 as newId } from 'uuid';
import { type Client, type House, openHouse } from '../helpers/house.js';
import { HESHENG } from './family.js';
import { ACCOUNT, entriesOf, family, PHONE, PURPOSE, REVEAL, signInToReveal } from './revealing.js';

let house: House;
let village: Client;
let ours: Awaited<ReturnType<typeof family>>;

beforeAll(async () => {
  house = await openHouse();
  village = await signInToReveal(house, 'hesheng.village');
  ours = await family(village);
});
afterAll(() => house.close());
beforeEach(() => house.sql('delete from reveal_slot'));

const ofHead = (more: object = {}) => ({
  householdId: ours.householdId,
  memberId: ours.headId,
  field: 'ID_NUMBER',
  purpose: PURPOSE,
  ...more,
});
const ofHousehold = (more: object = {}) => ofHead({ memberId: null, field: 'BANK_ACCOUNT', ...more });
const reveal = async (input: object, client = village) =>
  (await client.data(REVEAL, { input })).revealPersonalData;
const refused = (input: object, client = village) => client.refusal(REVEAL, { input });

/** How many reveals count at this moment. */
const taken = async () =>
  (await house.sql(`select from reveal_slot where span = 'HOUR' and taken_at > now() - interval '1 hour'`))
    .length;

describe('a reveal', () => {
  test.each([
    ['ID_NUMBER', () => ofHead(), () => ours.head.idNumber],
    ['PHONE', () => ofHead({ field: 'PHONE' }), () => PHONE],
    ['NAME', () => ofHead({ field: 'NAME' }), () => ours.head.name],
    ['BANK_ACCOUNT', () => ofHousehold(), () => ACCOUNT],
  ])('%s: the value in full, and everything else masked as always', async (_, input, value) => {
    const answer = await reveal(input());
    expect(answer.value).toBe(value());
    expect(answer.household.id).toBe(ours.householdId);
    if (answer.member) expect(answer.member.idNumberMasked).toMatch(/^\d{4}\*{10}\d{3}[\dX]$/);
  });

  test('null where nothing is recorded', async () => {
    const { householdId, headId } = await family(village);
    await house.sql('update household_member set phone_sealed = null where id = $1', [headId]);
    expect((await reveal({ ...ofHead({ field: 'PHONE' }), householdId, memberId: headId })).value).toBeNull();
  });

  test('is entered in the ledger with field and purpose, and without the value', async () => {
    await reveal(ofHead({ purpose: '  入户核对身份，村级复核  ' }));
    const entry = (await entriesOf(house, 'revealPersonalData')).at(-1);
    expect(entry).toEqual({
      act: 'household.reveal',
      subjectType: 'MEMBER',
      subjectId: ours.headId,
      regionCode: HESHENG,
      fields: ['ID_NUMBER'],
      purpose: '入户核对身份，村级复核',
      outcome: 'DONE',
      code: null,
    });
  });

  test.each([
    ['a purpose of nine characters', { purpose: '  123456789  ' }, 'BAD_USER_INPUT'],
    ['an invisible purpose', { purpose: `核对低保发放\u200b账户信息` }, 'INVALID_TEXT'],
    ['a purpose of 501 characters', { purpose: '核'.repeat(501) }, 'INVALID_TEXT'],
    ['no member', { memberId: null }, 'BAD_USER_INPUT'],
    ['a member for the account', { field: 'BANK_ACCOUNT' }, 'BAD_USER_INPUT'],
    ['an unknown household', { householdId: newId() }, 'NOT_FOUND'],
    ['an unknown member', { memberId: newId() }, 'NOT_FOUND'],
    ['an id that is none', { memberId: '1' }, 'NOT_FOUND'],
    ['an unknown approval', { approvalId: newId() }, 'NOT_FOUND'],
    ['an approval that is none', { approvalId: '' }, 'NOT_FOUND'],
    ['a minor\u2019s name', { memberId: 'CHILD', field: 'NAME' }, 'APPROVAL_REQUIRED'],
    ['a minor\u2019s ID number', { memberId: 'CHILD' }, 'APPROVAL_REQUIRED'],
  ])('%s: refused, entered as refused, and not counted', async (_, more, code) => {
    const memberId = 'memberId' in more && more.memberId === 'CHILD' ? ours.childId : undefined;
    const input = ofHead({ ...more, ...(memberId && { memberId }) });
    expect((await refused(input)).code).toBe(code);
    const entry = (await entriesOf(house, 'revealPersonalData')).at(-1);
    expect(entry).toMatchObject({ outcome: 'REFUSED', code, fields: [input.field] });
    expect(await taken()).toBe(0);
  });

  test('ten characters are a purpose', async () => {
    expect((await reveal(ofHead({ purpose: '1234567890' }))).value).toBe(ours.head.idNumber);
  });

  test('a member of another household is not found through this one', async () => {
    const other = await family(village);
    expect((await refused(ofHead({ memberId: other.headId }))).code).toBe('NOT_FOUND');
  });

  test('the value is kept nowhere but sealed: not with the key, nor in the ledger, nor in the log', async () => {
    const idempotencyKey = newId();
    const { value } = await reveal(ofHead({ idempotencyKey }));
    for (const table of ['idempotency', 'ledger_entry', 'event', 'reveal_slot', 'reveal_request']) {
      const found = await house.sql(`select from ${table} t where t::text like '%' || $1 || '%'`, [value]);
      expect({ table, found: found.length }).toEqual({ table, found: 0 });
    }
  });
});

describe('a retry with the same key', () => {
  test('answers the value again, is entered, and does not count', async () => {
    const input = ofHead({ idempotencyKey: newId() });
    const before = (await entriesOf(house, 'revealPersonalData')).length;
    const answers = [await reveal(input), await reveal(input)];
    expect(answers[1]).toEqual(answers[0]);
    expect(await taken()).toBe(1);
    expect(await entriesOf(house, 'revealPersonalData')).toHaveLength(before + 2);
  });

  test('is another look ten minutes later, and needs another key', async () => {
    const idempotencyKey = newId();
    const input = ofHead({ idempotencyKey });
    await reveal(input);
    await house.sql(
      `update idempotency set answer = jsonb_set(answer, '{revealedAt}', to_jsonb((now() - interval '11 minutes')::text))
       where key = $1`,
      [idempotencyKey],
    );
    expect((await refused(input)).code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  test('with another purpose is another request', async () => {
    const input = ofHead({ idempotencyKey: newId() });
    await reveal(input);
    expect((await refused({ ...input, purpose: '另一个足够长的理由说明' })).code).toBe(
      'IDEMPOTENCY_KEY_REUSED',
    );
  });

  test('opens nothing once the right has ended', async () => {
    const input = ofHead({ idempotencyKey: newId() });
    const team = await signInToReveal(house, 'longwang.town');
    await reveal(input, team);
    const grant = `from account where account.id = role_grant.account_id and username = 'longwang.town'`;
    await house.sql(`update role_grant set region_code = '341225120000' ${grant}`);
    expect((await refused(input, team)).code).toBe('NOT_FOUND');
    await house.sql(`update role_grant set region_code = '341225206000' ${grant}`);
  });
});

describe('the quota', () => {
  /** So many reveals so long ago. */
  const fill = (from: number, count: number, ago: string) =>
    house.sql(
      `insert into reveal_slot (account_id, span, slot, taken_at)
       select account.id, span, slot, clock_timestamp() - $3::interval
       from account, (values ('HOUR', 30), ('DAY', 200)) as span (span, quota),
         generate_series($1::int, $1::int + $2::int - 1) slot
       where username = 'hesheng.village' and slot < quota`,
      [from, count, ago],
    );

  test('the thirtieth of an hour is answered, the next one refused with the pause until there is room', async () => {
    await fill(0, 1, '50 minutes');
    await fill(1, 28, '1 minute');
    await reveal(ofHead());
    const { code, limit, retryAfterMs } = await refused(ofHead());
    expect({ code, limit }).toEqual({ code: 'RATE_LIMITED', limit: 30 });
    expect(retryAfterMs).toBeGreaterThan(8 * 60_000);
    expect(retryAfterMs).toBeLessThanOrEqual(10 * 60_000);
  });

  test('there is room again when the oldest is an hour old', async () => {
    await fill(0, 1, '61 minutes');
    await fill(1, 29, '1 minute');
    expect((await reveal(ofHead())).value).toBe(ours.head.idNumber);
  });

  test('the two hundredth of a day is answered, the next one refused', async () => {
    await fill(0, 199, '20 hours');
    await reveal(ofHead());
    const { code, limit, retryAfterMs } = await refused(ofHead());
    expect({ code, limit }).toEqual({ code: 'RATE_LIMITED', limit: 200 });
    expect(retryAfterMs).toBeGreaterThan(3.9 * 3_600_000);
    expect(retryAfterMs).toBeLessThanOrEqual(4 * 3_600_000);
  });

  test('of 31 at once exactly 30 are answered', async () => {
    const answers = await Promise.all(
      Array.from({ length: 31 }, () => village.ask(REVEAL, { input: ofHead() })),
    );
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'ANSWERED').sort();
    expect(codes).toEqual([...Array<string>(30).fill('ANSWERED'), 'RATE_LIMITED']);
    expect(await taken()).toBe(30);
  });

  test('is each account\u2019s own', async () => {
    await fill(0, 30, '1 minute');
    expect((await refused(ofHead())).code).toBe('RATE_LIMITED');
    const county = await signInToReveal(house, 'funan.office');
    expect((await reveal(ofHead(), county)).value).toBe(ours.head.idNumber);
  });
});

test('the quota is set by configuration', async () => {
  const small = await openHouse({ env: { LIMIT_REVEALS_PER_HOUR: '1', LIMIT_REVEALS_PER_DAY: '2' } });
  try {
    const client = await signInToReveal(small, 'hesheng.village');
    const { householdId, headId } = await family(client);
    const input = { householdId, memberId: headId, field: 'PHONE', purpose: PURPOSE };
    await client.data(REVEAL, { input });
    expect(await client.refusal(REVEAL, { input })).toMatchObject({ code: 'RATE_LIMITED', limit: 1 });
    await small.sql(`update reveal_slot set taken_at = taken_at - interval '2 hours'`);
    await client.data(REVEAL, { input });
    await small.sql(`update reveal_slot set taken_at = taken_at - interval '2 hours'`);
    expect(await client.refusal(REVEAL, { input })).toMatchObject({ code: 'RATE_LIMITED', limit: 2 });
  } finally {
    await small.close();
  }
});
