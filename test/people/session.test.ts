import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TokenMint } from '../../src/auth/token.js';
import { type House, openHouse, operation } from '../helpers/house.js';
import { RawSocket } from '../http/raw-socket.js';

let house: House;
let password: string;

beforeAll(async () => {
  house = await openHouse();
  password = house.database.secrets.demoPassword;
});
afterAll(() => house.close());

const VIEWER = '{ viewer { id name } }';
const login = async (username = 'hesheng.village') =>
  (await house.client().data(operation('login'), { username, password })).login;
const mint = () => new TokenMint(Buffer.from(house.database.secrets.tokenKey, 'base64url'), 15);

describe('signing in', () => {
  test('answers tokens and who it is, with every grant', async () => {
    const before = Date.now();
    const { accessToken, expiresAt, refreshToken, viewer } = await login();
    expect(viewer).toEqual({
      id: expect.any(String),
      name: '合胜村驻村工作队',
      grants: [
        {
          role: 'VILLAGE_TEAM',
          region: { code: '341225206205', name: expect.stringContaining('合胜村') },
          validFrom: expect.any(String),
          validTo: null,
        },
      ],
    });
    // Real time, not campaign time; the token carries whole seconds.
    expect(Date.parse(expiresAt) - before).toBeGreaterThan(14.9 * 60_000);
    expect(Date.parse(expiresAt) - Date.now()).toBeLessThanOrEqual(15 * 60_000);
    expect(refreshToken).not.toBe(accessToken);
    expect((await house.client(accessToken).data(VIEWER)).viewer).toEqual({
      id: viewer.id,
      name: viewer.name,
    });
  });

  test('a wrong password, an unknown name, an account without one and a disabled one get the same answer', async () => {
    const [silent] = await house.sql('select username from account where password_hash is null limit 1');
    await house.sql(`update account set disabled_at = now() where username = 'liulou.village'`);
    const tries = [
      { username: 'hesheng.village', password: 'wrong-password' },
      { username: 'nobody.here', password },
      { username: silent.username, password },
      { username: 'liulou.village', password },
      { username: '', password: '' },
    ];
    const answers = await Promise.all(tries.map((each) => house.client().ask(operation('login'), each)));
    const said = answers.map(({ data, errors }) => ({
      data,
      code: errors?.[0]?.extensions.code,
      message: errors?.[0]?.message,
    }));
    expect(new Set(said.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(said[0]).toMatchObject({ data: null, code: 'UNAUTHENTICATED' });
  });

  test('a name that the database cannot hold is refused, not a fault', async () => {
    const refusal = await house.client().refusal(operation('login'), { username: 'a\u0000', password });
    expect(refusal.code).toBe('INVALID_TEXT');
  });
});

describe('refreshing', () => {
  const refresh = (refreshToken: string) => house.client().ask(operation('refresh'), { refreshToken });

  test('uses the token up and gives another', async () => {
    const first = await login();
    const { data } = await refresh(first.refreshToken);
    const second = data.refreshSession;
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await house.client(second.accessToken).data(VIEWER)).viewer.name).toBe('合胜村驻村工作队');
    const third = (await refresh(second.refreshToken)).data.refreshSession;
    expect(new Set([first, second, third].map(({ refreshToken }) => refreshToken)).size).toBe(3);
  });

  test('of ten at once with one token all get the same successor', async () => {
    const { refreshToken } = await login();
    const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(refreshToken)));
    const tokens = new Set(answers.map(({ data }) => data.refreshSession.refreshToken));
    expect(tokens.size).toBe(1);
    expect((await refresh([...tokens][0])).data.refreshSession.accessToken).toEqual(expect.any(String));
  });

  test('refuses a token that is unknown, of an ended session, expired, or of a disabled account', async () => {
    const code = async (token: string) => (await refresh(token)).errors?.[0]?.extensions.code;
    expect(await code('not-a-token')).toBe('SESSION_REVOKED');
    const left = await login();
    await house.client(left.accessToken).data(operation('logout'));
    expect(await code(left.refreshToken)).toBe('SESSION_REVOKED');
    const old = await login('auditor');
    await house.sql(`update session set expires_at = now() - interval '1 second'
      where account_id = (select id from account where username = 'auditor')`);
    expect(await code(old.refreshToken)).toBe('SESSION_REVOKED');
    const shut = await login('lucheng.town');
    await house.sql(`update account set disabled_at = now() where username = 'lucheng.town'`);
    expect(await code(shut.refreshToken)).toBe('SESSION_REVOKED');
    expect((await house.client(shut.accessToken).refusal(VIEWER)).code).toBe('SESSION_REVOKED');
  });

  test('works with an access token that has expired', async () => {
    const { refreshToken, viewer } = await login();
    const { accessToken } = await mint().issue(viewer.id, viewer.id, new Date(0));
    const { data } = await house.client(accessToken).ask(operation('refresh'), { refreshToken });
    expect(data.refreshSession.accessToken).toEqual(expect.any(String));
  });
});

describe('signing out', () => {
  test('ends this session and its sockets, and no other', async () => {
    const [one, other] = [await login(), await login()];
    const leaving = await new RawSocket(house.address).enter(one.accessToken);
    const staying = await new RawSocket(house.address).enter(other.accessToken);
    expect(await house.client(one.accessToken).data(operation('logout'))).toEqual({ logout: true });
    expect((await house.client(one.accessToken).refusal(VIEWER)).code).toBe('SESSION_REVOKED');
    expect(await leaving.closed).toEqual({ code: 4401, reason: 'SESSION_REVOKED' });
    expect((await house.client(other.accessToken).data(VIEWER)).viewer.name).toBe('合胜村驻村工作队');
    await staying.say({ type: 'ping' });
    expect(await staying.next()).toEqual({ type: 'pong' });
    staying.socket.close();
    const late = new RawSocket(house.address);
    await late.init(one.accessToken);
    expect(await late.closed).toEqual({ code: 4401, reason: 'SESSION_REVOKED' });
  });

  test('also on another node than the one that was asked', async () => {
    const { accessToken, viewer } = await login();
    const socket = await new RawSocket(house.address).enter(accessToken);
    // What another node's logout leaves behind: the row and the fact, no kick here.
    const [{ id }] = await house.sql(
      'select id from session where account_id = $1 and ended_at is null order by id desc limit 1',
      [viewer.id],
    );
    await house.sql(
      `with ended as (update session set ended_at = now() where id = $1)
       insert into event (kind, audience, subject_type, subject_id, happened_at, params)
       values ('SESSION_ENDED', 'HOUSE', 'SESSION', $1, now(), jsonb_build_object('accountId', $2::text))`,
      [id, viewer.id],
    );
    expect((await socket.closed).code).toBe(4401);
  });
});

describe('access tokens', () => {
  test('an expired one says so', async () => {
    const { viewer } = await login();
    const [{ id }] = await house.sql('select id from session where account_id = $1 limit 1', [viewer.id]);
    const { accessToken } = await mint().issue(viewer.id, id, new Date(Date.now() - 15 * 60_000 - 1000));
    expect((await house.client(accessToken).refusal(VIEWER)).code).toBe('TOKEN_EXPIRED');
  });

  test('a forged one proves nothing', async () => {
    const { accessToken, viewer } = await login();
    const [head = '', body = '', mac = ''] = accessToken.split('.');
    const none = Buffer.from('{"alg":"none"}').toString('base64url');
    const otherKey = await new TokenMint(Buffer.alloc(32, 7), 15).issue(viewer.id, viewer.id, new Date());
    const forged = [
      'nonsense',
      `${head}.${body}.`,
      `${none}.${body}.`,
      `${none}.${body}.${mac}`,
      `${head}.${Buffer.from(JSON.stringify({ sub: viewer.id, sid: viewer.id, exp: 9_999_999_999 })).toString('base64url')}.${mac}`,
      otherKey.accessToken,
    ];
    for (const token of forged) {
      expect((await house.client(token).refusal(VIEWER)).code).toBe('UNAUTHENTICATED');
    }
  });

  test('one of another account\u2019s session proves nothing', async () => {
    const [village, town] = [await login(), await login('longwang.town')];
    const [{ id }] = await house.sql('select id from session where account_id = $1 limit 1', [
      village.viewer.id,
    ]);
    const { accessToken } = await mint().issue(town.viewer.id, id, new Date());
    expect((await house.client(accessToken).refusal(VIEWER)).code).toBe('SESSION_REVOKED');
  });
});
