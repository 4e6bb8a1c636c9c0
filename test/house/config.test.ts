import { resolve } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { DEMO_CLOCK, readConfig } from '../../src/config.js';
import { DEFAULT_LIMITS } from '../../src/limits.js';

test('without any variable: the demo on the embedded database', () => {
  expect(readConfig({})).toEqual({
    port: 4000,
    host: '127.0.0.1',
    databaseUrl: undefined,
    dataDir: resolve('.data'),
    secretsFile: resolve('.data/secrets.json'),
    demo: true,
    demoPassword: undefined,
    demoHouseholds: 3000,
    campaignClock: DEMO_CLOCK,
    campaignClockGiven: false,
    campaignSpeed: 1,
    accessTokenMinutes: 15,
    sessions: {
      days: 7,
      graceSeconds: 10,
      secondFactorMinutes: 15,
    },
    allowedOrigins: [],
    introspection: true,
    trustedDocuments: false,
    ledgerKeepYears: 3,
    feedKeepDays: 400,
    trustedProxies: [],
    limits: DEFAULT_LIMITS,
    logLevel: 'info',
  });
});

test('with a database of its own: no demo, the real clock, no introspection', () => {
  const config = readConfig({ DATABASE_URL: 'postgresql://u:p@db/duban' });
  expect(config).toMatchObject({ demo: false, campaignClock: 'real', introspection: false });
});

describe('each variable', () => {
  test.each([
    ['PORT', '0', { port: 0 }],
    ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
    [
      'DATABASE_URL',
      'postgres://u:p@db:5433/d?sslmode=require',
      { databaseUrl: 'postgres://u:p@db:5433/d?sslmode=require' },
    ],
    ['DATA_DIR', '/srv/duban', { dataDir: '/srv/duban', secretsFile: '/srv/duban/secrets.json' }],
    ['SECRETS_FILE', '/run/secrets/duban', { secretsFile: '/run/secrets/duban' }],
    ['DEMO', 'off', { demo: false, campaignClock: 'real', introspection: false }],
    ['DEMO_PASSWORD', 'longenough', { demoPassword: 'longenough' }],
    ['DEMO_HOUSEHOLDS', '0', { demoHouseholds: 0 }],
    ['CAMPAIGN_CLOCK', 'real', { campaignClock: 'real', campaignClockGiven: true }],
    ['CAMPAIGN_CLOCK', '2016-12-08T01:00:00Z', { campaignClock: '2016-12-08T01:00:00Z' }],
    ['CAMPAIGN_SPEED', '0.5', { campaignSpeed: 0.5 }],
    ['ACCESS_TOKEN_MINUTES', '1', { accessTokenMinutes: 1 }],
    ['SESSION_DAYS', '1', { sessions: expect.objectContaining({ days: 1 }) }],
    ['REFRESH_GRACE_SECONDS', '0', { sessions: expect.objectContaining({ graceSeconds: 0 }) }],
    ['SECOND_FACTOR_MINUTES', '5', { sessions: expect.objectContaining({ secondFactorMinutes: 5 }) }],
    [
      'ALLOWED_ORIGINS',
      'https://a.example, https://b.example',
      { allowedOrigins: ['https://a.example', 'https://b.example'] },
    ],
    ['INTROSPECTION', 'off', { introspection: false }],
    ['TRUSTED_DOCUMENTS', 'on', { trustedDocuments: true }],
    ['LEDGER_KEEP_YEARS', '1', { ledgerKeepYears: 1 }],
    ['FEED_KEEP_DAYS', '7', { feedKeepDays: 7 }],
    [
      'TRUSTED_PROXIES',
      '10.0.0.5, 192.168.0.0/16, ::1',
      { trustedProxies: ['10.0.0.5', '192.168.0.0/16', '::1'] },
    ],
    ['LIMIT_SOCKETS_PER_ACCOUNT', '5000', { limits: { socketsPerAccount: 5000 } }],
    ['LIMIT_SOCKETS_PER_ADDRESS', '5000', { limits: { socketsPerAddress: 5000 } }],
    ['LOG_LEVEL', 'silent', { logLevel: 'silent' }],
  ])('%s=%s is taken', (name, value, expected) => {
    expect(readConfig({ [name]: value })).toMatchObject(expected);
  });

  test.each([
    ['PORT', '65536'],
    ['PORT', '4000 '],
    ['PORT', '1e3'],
    ['DATABASE_URL', 'mysql://db/duban'],
    ['DATABASE_URL', 'postgresql://db:port/duban'],
    ['DEMO', 'yes'],
    ['DEMO_PASSWORD', 'short'],
    ['DEMO_HOUSEHOLDS', '-1'],
    ['DEMO_HOUSEHOLDS', '1.5'],
    ['CAMPAIGN_CLOCK', '2016-12-08'],
    ['CAMPAIGN_CLOCK', '2016-12-08T09:00:00'],
    ['CAMPAIGN_CLOCK', '2016-13-08T09:00:00Z'],
    ['CAMPAIGN_CLOCK', '2016-02-30T00:00:00Z'],
    ['ALLOWED_ORIGINS', 'nonsense'],
    ['ALLOWED_ORIGINS', 'https://a.example, https://b.example/path'],
    ['CAMPAIGN_SPEED', '0'],
    ['CAMPAIGN_SPEED', 'fast'],
    ['CAMPAIGN_SPEED', '86401'],
    ['ACCESS_TOKEN_MINUTES', '0'],
    ['SESSION_DAYS', '0'],
    ['REFRESH_GRACE_SECONDS', '61'],
    ['SECOND_FACTOR_MINUTES', '0'],
    ['INTROSPECTION', 'true'],
    ['TRUSTED_DOCUMENTS', '1'],
    ['TRUSTED_PROXIES', 'the proxy'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['LIMIT_SOCKETS_PER_ACCOUNT', '0'],
    ['LIMIT_SOCKETS_PER_ADDRESS', 'many'],
    ['LEDGER_KEEP_YEARS', '0'],
    ['LEDGER_KEEP_YEARS', '0.5'],
    ['FEED_KEEP_DAYS', '6'],
    ['LIMIT_REVEALS_PER_HOUR', '-1'],
    ['LIMIT_REVEALS_PER_DAY', 'many'],
    ['LIMIT_REVEALS_PER_DAY', '10001'],
    ['LOG_LEVEL', 'loud'],
  ])('%s=%s stops the start with one line that names it, exit 78', (name, value) => {
    let caught: unknown;
    try {
      readConfig({ [name]: value });
    } catch (error) {
      caught = error;
    }
    expect(caught).toMatchObject({ name: 'StartError', exitCode: 78 });
    expect((caught as Error).message).toMatch(new RegExp(`^${name} accepts [^\\n]+\\.$`));
    // A password must not be repeated in a terminal or a log.
    expect((caught as Error).message).not.toContain('short');
  });

  test('an empty one is not set', () => {
    expect(readConfig({ PORT: '', DATABASE_URL: '', DEMO_PASSWORD: '' })).toEqual(readConfig({}));
  });
});
