// GraphQL Yoga behind graphql-ws, events by its own pub/sub.
import { createServer } from 'node:http';
import { useServer } from 'graphql-ws/use/ws';
import { createPubSub, createSchema, createYoga } from 'graphql-yoga';
import { WebSocketServer } from 'ws';
import { batchOf, eventOf, listening, serve, TYPE_DEFS } from './serve.mjs';

const pubsub = createPubSub();
const yoga = createYoga({
  schema: createSchema({
    typeDefs: TYPE_DEFS,
    resolvers: {
      Subscription: {
        feed: { subscribe: (_, { topic }) => pubsub.subscribe(topic), resolve: (feed) => feed },
      },
    },
  }),
});
const server = createServer(yoga);
useServer(
  {
    execute: (args) => args.rootValue.execute(args),
    subscribe: (args) => args.rootValue.subscribe(args),
    onSubscribe: async ({ extra }, _id, { operationName, query, variables }) => {
      const { schema, execute, subscribe, contextFactory, parse, validate } = yoga.getEnveloped({
        req: extra.request,
        socket: extra.socket,
        params: { operationName, query, variables },
      });
      const args = {
        schema,
        operationName,
        document: parse(query),
        variableValues: variables,
        contextValue: await contextFactory(),
        rootValue: { execute, subscribe },
      };
      const errors = validate(args.schema, args.document);
      return errors.length > 0 ? errors : args;
    },
  },
  new WebSocketServer({ server, path: '/graphql', perMessageDeflate: false }),
);

serve(`${await listening(server)}/graphql`, {
  publish: (topics, events, id) => {
    for (const topic of topics)
      pubsub.publish(topic, batchOf(Array.from({ length: events }, (_, n) => eventOf(id + n))));
  },
});
