import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { generateKeyPair, SignJWT } from 'jose';
import { v7 as newId } from 'uuid';
import { Deriver } from '../../src/auth/derive.js';
import { RefreshMint } from '../../src/auth/refresh.js';
import { TokenMint } from '../../src/auth/token.js';

const KEY = Buffer.alloc(32, 1);
const NOW = new Date('2026-11-25T12:00:00.000Z');
const seconds = (off: number) => Math.floor(NOW.getTime() / 1000) + off;
const mint = new TokenMint(KEY, 15);
const kid = createHash('sha256').update('key id').update(KEY).digest('base64url').slice(0, 11);
const accountId = newId();
const sessionId = newId();

/** A token as we sign them, but for what is said here; `undefined` leaves it out. */
async function forge({
  header = {},
  claims = {},
  key = KEY as Parameters<SignJWT['sign']>[0],
}: {
  header?: Record<string, unknown>;
  claims?: Record<string, unknown>;
  key?: Parameters<SignJWT['sign']>[0];
}): Promise<string> {
  const own = { iss: 'duban', aud: 'duban/graphql', sub: accountId, sid: sessionId, iat: seconds(0) };
  const payload = JSON.parse(JSON.stringify({ ...own, exp: seconds(60), ...claims }));
  const protectedHeader = JSON.parse(JSON.stringify({ alg: 'HS256', typ: 'at+jwt', kid, ...header }));
  return new SignJWT(payload).setProtectedHeader(protectedHeader).sign(key);
}

const codeOf = async (token: string): Promise<string> =>
  mint.check(token, NOW).then(
    () => 'good',
    ({ code }) => code,
  );
const json = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('an access token', () => {
  test('proves what it was issued for, until its last second and no longer', async () => {
    const { accessToken, expiresAt } = await mint.issue(accountId, sessionId, NOW);
    expect(await mint.check(accessToken, NOW)).toEqual({ accountId, sessionId, expiresAt });
    expect(await codeOf(await forge({}))).toBe('good');
    const at = (off: number) => mint.check(accessToken, new Date(expiresAt.getTime() + off));
    await expect(at(-1000)).resolves.toMatchObject({ accountId });
    await expect(at(0)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
    await expect(at(31_000)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });

  test.each([
    ['of another issuer', { claims: { iss: 'other' } }],
    ['of no issuer', { claims: { iss: undefined } }],
    ['for another audience', { claims: { aud: 'other' } }],
    ['for no audience', { claims: { aud: undefined } }],
    ['of another type', { header: { typ: 'JWT' } }],
    ['that is an ID token', { header: { typ: 'id+jwt' } }],
    ['of no type', { header: { typ: undefined } }],
    ['of an unknown key', { header: { kid: 'other' } }],
    ['of no named key', { header: { kid: undefined } }],
    ['that names where its key is (jku)', { header: { jku: 'https://evil.example/keys' } }],
    ['that brings its own key (jwk)', { header: { jwk: { kty: 'oct', k: 'AA' } } }],
    ['that is critical of something', { header: { crit: ['exp'] } }],
    ['signed with another key', { key: Buffer.alloc(32, 2) }],
    ['of another algorithm with our key', { header: { alg: 'HS512' }, key: Buffer.alloc(64, 1) }],
    ['that begins later', { claims: { nbf: seconds(120) } }],
    ['of no session', { claims: { sid: undefined } }],
    ['of no account', { claims: { sub: undefined } }],
    ['that never ends', { claims: { exp: undefined } }],
    ['whose session is no text', { claims: { sid: 7 } }],
  ])('%s is not ours', async (_, given) => {
    // Signing refuses what is critical: then there is no such token at all.
    const token = await forge(given).catch(() => 'unsigned');
    expect(await codeOf(token)).toBe('UNAUTHENTICATED');
  });

  test('past its end it says so, half a minute late as well', async () => {
    expect(await codeOf(await forge({ claims: { exp: seconds(-1) } }))).toBe('TOKEN_EXPIRED');
    expect(await codeOf(await forge({ claims: { exp: seconds(-31) } }))).toBe('TOKEN_EXPIRED');
  });

  test('unsigned, or signed in a way we do not use, it is not ours', async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const claims = { iss: 'duban', aud: 'duban/graphql', sub: accountId, sid: sessionId, exp: seconds(60) };
    const none = `${json({ alg: 'none', typ: 'at+jwt', kid })}.${json(claims)}.`;
    const tokens = [
      none,
      `${none}x`,
      await forge({ header: { alg: 'RS256' }, key: privateKey }),
      'nonsense',
      '',
      '..',
      'a.b.c.d',
      `${await forge({})}.x`,
    ];
    expect(await Promise.all(tokens.map(codeOf))).toEqual(tokens.map(() => 'UNAUTHENTICATED'));
  });

  test('touched in any one character it is not ours', async () => {
    const { accessToken } = await mint.issue(accountId, sessionId, NOW);
    const expired = (await mint.issue(accountId, sessionId, new Date(0))).accessToken;
    const touched = fc.record({
      token: fc.constantFrom(accessToken, expired),
      at: fc.nat(accessToken.length - 1),
      to: fc.constantFrom(...'ABCxyz019-_.=+ /'),
    });
    await fc.assert(
      fc.asyncProperty(touched, async ({ token, at, to }) => {
        fc.pre(at < token.length && token[at] !== to);
        expect(await codeOf(token.slice(0, at) + to + token.slice(at + 1))).toBe('UNAUTHENTICATED');
      }),
      { numRuns: 400 },
    );
    // The last character carries two bits that mean nothing: every spelling of it.
    for (const to of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_') {
      if (accessToken.endsWith(to)) continue;
      expect(await codeOf(accessToken.slice(0, -1) + to)).toBe('UNAUTHENTICATED');
    }
  });

  test('a refresh token is none', async () => {
    const refresh = new RefreshMint(new Deriver(KEY)).issue({ sessionId, generation: 0 }, 'nonce');
    expect(await codeOf(refresh)).toBe('UNAUTHENTICATED');
  });
});

describe('a refresh token', () => {
  const tokens = new RefreshMint(new Deriver(KEY));
  const claim = fc.record({ sessionId: fc.uuid({ version: 7 }), generation: fc.nat() });

  test('says its session and count, and is made again the same', () => {
    fc.assert(
      fc.property(claim, fc.string(), (each, nonce) => {
        const token = tokens.issue(each, nonce);
        expect(tokens.read(token)).toEqual(each);
        expect(tokens.isGenuine(token, each, nonce)).toBe(true);
        expect(tokens.issue(each, nonce)).toBe(token);
      }),
    );
  });

  test('is genuine for its own nonce, count and key alone', () => {
    fc.assert(
      fc.property(claim, (each) => {
        const token = tokens.issue(each, 'nonce');
        const next = { ...each, generation: each.generation + 1 };
        expect(tokens.isGenuine(token, each, 'other')).toBe(false);
        expect(tokens.isGenuine(token, next, 'nonce')).toBe(false);
        const stranger = new RefreshMint(new Deriver(Buffer.alloc(32, 2)));
        expect(stranger.isGenuine(token, each, 'nonce')).toBe(false);
      }),
    );
  });

  test('touched in any one character it is unknown or not genuine', () => {
    const own = { sessionId, generation: 3 };
    const token = tokens.issue(own, 'nonce');
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'ABxy01-_. ='), (at, to) => {
        fc.pre(token[at] !== to);
        const touched = token.slice(0, at) + to + token.slice(at + 1);
        const read = tokens.read(touched);
        expect(read !== null && tokens.isGenuine(touched, read, 'nonce')).toBe(false);
      }),
    );
  });
});
