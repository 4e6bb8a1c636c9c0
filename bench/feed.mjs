// The feed beside raw sockets and the stacks people would take instead: what one core sends, what an idle subscription
// holds, how soon a commit is on a screen, what writers pay, and what a storm of reconnects costs.
//   npm run bench:feed                    everything; some twenty minutes
//   npm run bench:feed -- fan memory      only these: ways, fan, groups, ticks, memory, latency, storm, writers
//   SOCKETS=1000 npm run bench:feed -- fan
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { START, withScratch } from './scratch.mjs';

const here = fileURLToPath(new URL('feed', import.meta.url));
if (!existsSync(`${here}/node_modules`))
  execFileSync('npm', ['ci', '--prefix', here, '--no-audit', '--no-fund'], { stdio: 'inherit' });

const SOCKETS = Number(process.env.SOCKETS ?? 5000);
const IDLE = 2 * SOCKETS;
const { duban, PEERS, WAYS } = await import('./feed/peers.mjs');
const { fanOut, latency, memory } = await import('./feed/measures.mjs');
const { storm } = await import('./feed/storm.mjs');
const { writers } = await import('./feed/writers.mjs');

const results = {
  machine: {
    processors: availableParallelism(),
    model: cpus()[0]?.model,
    node: process.version,
    sockets: SOCKETS,
  },
};

/** One row after the other, each on a server of its own; the first row is what the others are compared with. */
async function table(name, makers, measure, ratioOf) {
  const rows = {};
  for (const [label, make] of Object.entries(makers)) {
    const peer = await make();
    try {
      rows[label] = await measure(peer);
    } finally {
      await peer.stop();
    }
    console.error(name, label, rows[label]);
  }
  const [base] = Object.values(rows);
  if (ratioOf)
    for (const row of Object.values(rows)) row.ratio = Number((row[ratioOf] / base[ratioOf]).toFixed(2));
  results[name] = rows;
  console.log(`\n${name}`);
  console.table(rows);
}

await withScratch({ name: 'feed', households: 200 }, async (ground) => {
  const ours = () => duban({ ...ground, start: START });
  const everybody = {
    ...PEERS,
    'duban, one node for everything': ours,
    'duban, one of two nodes': () => duban({ ...ground, start: START }, true),
  };
  const parts = {
    ways: () =>
      table(
        'How a payload reaches its socket',
        WAYS,
        (peer) => fanOut(peer, { sockets: SOCKETS, groups: 1 }),
        'perCoreSecond',
      ),
    fan: async () => {
      for (const [groups, whom] of [
        [1, 'all'],
        [20, '5 % each'],
      ])
        await table(
          `Events that ${whom} of ${SOCKETS} see`,
          everybody,
          (peer) => fanOut(peer, { sockets: SOCKETS, groups }),
          'perCoreSecond',
        );
    },
    groups: () =>
      table(
        `${SOCKETS} sockets in so many groups`,
        Object.fromEntries(
          [1, 20, 500, SOCKETS].map((count) => [count, async () => ({ ...(await ours()), count })]),
        ),
        (peer) =>
          fanOut(peer, {
            sockets: SOCKETS,
            groups: Math.min(peer.count, 500),
            apart: peer.count > 500 ? peer.count : null,
            runs: 3,
          }),
        'perCoreSecond',
      ),
    ticks: () =>
      table(
        'Events in one message',
        Object.fromEntries(
          [1, 10, 100].map((events) => [events, async () => ({ ...(await ours()), events })]),
        ),
        (peer) => fanOut(peer, { sockets: 1000, groups: 1, events: peer.events, runs: 3 }),
        'perCoreSecond',
      ),
    memory: () =>
      table(`${IDLE} idle subscriptions, KiB each`, everybody, (peer) => memory(peer, IDLE), 'rssKiB'),
    latency: () =>
      table('From commit to client, ms', everybody, (peer) =>
        latency(peer, { sockets: SOCKETS, groups: 20 }),
      ),
    storm: () => table('Reconnects to one place', { duban: ours }, (peer) => storm(peer, SOCKETS)),
    writers: async () => {
      results.writers = await writers(ground);
      console.log('\nTransactions of eight writers');
      console.table(results.writers);
    },
  };
  const wanted = process.argv.slice(2);
  for (const [name, run] of Object.entries(parts))
    if (wanted.length === 0 || wanted.includes(name)) await run();
});

console.log(JSON.stringify(results, null, 2));
