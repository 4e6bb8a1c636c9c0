// Mercurius with its compiler on, events by its own emitter.
import { fastify } from 'fastify';
import mercurius from 'mercurius';
import { batchOf, eventOf, serve, TYPE_DEFS } from './serve.mjs';

const app = fastify();
await app.register(mercurius, {
  schema: TYPE_DEFS,
  resolvers: { Subscription: { feed: { subscribe: (_, { topic }, { pubsub }) => pubsub.subscribe(topic) } } },
  subscription: true,
  jit: 1,
});
await app.listen({ port: 0, host: '127.0.0.1' });

serve(`ws://127.0.0.1:${app.server.address().port}/graphql`, {
  publish: (topics, events, id) => {
    for (const topic of topics)
      app.graphql.pubsub.publish({
        topic,
        payload: { feed: batchOf(Array.from({ length: events }, (_, n) => eventOf(id + n))) },
      });
  },
});
