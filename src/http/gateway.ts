import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Config } from '../config.js';
import type { Log } from '../log.js';
import type { Context } from './context.js';
import { MAX_BODY_BYTES, MAX_TOKENS } from './limits.js';
import { maskError } from './mask.js';

/** Whether this node can serve, and if not, why; what /readyz answers. */
export interface Readiness {
  reason: string | null;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;

/**
 * The HTTP door. It listens before the house is built, so that a used port is found at once and /readyz can say what
 * is going on; /graphql answers 503 until `serve` has been called.
 */
export class Gateway {
  readonly app: FastifyInstance;
  readonly metrics = new Registry();
  private handler: Handler | null = null;
  private apollo: ApolloServer<Context> | null = null;

  constructor(
    private readonly config: Pick<Config, 'allowedOrigins' | 'introspection'>,
    private readonly log: Log,
    readonly readiness: Readiness,
  ) {
    this.app = fastify({
      bodyLimit: MAX_BODY_BYTES,
      requestTimeout: 30_000,
      keepAliveTimeout: 5000,
      forceCloseConnections: 'idle',
      genReqId: () => crypto.randomUUID(),
    });
    collectDefaultMetrics({ register: this.metrics, prefix: 'duban_' });
  }

  async listen(host: string, port: number): Promise<string> {
    const { app, readiness, metrics } = this;
    await app.register(helmet);
    await app.register(cors, { origin: [...this.config.allowedOrigins], methods: ['GET', 'POST'] });
    app.get('/healthz', () => ({ status: 'alive' }));
    app.get('/readyz', (_request, reply) =>
      readiness.reason === null
        ? { status: 'ready' }
        : reply.code(503).send({ status: 'not ready', reason: readiness.reason }),
    );
    app.get('/metrics', async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    );
    app.post('/graphql', (request, reply) =>
      this.handler ? this.handler(request, reply) : this.notReady(reply),
    );
    return app.listen({ host, port });
  }

  /** Opens /graphql. */
  async serve(schema: GraphQLSchema, context: (request: FastifyRequest) => Promise<Context>): Promise<void> {
    const apollo = new ApolloServer<Context>({
      schema,
      introspection: this.config.introspection,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      csrfPrevention: true,
      parseOptions: { maxTokens: MAX_TOKENS },
      formatError: (formatted, error) => maskError(formatted, error, this.log),
      plugins: [
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginLandingPageDisabled(),
        requestIds,
      ],
      logger: this.log,
    });
    await apollo.start();
    this.apollo = apollo;
    this.handler = fastifyApolloHandler(apollo, { context }) as unknown as Handler;
  }

  /** Lets requests under way finish, and refuses new ones. */
  async close(): Promise<void> {
    await this.app.close();
    await this.apollo?.stop();
  }

  private notReady(reply: FastifyReply) {
    const message = this.readiness.reason ?? 'The service cannot answer just now.';
    return reply.code(503).send({ errors: [{ message, extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
  }
}

/** Every refusal carries the id under which the log speaks of it. */
const requestIds: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      if (response.body.kind !== 'single') return;
      const { singleResult } = response.body;
      singleResult.errors = singleResult.errors?.map((error) => ({
        ...error,
        extensions: { ...error.extensions, requestId: contextValue.requestId },
      }));
    },
  }),
};
