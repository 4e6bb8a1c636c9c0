import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type House, openHouse, operation } from '../helpers/house.js';
import { RawSocket } from '../http/raw-socket.js';

let house: House;
let password: string;

beforeAll(async () => {
  house = await openHouse();
  password = house.database.secrets.demoPassword;
});
afterAll(() => house.close());

/** Signed in by something that calls itself so. */
async function signIn(username: string, device: string): Promise<string> {
  const response = await fetch(`${house.address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': device },
    body: JSON.stringify({ query: operation('login'), variables: { username, password } }),
  });
  const { data } = (await response.json()) as { data: { login: { accessToken: string } } };
  return data.login.accessToken;
}

interface Listed {
  id: string;
  device: string | null;
  address: string;
  current: boolean;
}
const sessionsOf = async (accessToken: string): Promise<Listed[]> =>
  (await house.client(accessToken).data(operation('account/own-account'))).viewer.sessions;
const end = (accessToken: string, sessionId: string) =>
  house.client(accessToken).ask(operation('account/end-session'), { sessionId });

test('one\u2019s own sessions are listed, newest first, and each can be ended from another', async () => {
  const telephone = await signIn('hesheng.village', 'a telephone');
  const desk = await signIn('hesheng.village', 'a desk');
  const listed = await sessionsOf(desk);
  expect(listed.map(({ device, address, current }) => ({ device, address, current }))).toEqual([
    { device: 'a desk', address: '127.0.0.1', current: true },
    { device: 'a telephone', address: '127.0.0.1', current: false },
  ]);
  const socket = await new RawSocket(house.address).enter(telephone);
  expect((await end(desk, listed[1]?.id ?? '')).data).toEqual({ endSession: true });
  expect(await socket.closed).toEqual({ code: 4401, reason: 'SESSION_REVOKED' });
  expect((await house.client(telephone).refusal('{ viewer { id } }')).code).toBe('SESSION_REVOKED');
  expect(await sessionsOf(desk)).toHaveLength(1);
});

test('nobody else\u2019s session is there to be ended', async () => {
  const own = await signIn('liulou.village', 'own');
  const [other] = await sessionsOf(await signIn('lucheng.town', 'other'));
  for (const id of [other?.id ?? '', crypto.randomUUID(), 'no-uuid'])
    expect((await end(own, id)).errors?.[0]?.extensions.code).toBe('NOT_FOUND');
  expect((await sessionsOf(await signIn('lucheng.town', 'again'))).map(({ device }) => device)).toEqual([
    'again',
    'other',
  ]);
});

test('all of them end at once, the asking one too', async () => {
  const tokens = [await signIn('longwang.town', 'one'), await signIn('longwang.town', 'two')];
  const sockets = await Promise.all(tokens.map((token) => new RawSocket(house.address).enter(token)));
  const { data } = await house.client(tokens[0]).ask('mutation { endAllSessions }');
  expect(data).toEqual({ endAllSessions: 2 });
  expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual(
    Array(2).fill({ code: 4401, reason: 'SESSION_REVOKED' }),
  );
});
