// The stock stack: Apollo Server beside graphql-ws' own `useServer`, events by graphql-subscriptions.
import { createServer } from 'node:http';
import { ApolloServer } from '@apollo/server';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { PubSub } from 'graphql-subscriptions';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { batchOf, eventOf, listening, serve, TYPE_DEFS } from './serve.mjs';

const pubsub = new PubSub();
pubsub.ee.setMaxListeners(0);
const schema = makeExecutableSchema({
  typeDefs: TYPE_DEFS,
  resolvers: {
    Subscription: { feed: { subscribe: (_, { topic }) => pubsub.asyncIterableIterator(topic) } },
  },
});
await new ApolloServer({ schema }).start();
const server = createServer();
useServer({ schema }, new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false }));

serve(`${await listening(server)}/graphql`, {
  publish: (topics, events, id) => {
    for (const topic of topics)
      void pubsub.publish(topic, {
        feed: batchOf(Array.from({ length: events }, (_, n) => eventOf(id + n))),
      });
  },
});
