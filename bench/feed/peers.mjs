import pg from 'pg';
import { Server } from './server.mjs';
import { FIELDS } from './servers/serve.mjs';

const DOCUMENT = `subscription ($topic: String!) { feed(topic: $topic) { ${FIELDS} } }`;
export const OURS = `subscription ($within: RegionCode!, $after: FeedCursor) {
  supervisionFeed(within: $within, after: $after) { ${FIELDS} } }`;

/** A server that keeps its events in memory: whatever is published is sent and forgotten. */
async function inMemory(file, args) {
  const server = await Server.start(file, { args });
  return {
    server,
    address: server.address,
    crowd: {},
    topics: (count) => Array.from({ length: count }, (_, n) => `topic ${n}`),
    payloadOf: (topic) => ({ query: DOCUMENT, variables: { topic } }),
    publish: (topics, events, id) => server.ask('publish', { topics, events, id }),
    stop: () => server.stop(),
  };
}

/** This project on its own database; with a second node, that one has taken the followers (alerts, counters, inboxes). */
export async function duban({ ownerUrl, runtimeUrl, secrets, start }, hasSecond = false) {
  const env = { BENCH_NODE: JSON.stringify({ runtimeUrl, secrets, start }) };
  const second = hasSecond ? await Server.start('duban.mjs', { env }) : null;
  const server = await Server.start('duban.mjs', { env });
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  const regions = async (level) =>
    (await owner.query(`select code from region where level = $1 order by code`, [level])).rows.map(
      ({ code }) => code,
    );
  const villages = await regions('VILLAGE');
  const token = await signIn(server.address, secrets.demoPassword);
  return {
    server,
    owner,
    address: server.address,
    crowd: { token, answersAtOnce: true },
    /** One is the city; more are as many villages. */
    topics: (count) => (count === 1 ? ['341200000000'] : villages.slice(0, count)),
    payloadOf: (within, after) => ({ query: OURS, variables: { within, after } }),
    async publish(topics, events) {
      await owner.query(
        `insert into event (kind, severity, audience, region_code, region_name, subject_type, subject_id, happened_at, params)
         select 'FINDING_CLOSED', 'WARNING', 'REGION', code, '合胜村', 'FINDING', '01940d1c-7a5e-7c3b-9a53-2f6f0c9d7e11',
           '2016-12-08T01:00:00Z', $2 from unnest($1::text[]) as code cross join generate_series(1, $3::int)`,
        [
          topics,
          { title: { zh: '饮水未达标' }, inspectionId: '01940d1c-7a5e-7c3b-9a53-2f6f0c9d7e12' },
          events,
        ],
      );
      await server.ask('publish');
    },
    metric: async (name) => {
      const text = await (
        await fetch(`${server.address.replace('ws', 'http').replace('/graphql', '')}/metrics`)
      ).text();
      return Number(new RegExp(`^duban_${name} (\\d+)$`, 'm').exec(text)?.[1]);
    },
    async stop() {
      await server.stop();
      await second?.stop();
      await owner.end();
    },
  };
}

async function signIn(address, password) {
  const query = `mutation { login(username: "city.office", password: ${JSON.stringify(password)}) { accessToken } }`;
  const response = await fetch(address.replace('ws', 'http'), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return (await response.json()).data.login.accessToken;
}

export const PEERS = {
  'raw ws, one buffer for all': () => inMemory('raw.mjs', ['shared']),
  'Apollo, graphql-ws, graphql-subscriptions': () => inMemory('stock.mjs'),
  'Mercurius 16': () => inMemory('mercurius.mjs'),
  'GraphQL Yoga 5': () => inMemory('yoga.mjs'),
  'PostGraphile 5': () => inMemory('postgraphile.mjs'),
};

export const WAYS = {
  'one buffer for all (not allowed)': () => inMemory('raw.mjs', ['shared']),
  'copied whole': () => inMemory('raw.mjs', ['whole']),
  'two fragments, public': () => inMemory('raw.mjs', ['fragments']),
  'two frames by hand': () => inMemory('raw.mjs', ['framed']),
};
