// One run of the village standard over the whole city, beside the same asked village by village.
//   npm run bench:verdict            450,000 households
//   npm run bench:verdict -- 50000   fewer
import { availableParallelism } from 'node:os';
import pg from 'pg';
import { load } from '../scripts/prepare.mjs';
import { withScratch } from './scratch.mjs';

const [households = '450000', rounds = '5'] = process.argv.slice(2);
const TODAY = '2016-12-08';
const CITY = '341200000000';

await withScratch({ name: 'verdict', households: Number(households) }, async ({ ownerUrl, runtimeUrl }) => {
  const { openOrm } = await load('db/orm.js');
  const { entities } = await load('entities.js');
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
});

async function measure(owner, orm) {
  const { scopeOf } = await load('auth/scope.js');
  const { scoped } = await load('db/orm.js');
  const { tryVerdicts } = await load('standards/verdict.queries.js');
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
