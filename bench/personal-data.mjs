// What the second wall and the encryption of columns cost on the list of households, through the front door.
//   npm run bench:personal            20,000 households, 300 requests of each kind
//   npm run bench:personal -- 5000 100
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import pg from 'pg';
import { load } from '../scripts/prepare.mjs';
import { START, withScratch } from './scratch.mjs';

const [households = 20_000, rounds = 300] = process.argv.slice(2).map(Number);
const TABLES = ['household', 'household_member', 'household_income'];

/** As in the contract, and with the members: one value to open for each household, or three for each member. */
const LISTS = {
  'heads: one sealed value a household': await readFile(
    new URL('../schema/operations/households.graphql', import.meta.url),
    'utf8',
  ),
  'members: two sealed values a person': `query ($within: RegionCode!, $first: Int!) {
    households(within: $within, first: $first) {
      edges { node { id headName members { name idNumberMasked health labour } } } } }`,
};
const COUNTY = { within: '341225000000', first: 40 };

await withScratch({ name: 'personal', households }, run);

async function run({ ownerUrl, runtimeUrl, secrets, log }) {
  const { Clock } = await load('clock.js');
  const { readConfig } = await load('config.js');
  const { House } = await load('house.js');
  const { Gateway } = await load('http/gateway.js');
  const config = readConfig({ DEMO: 'on', LOG_LEVEL: 'error' });
  const gateway = new Gateway(config, log, { reason: null });
  const address = await gateway.listen('127.0.0.1', 0);
  const clock = new Clock({ campaignAt: START, realAt: new Date(), speed: 1e-9 });
  const house = await House.open({ config, secrets, runtimeUrl, clock, log });
  await house.serve(gateway);
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('vacuum analyze');
  try {
    await measure({ address, house, owner, password: secrets.demoPassword });
  } finally {
    await owner.end();
    await house.close();
    await gateway.close();
  }
}

async function measure({ address, house, owner, password }) {
  const ask = asker(address);
  const { login } = await ask(
    'mutation ($p: String!) { login(username: "funan.office", password: $p) { accessToken } }',
    { p: password },
  );
  const wall = (verb) =>
    owner.query(TABLES.map((table) => `alter table ${table} ${verb} row level security`).join('; '));
  const { open } = house.vault;
  const opened = new Map();
  // What a column without encryption would cost: the value is there as soon as it is asked for.
  const plain = (place) => opened.get(place.rowId + place.column);
  house.vault.open = async (place, blob) => {
    const value = await open.call(house.vault, place, blob);
    opened.set(place.rowId + place.column, value);
    return value;
  };
  const kinds = {
    'both walls, sealed': () => {
      house.vault.open = open;
      return wall('enable');
    },
    'no second wall, sealed': () => {
      house.vault.open = open;
      return wall('disable');
    },
    'both walls, plain': () => {
      house.vault.open = plain;
      return wall('enable');
    },
    'no second wall, plain': () => {
      house.vault.open = plain;
      return wall('disable');
    },
  };
  for (const [list, query] of Object.entries(LISTS)) {
    const request = () => ask(query, COUNTY, login.accessToken);
    await request();
    const times = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, []]));
    // In turn, a few at a time, so that a machine that slows down slows all of them.
    for (let done = 0; done < rounds; done += 10)
      for (const [kind, arrange] of Object.entries(kinds)) {
        await arrange();
        for (let nth = 0; nth < 10; nth += 1) times[kind].push(await timed(request));
      }
    await wall('enable');
    house.vault.open = async (place, blob) => {
      const value = await open.call(house.vault, place, blob);
      opened.set(place.rowId + place.column, value);
      return value;
    };
    const base = median(times['no second wall, plain']);
    console.log(
      `${list}; ${COUNTY.first} of ${households} households, ${availableParallelism()} cores, ${rounds} requests each`,
    );
    console.table(
      Object.entries(times).map(([kind, each]) => ({
        kind,
        medianMs: Number(median(each).toFixed(2)),
        ratio: Number((median(each) / base).toFixed(3)),
      })),
    );
  }
}

function asker(address) {
  return async (query, variables, token) => {
    const response = await fetch(`${address}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = await response.json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
}

async function timed(work) {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function median(times) {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
