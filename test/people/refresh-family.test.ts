import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type House, openHouse, operation } from '../helpers/house.js';
import { RawSocket } from '../http/raw-socket.js';

let house: House;
let password: string;

beforeAll(async () => {
  house = await openHouse();
  password = house.database.secrets.demoPassword;
});
afterAll(() => house.close());

const VIEWER = '{ viewer { id } }';
const login = async () =>
  (await house.client().data(operation('login'), { username: 'hesheng.village', password })).login;
const refresh = async (refreshToken: string) => {
  const { data, errors } = await house.client().ask(operation('refresh'), { refreshToken });
  return data?.refreshSession ?? { code: errors?.[0]?.extensions.code };
};
const sessionOf = (accessToken: string): string =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).sid;
/** As if the session had been refreshed so many seconds earlier. */
const wait = (accessToken: string, seconds: number) =>
  house.sql('update session set refreshed_at = refreshed_at - make_interval(secs => $2) where id = $1', [
    sessionOf(accessToken),
    seconds,
  ]);

test('a used token gives the same successor again within ten seconds', async () => {
  const { accessToken, refreshToken } = await login();
  const first = await refresh(refreshToken);
  await wait(accessToken, 9);
  const again = await refresh(refreshToken);
  expect(again.refreshToken).toBe(first.refreshToken);
  expect((await house.client(again.accessToken).data(VIEWER)).viewer.id).toEqual(expect.any(String));
});

test('eleven seconds later it ends the session: the successor, the access tokens and the sockets', async () => {
  const { accessToken, refreshToken } = await login();
  const successor = await refresh(refreshToken);
  const socket = await new RawSocket(house.address).enter(successor.accessToken);
  await wait(accessToken, 11);
  expect(await refresh(refreshToken)).toEqual({ code: 'SESSION_REVOKED' });
  expect(await socket.closed).toEqual({ code: 4401, reason: 'SESSION_REVOKED' });
  expect(await refresh(successor.refreshToken)).toEqual({ code: 'SESSION_REVOKED' });
  expect((await house.client(successor.accessToken).refusal(VIEWER)).code).toBe('SESSION_REVOKED');
  const facts = await house.sql(`select kind, audience from event where subject_id = $1`, [
    sessionOf(accessToken),
  ]);
  expect(facts).toEqual([{ kind: 'SESSION_ENDED', audience: 'HOUSE' }]);
  const entries = await house.sql(
    `select operation, outcome from ledger_entry where act = 'session.reuse' and session_id = $1`,
    [sessionOf(accessToken)],
  );
  expect(entries).toEqual([{ operation: 'refreshSession', outcome: 'DONE' }]);
});

test('one that was used before the last ends it at once', async () => {
  const { accessToken, refreshToken } = await login();
  await refresh((await refresh(refreshToken)).refreshToken);
  expect(await refresh(refreshToken)).toEqual({ code: 'SESSION_REVOKED' });
  expect((await house.client(accessToken).refusal(VIEWER)).code).toBe('SESSION_REVOKED');
});

test('a forged one ends nothing', async () => {
  const { accessToken, refreshToken } = await login();
  const touched = `${refreshToken.slice(0, 60)}${refreshToken[60] === 'A' ? 'B' : 'A'}${refreshToken.slice(61)}`;
  for (const forged of [touched, '', 'nonsense', accessToken, refreshToken.slice(1), `${refreshToken} `])
    expect(await refresh(forged)).toEqual({ code: 'SESSION_REVOKED' });
  expect((await house.client(accessToken).data(VIEWER)).viewer.id).toEqual(expect.any(String));
  expect((await refresh(refreshToken)).refreshToken).toEqual(expect.any(String));
});

test('nothing in the database is a refresh token, or makes one without the key', async () => {
  const { accessToken, refreshToken } = await login();
  const [row] = await house.sql('select session::text as whole from session where id = $1', [
    sessionOf(accessToken),
  ]);
  const proof = Buffer.from(refreshToken, 'base64url').subarray(20);
  for (const spelling of [
    refreshToken,
    proof.toString('hex'),
    proof.toString('base64url'),
    proof.toString('base64'),
  ])
    expect(row.whole).not.toContain(spelling);
});

/** What a client may do: use any token it ever got or was on the way to it, with an answer that is lost or not. */
type Step = { use: number; isLost: boolean } | { wait: number };
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ use: fc.nat(3), isLost: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ wait: fc.constantFrom(3, 11) }) },
);

/** The rule in its own words: the newest goes on, the one before it for ten seconds, anything older ends everything. */
class Family {
  readonly tokens: string[] = [];
  private sinceRotation = 0;
  private isOver = false;

  pass(seconds: number): void {
    this.sinceRotation += seconds;
  }

  use(at: number): 'next' | 'same' | 'revoked' {
    const newest = this.tokens.length - 1;
    if (this.isOver) return 'revoked';
    if (at === newest) {
      this.sinceRotation = 0;
      return 'next';
    }
    if (at === newest - 1 && this.sinceRotation < 10) return 'same';
    this.isOver = true;
    return 'revoked';
  }
}

test('whatever answers are lost and tokens kept, the family follows its rule', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 10 }), async (steps: Step[]) => {
      const { accessToken, refreshToken } = await login();
      const family = new Family();
      family.tokens.push(refreshToken);
      for (const each of steps) {
        if ('wait' in each) {
          family.pass(each.wait);
          await wait(accessToken, each.wait);
          continue;
        }
        // The newest but so many; a client whose answer was lost does not know that there is a newer one.
        const at = Math.max(0, family.tokens.length - 1 - each.use);
        const expected = family.use(at);
        const answer = await refresh(family.tokens[at] ?? '');
        if (expected === 'revoked') expect(answer).toEqual({ code: 'SESSION_REVOKED' });
        else if (expected === 'same') expect(answer.refreshToken).toBe(family.tokens.at(-1));
        else {
          expect(family.tokens).not.toContain(answer.refreshToken);
          family.tokens.push(answer.refreshToken);
        }
        if (expected !== 'revoked' && each.isLost)
          expect((await refresh(family.tokens[at] ?? '')).refreshToken).toBe(family.tokens.at(-1));
      }
    }),
    { numRuns: 25 },
  );
}, 120_000);
