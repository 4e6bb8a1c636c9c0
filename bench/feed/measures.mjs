import { Crowd } from './crowd.mjs';

const RUNS = 5;
const ROUNDS = 20;

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];

/** How many sockets' messages one core of the server sends in a second: `groups` of them are told each their own. */
export async function fanOut(peer, { sockets, groups, runs = RUNS, events = 1, apart = null }) {
  const topics = peer.topics(groups);
  const payloadOf = (n) => {
    const payload = peer.payloadOf(topics[n % topics.length]);
    return apart ? { ...payload, query: `${payload.query} # ${n % apart}` } : payload;
  };
  const crowd = await Crowd.open(peer.address, { count: sockets, payloadOf, ...peer.crowd });
  let id = 1;
  const round = async () => {
    const heard = crowd.hear(sockets);
    id += topics.length * events;
    await peer.publish(topics, events, id);
    await heard;
  };
  for (let warm = 0; warm < 5; warm++) await round();
  const rates = [];
  for (let run = 0; run < runs; run++) {
    const { seconds } = await peer.server.spend(async () => {
      for (let turn = 0; turn < ROUNDS; turn++) await round();
    });
    rates.push((sockets * ROUNDS * events) / seconds);
  }
  await crowd.close();
  return {
    perCoreSecond: Math.round(median(rates)),
    least: Math.round(Math.min(...rates)),
    most: Math.round(Math.max(...rates)),
  };
}

/** What an idle subscription on a socket of its own takes, after everything that is not needed was collected. */
export async function memory(peer, sockets) {
  const topics = peer.topics(20);
  const before = await peer.server.ask('memory');
  const crowd = await Crowd.open(peer.address, {
    count: sockets,
    payloadOf: (n) => peer.payloadOf(topics[n % topics.length]),
    ...peer.crowd,
  });
  const after = await peer.server.ask('memory');
  await crowd.close();
  const each = (name) => (after[name] - before[name]) / sockets / 1024;
  return { rssKiB: each('rss'), heapKiB: each('heapUsed') };
}

/** From the commit to the client, at a pace that leaves the machine idle most of the time. */
export async function latency(peer, { sockets, groups, events = 200, pauseMs = 50 }) {
  const topics = peer.topics(groups);
  const crowd = await Crowd.open(peer.address, {
    count: sockets,
    payloadOf: (n) => peer.payloadOf(topics[n % topics.length]),
    ...peer.crowd,
  });
  const times = [];
  let published = 0;
  crowd.onHeard = () => times.push(performance.now() - published);
  for (let turn = 0; turn < events; turn++) {
    const topic = topics[turn % topics.length];
    const heard = crowd.hear(sockets / groups);
    // A message that overtakes the answer to the writer has taken no time.
    published = Number.POSITIVE_INFINITY;
    const told = peer.publish([topic], 1, turn);
    published = performance.now();
    await Promise.all([told, heard]);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  await crowd.close();
  times.sort((a, b) => a - b);
  const at = (share) => Number((times[Math.floor(times.length * share)] ?? times.at(-1)).toFixed(1));
  return { p50: at(0.5), p99: at(0.99), p999: at(0.999) };
}
