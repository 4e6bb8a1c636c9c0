// One run of the village standard over the whole city, beside the same asked village by village.
//   npm run bench:verdict            450,000 households
//   npm run bench:verdict -- 50000   fewer
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { load, prepare } from '../scripts/prepare.mjs';

const [households = '450000', rounds = '5'] = process.argv.slice(2);
const START = new Date('2016-12-08T09:00:00+08:00');
const TODAY = '2016-12-08';
const CITY = '341200000000';

await prepare();
const { startEmbedded } = await load('db/embedded/embedded.js');
const { prepareDatabase } = await load('db/prepare.js');
const { loadSecrets } = await load('secrets.js');
const { loadDemo } = await load('demo/load.js');
const { openLog } = await load('log.js');
const { openOrm, scoped } = await load('db/orm.js');
const { entities } = await load('entities.js');
const { scopeOf } = await load('auth/scope.js');
const { openVault } = await load('vault/vault.js');
const { tryVerdicts } = await load('standards/verdict.queries.js');

const dataDir = await mkdtemp(join(tmpdir(), 'duban-verdict-'));
const log = openLog('error');
const embedded = await startEmbedded({ dataDir, ownerPassword: randomBytes(16).toString('hex'), log });
try {
  await run();
} finally {
  await embedded.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function run() {
  const demoPassword = 'a-password-for-the-bench';
  const { secrets } = loadSecrets(join(dataDir, 'secrets.json'), { demoPassword });
  const { runtimeUrl } = await prepareDatabase({
    ownerUrl: embedded.ownerUrl('postgres'),
    database: 'verdict',
    secrets,
    log,
  });
  const ownerUrl = embedded.ownerUrl('verdict');
  const vault = await openVault(runtimeUrl, () => secrets, log);
  await loadDemo({
    ownerUrl,
    households: Number(households),
    password: demoPassword,
    vault,
    start: START,
    log,
  });
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('vacuum analyze');
  const orm = await openOrm(runtimeUrl, entities);
  try {
    await measure(owner, orm);
  } finally {
    await orm.close(true);
    await owner.end();
  }
}

async function measure(owner, orm) {
  const [{ id: standardId }] = (
    await owner.query(`select id from exit_standard where code = 'AH-VILLAGE-2016'`)
  ).rows;
  const [{ persons }] = (await owner.query('select count(*)::int as persons from household_member')).rows;
  const { rows: villages } = await owner.query(
    `select code from region where poverty_designation = 'POOR_VILLAGE' order by code`,
  );
  const held = (code) => {
    const scope = scopeOf(code);
    return scoped(orm.em.fork(), [scope], (em) => tryVerdicts(em, { scope, standardId, today: TODAY }));
  };
  const whole = [];
  const single = [];
  let fromWhole = [];
  let fromSingle = [];
  for (let round = 0; round < Number(rounds); round++) {
    const all = async () => {
      fromWhole = await held(CITY);
    };
    const each = async () => {
      fromSingle = [];
      for (const { code } of villages) fromSingle.push(...(await held(code)));
    };
    whole.push(await timed(all));
    single.push(await timed(each));
  }
  if (JSON.stringify(fromWhole) !== JSON.stringify(fromSingle)) throw new Error('the two differ');
  const met = fromWhole.filter((each) => each.met).length;
  const [at, one] = [median(whole), median(single)];
  console.log(
    `${availableParallelism()} cores, ${households} households with ${persons} persons, ${rounds} rounds`,
  );
  console.log(`${fromWhole.length} villages × 18 items: ${met} pass, the same either way`);
  console.log(
    `whole city in one statement: median ${at.toFixed(0)} ms (${whole.map((ms) => ms.toFixed(0)).join(', ')})`,
  );
  console.log(`village by village: median ${one.toFixed(0)} ms; ratio ${(one / at).toFixed(2)}`);
}

async function timed(work) {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

function median(list) {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
}
