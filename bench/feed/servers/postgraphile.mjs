// PostGraphile 5 with its own server: subscriptions planned and executed by Grafast, events by an emitter.
import { EventEmitter, on } from 'node:events';
import { createServer } from 'node:http';
import { parse } from 'graphql';
import { postgraphile } from 'postgraphile';
import { context, listen } from 'postgraphile/grafast';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { extendSchema } from 'postgraphile/utils';
import { batchOf, eventOf, listening, serve, TYPE_DEFS } from './serve.mjs';

const emitter = new EventEmitter().setMaxListeners(0);
const feeds = {
  async *subscribe(topic) {
    for await (const [batch] of on(emitter, topic)) yield batch;
  },
};
const ownTypes = TYPE_DEFS.replace(/type Query \{[^}]*\}/, '').replace(
  'type Subscription',
  'extend type Subscription',
);
const FeedPlugin = extendSchema(() => ({
  typeDefs: parse(ownTypes),
  objects: {
    Subscription: {
      plans: {
        feed: {
          subscribePlan: (_, { $topic }) => listen(context().get('feeds'), $topic, ($batch) => $batch),
          plan: ($batch) => $batch,
        },
      },
    },
  },
}));

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  plugins: [FeedPlugin],
  grafast: { context: () => ({ feeds }) },
  grafserv: { websockets: true, graphqlPath: '/graphql', watch: false, graphiql: false },
  pgServices: [],
});
const server = createServer();
server.on('error', () => undefined);
await instance.createServ(grafserv).addTo(server);

serve(`${await listening(server)}/graphql`, {
  publish: (topics, events, id) => {
    for (const topic of topics)
      emitter.emit(topic, batchOf(Array.from({ length: events }, (_, n) => eventOf(id + n))));
  },
});
