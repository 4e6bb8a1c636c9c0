import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type House, openHouse, operation } from '../helpers/house.js';
import { until } from '../helpers/scratch.js';
import { RawSocket } from '../http/raw-socket.js';
import { findingIn, state } from './facts.js';

let house: House;
beforeAll(async () => {
  house = await openHouse({ env: { LIMIT_LOCK_MS: '20000' } });
});
afterAll(() => house.close());

const CITY = '341200000000';
const COUNTY = '341225000000';
const VILLAGE = '341225206205';
const FEED = operation('supervision-feed');

/** Numbers of the feed, as operators read them. */
async function numbers(): Promise<Record<'members' | 'groups' | 'written' | 'sent' | 'read', number>> {
  const names = ['members', 'groups', 'written_total', 'sent_total', 'read_total'];
  const [members, groups, written, sent, read] = await Promise.all(
    names.map((name) => house.metric(`feed_${name}`)),
  );
  return { members, groups, written, sent, read } as Awaited<ReturnType<typeof numbers>>;
}

const tokens = new Map<string, Promise<string | null>>();

/** The texts of messages as they came, without looking into them. */
class Ear {
  readonly heard: string[] = [];

  private constructor(private readonly raw: RawSocket) {
    raw.socket.on('message', (data) => this.heard.push(String(data)));
  }

  static async of(username: string): Promise<Ear> {
    const token = tokens.get(username) ?? house.signIn(username).then(({ accessToken }) => accessToken);
    tokens.set(username, token);
    return new Ear(await new RawSocket(house.address).enter(await token));
  }

  async ask(id: string, variables: object, query = FEED, operationName?: string): Promise<this> {
    const before = this.heard.length;
    await this.raw.say({ id, type: 'subscribe', payload: { query, variables, operationName } });
    await until('the first batch', () => this.heard.length > before);
    return this;
  }

  get last(): string {
    return this.heard.at(-1) ?? '';
  }

  leave(): void {
    this.raw.socket.terminate();
  }
}

const gone = (ears: readonly Ear[]) => {
  for (const ear of ears) ear.leave();
  return until('everybody has gone', async () => (await numbers()).members === 0);
};

const many = <T>(count: number, make: (n: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => make(n)));

test('who asks the same and may be told the same is told the same bytes, worked out once', async () => {
  await house.settled();
  const accounts = ['city.leader', 'city.office', 'auditor'];
  const ears = await many(12, async (n) =>
    (await Ear.of(accounts[n % accounts.length] ?? '')).ask(`operation ${n}`, { within: COUNTY }),
  );
  const before = await numbers();
  expect(before).toMatchObject({ members: 12, groups: 1 });
  await state(house, findingIn(VILLAGE));
  await until('everybody has heard', () => ears.every(({ heard }) => heard.length === 2));
  const after = await numbers();
  expect(after.written - before.written).toBe(1);
  expect(after.sent - before.sent).toBe(12);
  const payloads = ears.map(({ last }, n) => last.replace(`"id":"operation ${n}"`, '"id":"…"'));
  expect(new Set(payloads).size).toBe(1);
  expect(JSON.parse(ears[3]?.last ?? '')).toMatchObject({
    id: 'operation 3',
    type: 'next',
    payload: { data: { supervisionFeed: { events: [{ kind: 'FINDING_CLOSED' }] } } },
  });
  await gone(ears);
  expect((await numbers()).groups).toBe(0);
});

test('a fact is looked at by the groups that read where it happened, and by no other', async () => {
  const [near, far] = [
    await (await Ear.of('funan.office')).ask('near', { within: COUNTY }),
    await (await Ear.of('city.office')).ask('far', { within: '341226000000' }),
  ];
  const before = await numbers();
  expect(before).toMatchObject({ members: 2, groups: 2 });
  await state(house, findingIn(VILLAGE));
  await until('the near one has heard', () => near.heard.length === 2);
  expect(far.heard).toHaveLength(1);
  expect((await numbers()).written - before.written).toBe(1);
  await gone([near, far]);
});

test('what reads differently for each is worked out for each', async () => {
  const document = `subscription ($within: RegionCode!) { supervisionFeed(within: $within) {
    events { region { code ancestors { code } } } } }`;
  const ears = await many(3, async () =>
    (await Ear.of('city.office')).ask('own', { within: COUNTY }, document),
  );
  const before = await numbers();
  expect(before).toMatchObject({ members: 3, groups: 3 });
  await state(house, findingIn(VILLAGE));
  await until('everybody has heard', () => ears.every(({ heard }) => heard.length === 2));
  expect((await numbers()).written - before.written).toBe(3);
  await gone(ears);
});

test('many who come back to one place: what they missed is read once and written down once', async () => {
  const [first] = await many(1, async () => (await Ear.of('city.office')).ask('first', { within: CITY }));
  const { cursor } = JSON.parse(first?.last ?? '').payload.data.supervisionFeed;
  for (let n = 0; n < 5; n++) await state(house, findingIn(VILLAGE), findingIn(COUNTY));
  await house.settled();
  const sockets = await many(40, () => Ear.of('city.office'));
  const before = await numbers();
  await Promise.all(sockets.map((ear, n) => ear.ask(`${n}`, { within: CITY, after: cursor })));
  const after = await numbers();
  expect(after.read - before.read).toBe(1);
  expect(after.written - before.written).toBe(1);
  expect(after.sent - before.sent).toBe(40);
  for (const { last } of sockets)
    expect(JSON.parse(last).payload.data.supervisionFeed.events.length).toBeGreaterThanOrEqual(10);
  await gone([...sockets, ...(first ? [first] : [])]);
});

test('rights that end take one out of the group before the next batch, and leave the others', async () => {
  const leaver = await house.signIn('city.leader');
  const ears = await many(2, async () => (await Ear.of('city.office')).ask('stays', { within: COUNTY }));
  const feed = await leaver.subscribe(FEED, { within: COUNTY });
  await feed.next();
  expect(await numbers()).toMatchObject({ members: 3, groups: 1 });
  const [grant] = await house.sql(
    `select role_grant.id, role_grant.version from role_grant join account on account.id = account_id
     where username = 'city.leader' and revoked_at is null`,
  );
  const admin = await house.signIn('admin', { secondFactor: true });
  await admin.data('mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark } }', {
    input: { grantId: grant.id, expectedVersion: grant.version },
  });
  await state(house, findingIn(VILLAGE));
  const refusal = await feed
    .next()
    .catch((errors: { extensions: { code: string } }[]) => errors[0]?.extensions.code);
  expect(refusal).toBe('FORBIDDEN');
  await until('the others have heard', () => ears.every(({ heard }) => heard.length === 2));
  expect(await numbers()).toMatchObject({ members: 2, groups: 1 });
  await gone(ears);
});

test('of two operations in one document each is asked by its own variables', async () => {
  const document = `subscription One($x: FeedCursor, $in: RegionCode!) { supervisionFeed(within: $in, after: $x) { cursor } }
    subscription Other($x: RegionCode!) { supervisionFeed(within: $x) { events { region { code } } } }`;
  const regions = [COUNTY, '341226000000'];
  const ears = await many(2, () => Ear.of('city.office'));
  for (const [n, ear] of ears.entries()) await ear.ask('a', { x: regions[n] }, document, 'Other');
  expect(await numbers()).toMatchObject({ members: 2, groups: 2 });
  await state(house, findingIn(VILLAGE));
  await until('it was told where it happened', () => ears[0]?.heard.length === 2);
  expect(ears[1]?.heard).toHaveLength(1);
  await gone(ears);
});

test('rights that end while they are being read are not held for those of now', async () => {
  const leaver = await house.signIn('funan.office');
  const admin = await house.signIn('admin', { secondFactor: true });
  const [grant] = await house.sql(
    `select role_grant.id, role_grant.version from role_grant join account on account.id = account_id
     where username = 'funan.office' and revoked_at is null`,
  );
  // Who inspects is what is looked up last, after the grants.
  await house.sql('begin');
  await house.sql('lock table inspection_inspector in access exclusive mode');
  const feed = await leaver.subscribe(FEED, { within: COUNTY });
  await until('it waits for what it looks up last', async () => {
    const waiting = await house.sql(
      `select from pg_locks where relation = 'inspection_inspector'::regclass and not granted`,
    );
    return waiting.length > 0;
  });
  await admin.data('mutation ($input: RevokeGrantInput!) { revokeGrant(input: $input) { mark } }', {
    input: { grantId: grant.id, expectedVersion: grant.version },
  });
  await house.node.tail.now();
  await house.sql('commit');
  const refusal = await feed
    .next()
    .catch((errors: { extensions: { code: string } }[]) => errors[0]?.extensions.code);
  expect(refusal).toBe('FORBIDDEN');
  await gone([]);
});

test('a fact that cannot be read ends what would leave it out', async () => {
  const feed = await (await house.signIn('auditor')).subscribe(FEED, { within: COUNTY });
  await feed.next();
  await house.sql(
    `insert into event (kind, severity, audience, region_code, region_name, subject_type, subject_id, happened_at, params)
     values ('INSPECTION_CHANGED', null, 'REGION', $1, '某村', 'INSPECTION', gen_random_uuid()::text, now(), '{}')`,
    [VILLAGE],
  );
  house.node.tail.kick();
  const refusal = await feed
    .next()
    .catch((errors: { extensions: { code: string } }[]) => errors[0]?.extensions.code);
  expect(refusal).toBe('INTERNAL_SERVER_ERROR');
});
