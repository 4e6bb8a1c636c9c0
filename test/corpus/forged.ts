import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { TokenMint } from '../../src/auth/token.js';

type Claims = Record<string, unknown>;

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part = ''): Claims => JSON.parse(Buffer.from(part, 'base64url').toString());

/** Tokens made from a real one the way attackers make them; `tokenKey` is what none of them should know. */
export async function forgeries(
  real: string,
  foreign: string,
  tokenKey: string,
): Promise<Record<string, string>> {
  const [header, payload] = real.split('.').slice(0, 2).map(decode) as [Claims, Claims];
  const key = Buffer.from(tokenKey, 'base64url');
  const signed = (head: Claims, body: Claims, by = key, hash = 'sha256') => {
    const text = `${encode(head)}.${encode(body)}`;
    return `${text}.${createHmac(hash, by).update(text).digest('base64url')}`;
  };
  const without = (...names: string[]) =>
    Object.fromEntries(Object.entries(payload).filter(([name]) => !names.includes(name)));
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const rs = `${encode({ ...header, alg: 'RS256' })}.${encode(payload)}`;
  const [head = '', body = '', mac = ''] = real.split('.');
  const mint = new TokenMint(key, 15);
  const issued = async (account: unknown, session: string, msAgo = 0) =>
    (await mint.issue(String(account), session, new Date(Date.now() - msAgo))).accessToken;
  const LIFE = 15 * 60_000;
  return {
    'forged.none': `${encode({ ...header, alg: 'none' })}.${encode(payload)}.`,
    'forged.None': `${encode({ ...header, alg: 'None' })}.${encode(payload)}.`,
    'forged.otherKey': signed(header, payload, Buffer.alloc(32, 7)),
    'forged.emptyKey': signed(header, payload, Buffer.alloc(0)),
    'forged.hs512': signed({ ...header, alg: 'HS512' }, payload, key, 'sha512'),
    'forged.rs256': `${rs}.${sign('sha256', Buffer.from(rs), privateKey).toString('base64url')}`,
    'forged.jku': signed({ ...header, jku: 'https://evil.example/keys' }, payload, Buffer.alloc(32, 7)),
    'forged.crit': signed({ ...header, crit: ['x'], x: 1 }, payload),
    'forged.unsigned': `${head}.${body}.`,
    'forged.payload': `${head}.${encode({ ...payload, sub: decode(foreign.split('.')[1]).sub })}.${mac}`,
    'forged.header': `${encode({ ...header, more: 1 })}.${body}.${mac}`,
    'forged.noSubject': signed(header, without('sub')),
    'forged.noSession': signed(header, without('sid')),
    'forged.noExpiry': signed(header, without('exp')),
    'forged.numberSubject': signed(header, { ...payload, sub: 7 }),
    'forged.notYet': signed(header, { ...payload, nbf: Math.floor(Date.now() / 1000) + 3600 }),
    'forged.unknownSession': await issued(payload.sub, '01520a25-de80-76e4-8724-000000000000'),
    'forged.foreignSession': await issued(payload.sub, String(decode(foreign.split('.')[1]).sid)),
    'expired.second': await issued(payload.sub, String(payload.sid), LIFE + 1000),
    'expired.hour': await issued(payload.sub, String(payload.sid), LIFE + 3_600_000),
  };
}
