// What every server of the comparison has in common: a process of its own that is asked by the one that measures.

/** The answer of one event, as long and of the same shape for everybody. */
export const batchOf = (events) => ({
  cursor: 'eyJ0eXBlIjoiZmVlZCIsImF0IjoiMDE5NDg2ZTAtNzRhZi03YjAxIn0.6vQ0m3Yw1hQw8cXn2v8JmA',
  reset: null,
  events,
});

export const eventOf = (id) => ({
  id: String(id),
  kind: 'FINDING_CLOSED',
  severity: 'WARNING',
  happenedAt: '2016-12-08T01:00:00.000Z',
  mark: String(700_000 + id),
  headline: '阜南县龙王乡合胜村：问题已整改销号——饮水未达标',
  region: { code: '341225206205', name: '合胜村' },
  subject: { type: 'FINDING', id: '01940d1c-7a5e-7c3b-9a53-2f6f0c9d7e11' },
});

export const FIELDS = `cursor reset
    events { id kind severity happenedAt mark headline region { code name } subject { type id } }`;

export const TYPE_DEFS = `
  enum Severity { NOTICE WARNING CRITICAL }
  type Region { code: String! name: String! }
  type Subject { type: String! id: ID! }
  type FeedEvent { id: ID! kind: String! severity: Severity happenedAt: String! mark: String! headline: String!
    region: Region! subject: Subject! }
  type FeedBatch { cursor: String! reset: String events: [FeedEvent!]! }
  type Query { ok: Boolean }
  type Subscription { feed(topic: String!): FeedBatch! }`;

/** Answers what the one who measures asks, until it lets go. */
export function serve(address, { publish = () => undefined, close = () => undefined } = {}) {
  const answers = {
    cpu: () => process.cpuUsage(),
    memory: () => {
      for (let turn = 0; turn < 3; turn++) global.gc();
      return process.memoryUsage();
    },
    publish: ({ topics, events, id }) => publish(topics, events, id),
    close: async () => {
      await close();
      setTimeout(() => process.exit(0), 20);
    },
  };
  process.on('message', async ({ ask, number, ...rest }) => {
    process.send({ number, answer: (await answers[ask](rest)) ?? null });
  });
  process.on('disconnect', () => process.exit(0));
  process.send({ address });
}

/** The address once a server listens on a free port. */
export const listening = (server) =>
  new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve(`ws://127.0.0.1:${server.address().port}`)),
  );
