import { Crowd } from './crowd.mjs';

/** Everybody was cut and comes back to the place where it was, with something missed. */
export async function storm(peer, sockets) {
  const [topic] = peer.topics(1);
  const after = await cursorOf(peer);
  for (let n = 0; n < 50; n++) await peer.publish([topic], 1);
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const before = {
    read: await peer.metric('feed_read_total'),
    written: await peer.metric('feed_written_total'),
  };
  const started = performance.now();
  const { seconds, result } = await peer.server.spend(() =>
    Crowd.open(peer.address, {
      count: sockets,
      payloadOf: () => peer.payloadOf(topic, after),
      ...peer.crowd,
    }),
  );
  const tookMs = Math.round(performance.now() - started);
  const row = {
    sockets,
    tookMs,
    cpuSeconds: Number(seconds.toFixed(2)),
    readsOfTheLog: (await peer.metric('feed_read_total')) - before.read,
    messagesWritten: (await peer.metric('feed_written_total')) - before.written,
  };
  await result.close();
  return row;
}

async function cursorOf({ address, crowd }) {
  const response = await fetch(address.replace('ws', 'http'), {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${crowd.token}` },
    body: JSON.stringify({ query: '{ overview(region: "341200000000") { cursor } }' }),
  });
  return (await response.json()).data.overview.cursor;
}
