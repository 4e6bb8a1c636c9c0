import { join, resolve } from 'node:path';
import proxyAddr from '@fastify/proxy-addr';
import { z } from 'zod';
import { readInstant } from './clock.js';
import { EXIT_CONFIG, StartError } from './errors.js';
import { LIMITS, limitsOf } from './limits.js';

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(
      z
        .number()
        .min(min, `a whole number from ${min} to ${max}`)
        .max(max, `a whole number from ${min} to ${max}`),
    );

const onOff = z.enum(['on', 'off'], { error: '"on" or "off"' }).transform((word) => word === 'on');

const campaignClock = z.string().refine((text) => text === 'real' || readInstant(text) !== null, {
  error: '"real" or an ISO instant with offset, such as 2016-12-08T09:00:00+08:00',
});

const campaignSpeed = z
  .string()
  .regex(/^\d+(\.\d+)?$/, 'a number above 0 and at most 86400')
  .transform(Number)
  .pipe(
    z
      .number()
      .positive('a number above 0 and at most 86400')
      .max(86_400, 'a number above 0 and at most 86400'),
  );

const listOf = (text: string): string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);

/** As a browser sends it: scheme, host and port, and nothing behind. */
const isOrigin = (text: string): boolean => URL.canParse(text) && new URL(text).origin === text;

/** Addresses and ranges, as the one who reads X-Forwarded-For takes them. */
function areAddresses(list: string[]): boolean {
  try {
    proxyAddr.compile(list);
    return true;
  } catch {
    return false;
  }
}

const limits = Object.fromEntries(
  Object.values(LIMITS).map(({ variable, fallback, min, max }) => [
    variable,
    integer(min, max).default(fallback),
  ]),
);

const environment = z.object({
  PORT: integer(0, 65_535).default(4000),
  HOST: z.string().min(1, 'a host name or address').default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .refine((text) => /^postgres(ql)?:\/\//.test(text) && URL.canParse(text), {
      error: 'a PostgreSQL address, such as postgresql://user:password@host:5432/duban',
    })
    .optional(),
  DATA_DIR: z.string().min(1, 'a folder').default('.data'),
  SECRETS_FILE: z.string().min(1, 'a file').optional(),
  DEMO: onOff.optional(),
  DEMO_PASSWORD: z.string().min(8, 'at least 8 characters').optional(),
  DEMO_HOUSEHOLDS: integer(0, 1_000_000).default(3000),
  CAMPAIGN_CLOCK: campaignClock.optional(),
  CAMPAIGN_SPEED: campaignSpeed.default(1),
  ACCESS_TOKEN_MINUTES: integer(1, 1440).default(15),
  SESSION_DAYS: integer(1, 90).default(7),
  REFRESH_GRACE_SECONDS: integer(0, 60).default(10),
  SECOND_FACTOR_MINUTES: integer(1, 480).default(15),
  ALLOWED_ORIGINS: z
    .string()
    .transform(listOf)
    .refine((origins) => origins.every(isOrigin), {
      error: 'origins separated by commas, such as https://duban.example',
    })
    .default([]),
  INTROSPECTION: onOff.optional(),
  TRUSTED_DOCUMENTS: onOff.default(false),
  LEDGER_KEEP_YEARS: integer(1, 100).default(3),
  FEED_KEEP_DAYS: integer(7, 36_500).default(400),
  TRUSTED_PROXIES: z
    .string()
    .transform(listOf)
    .refine(areAddresses, {
      error: 'addresses or ranges separated by commas, such as 10.0.0.5 or 10.0.0.0/8',
    })
    .default([]),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ...limits,
});

/** Everything the environment may decide, checked and frozen once at start. */
export type Config = Readonly<ReturnType<typeof shape>>;

/** The meeting day of the source document: where the demo's campaign clock starts. */
export const DEMO_CLOCK = '2016-12-08T09:00:00+08:00';

function shape(env: z.infer<typeof environment>) {
  const demo = env.DEMO ?? env.DATABASE_URL === undefined;
  const dataDir = resolve(env.DATA_DIR);
  return {
    port: env.PORT,
    host: env.HOST,
    databaseUrl: env.DATABASE_URL,
    dataDir,
    secretsFile: resolve(env.SECRETS_FILE ?? join(dataDir, 'secrets.json')),
    demo,
    demoPassword: env.DEMO_PASSWORD,
    demoHouseholds: env.DEMO_HOUSEHOLDS,
    campaignClock: env.CAMPAIGN_CLOCK ?? (demo ? DEMO_CLOCK : 'real'),
    /** A clock that was asked for and not merely left to its default: a later start says that it comes too late. */
    campaignClockGiven: env.CAMPAIGN_CLOCK !== undefined,
    campaignSpeed: env.CAMPAIGN_SPEED,
    accessTokenMinutes: env.ACCESS_TOKEN_MINUTES,
    /** How sessions begin, go on and end; real time. */
    sessions: {
      /** Not refreshed for this long, it has ended. */
      days: env.SESSION_DAYS,
      /** How long a used refresh token is answered again with what it was answered before. */
      graceSeconds: env.REFRESH_GRACE_SECONDS,
      /** How long a session that has shown the second factor need not show it again. */
      secondFactorMinutes: env.SECOND_FACTOR_MINUTES,
    },
    allowedOrigins: env.ALLOWED_ORIGINS,
    introspection: env.INTROSPECTION ?? demo,
    trustedDocuments: env.TRUSTED_DOCUMENTS,
    ledgerKeepYears: env.LEDGER_KEEP_YEARS,
    feedKeepDays: env.FEED_KEEP_DAYS,
    trustedProxies: env.TRUSTED_PROXIES,
    limits: limitsOf(env),
    logLevel: env.LOG_LEVEL,
  };
}

/** Reads the environment, or stops the start with one line that names the variable and what it accepts. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): Config {
  // An empty variable is how shells and compose files say "not set".
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(given);
  if (parsed.success) return Object.freeze(shape(parsed.data));
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0]);
  throw new StartError(`${name} accepts ${issue?.message}.`, EXIT_CONFIG);
}
