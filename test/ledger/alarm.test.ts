import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { MikroORM } from '@mikro-orm/postgresql';
import { pino } from 'pino';
import { Clock } from '../../src/clock.js';
import { openOrm } from '../../src/db/orm.js';
import { entities } from '../../src/entities.js';
import { LedgerRounds } from '../../src/ledger/rounds.js';
import { until } from '../helpers/scratch.js';
import { Ledger } from './tampering.js';

let ledger: Ledger;
let orm: MikroORM;
beforeAll(async () => {
  ledger = await Ledger.open();
  orm = await openOrm(ledger.database.runtimeUrl, entities);
});
afterAll(async () => {
  await orm.close(true);
  await ledger.close();
});

test('a ledger that is not being sealed says so after a minute, and again when it is mended says nothing', async () => {
  const lines: { msg: string; unsealed?: number }[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const alarms = () => lines.filter(({ msg }) => msg === 'the ledger is not being sealed');
  let machine = Date.now();
  const clock = new Clock({ campaignAt: new Date(0), realAt: new Date(0), speed: 1 }, () => machine);
  const rounds = new LedgerRounds({ orm, clock, log, signer: ledger.signer, keepYears: 3 });
  const gauges = new Map<string, () => number>();
  rounds.measure({ measure: (name, _help, value) => void gauges.set(name, value) });
  const gauge = (name: string) => gauges.get(`ledger_${name}`)?.() ?? Number.NaN;
  rounds.start();
  try {
    await ledger.owner.query('revoke execute on function ledger_seal_pending(integer) from duban_runtime');
    await ledger.enter(2);
    await until('it has noticed', () => gauge('unsealed') === 2);
    expect(alarms()).toEqual([]);
    machine += 61_000;
    expect(gauge('seal_age_seconds')).toBeGreaterThan(60);
    rounds.ring();
    // The age is the entry's own, by the clock of the database, and that has not moved: so the entry is made older.
    await ledger.owner.query('set session_replication_role = replica');
    await ledger.owner.query(`update ledger_entry set at = at - interval '61 seconds'`);
    await ledger.owner.query('reset session_replication_role');
    await until('it has raised the alarm', () => alarms().length > 0);
    expect(alarms()[0]).toMatchObject({ unsealed: 2 });
    await ledger.owner.query('grant execute on function ledger_seal_pending(integer) to duban_runtime');
    rounds.ring();
    await until('it is sealed', () => gauge('unsealed') === 0);
    expect(gauge('seal_age_seconds')).toBe(0);
  } finally {
    await rounds.stop();
  }
});
