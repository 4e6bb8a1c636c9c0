import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Config } from '../config.js';
import { isBusy } from '../db/faults.js';
import { Refusal } from '../errors.js';
import type { Log } from '../log.js';
import type { Context } from './context.js';
import { MAX_BODY_BYTES, MAX_TOKENS } from './limits.js';
import { answerTo, maskError } from './mask.js';
import { ANSWERS_ONLY, servePages } from './pages.js';
import type { TrustedDocuments } from './trusted.js';
import { demandModest } from './weight.js';

/** Whether this node can serve, and if not, why; what /readyz answers. */
export interface Readiness {
  reason: string | null;
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;
type MakeContext = (request: FastifyRequest) => Promise<Context>;

/** A database that has not answered by then cannot serve anybody. */
const PROBE_MS = 2000;

/**
 * The HTTP door. It listens before the house is built, so that a used port is found at once and /readyz can say what
 * is going on; /graphql answers 503 until `serve` has been called.
 */
export class Gateway {
  readonly app: FastifyInstance;
  readonly metrics = new Registry();
  private handler: Handler | null = null;
  private context: MakeContext | null = null;
  private apollo: ApolloServer<Context> | null = null;
  /** The id of the request whose error is being formatted: Apollo does not say, not even before it has a context. */
  private readonly requestId = new AsyncLocalStorage<string>();

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
    const { app, metrics } = this;
    await app.register(helmet, ANSWERS_ONLY);
    await app.register(cors, { origin: [...this.config.allowedOrigins], methods: ['GET', 'POST'] });
    app.setErrorHandler((fault, _request, reply) => this.refuseFault(fault, reply));
    app.setNotFoundHandler((_request, reply) => refuse(reply, 404, 'NOT_FOUND', 'Nothing is served here.'));
    app.get('/healthz', () => ({ status: 'alive' }));
    app.get('/readyz', async (request, reply) => {
      const reason = await this.whyNotReady(request);
      return reason === null ? { status: 'ready' } : reply.code(503).send({ status: 'not ready', reason });
    });
    app.get('/metrics', async (_request, reply) =>
      reply.type(metrics.contentType).send(await metrics.metrics()),
    );
    app.post('/graphql', (request, reply) =>
      this.handler
        ? this.handler(request, reply)
        : refuse(reply, 503, 'SERVICE_UNAVAILABLE', this.readiness.reason ?? 'The service is starting.'),
    );
    app.get('/graphql', (_request, reply) =>
      refuse(reply.header('allow', 'POST'), 405, 'BAD_REQUEST', 'Send operations by POST.'),
    );
    await servePages(app);
    return app.listen({ host, port });
  }

  /** Opens /graphql. */
  async serve(schema: GraphQLSchema, context: MakeContext, trusted: TrustedDocuments): Promise<void> {
    const { log, requestId } = this;
    const apollo = new ApolloServer<Context>({
      schema,
      introspection: this.config.introspection,
      // Who may not read the schema must not guess it from suggestions either.
      hideSchemaDetailsFromClientErrors: !this.config.introspection,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      csrfPrevention: true,
      persistedQueries: false,
      parseOptions: { maxTokens: MAX_TOKENS },
      formatError: (formatted, error) =>
        maskError(formatted, error, { log, requestId: requestId.getStore() ?? '' }),
      plugins: [
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginLandingPageDisabled(),
        guard(schema, trusted),
      ],
      logger: log,
    });
    await apollo.start();
    this.apollo = apollo;
    this.context = context;
    const handle = fastifyApolloHandler(apollo, {
      context: (request) =>
        context(request).catch((fault: Error) => {
          throw withStatus(isBusy(fault) ? 503 : 500, fault);
        }),
    }) as unknown as Handler;
    this.handler = (request, reply) => requestId.run(request.id, () => handle(request, reply));
  }

  /** Adds a number to /metrics, asked for each time it is read. */
  measure(name: string, help: string, value: () => number): void {
    new Gauge({
      name: `duban_${name}`,
      help,
      registers: [this.metrics],
      collect() {
        this.set(value());
      },
    });
  }

  /** Lets requests under way finish, and refuses new ones. */
  async close(): Promise<void> {
    await this.app.close();
    await this.apollo?.stop();
  }

  /** The start's own reason, or that the database does not answer just now. */
  private async whyNotReady(request: FastifyRequest): Promise<string | null> {
    const { readiness, context } = this;
    if (readiness.reason !== null || !context) return readiness.reason;
    const answer = context(request).then(({ em }) => em.execute('select 1'));
    const isThere = answer.then(
      () => true,
      () => false,
    );
    const isLate = sleep(PROBE_MS, false, { ref: false });
    return (await Promise.race([isThere, isLate])) ? null : 'The database does not answer.';
  }

  /** What never became a GraphQL request: too large, no JSON, another kind of content. */
  private refuseFault(fault: unknown, reply: FastifyReply) {
    const { statusCode = 500, message } = fault as { statusCode?: number; message: string };
    if (statusCode === 413) {
      const bound = `A request may have at most ${MAX_BODY_BYTES / 1024} KiB.`;
      return refuse(reply, 413, 'QUERY_TOO_LARGE', bound, { limit: MAX_BODY_BYTES });
    }
    if (statusCode < 500) return refuse(reply, statusCode, 'BAD_REQUEST', message);
    this.log.error({ err: fault, requestId: reply.request.id }, 'a request failed');
    const answer = answerTo(fault);
    return refuse(reply, 500, answer.code, answer.message);
  }
}

/** An answer in the form of a GraphQL error, before there is any GraphQL. */
const refuse = (reply: FastifyReply, status: number, code: string, message: string, details: object = {}) =>
  reply
    .code(status)
    .send({ errors: [{ message, extensions: { ...details, code, requestId: reply.request.id } }] });

/** What is not executed over HTTP: subscriptions (Apollo would run one like a query, on nothing) and the untrusted. */
const guard = (schema: GraphQLSchema, trusted: TrustedDocuments): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, document, request, contextValue }) => {
      try {
        trusted.demand(document, contextValue.asker);
        if (operation?.operation === 'subscription')
          throw new Refusal('OPERATION_NOT_ALLOWED', 'Subscriptions go over the WebSocket at /graphql.');
        demandModest(schema, {
          document,
          operationName: request.operationName,
          variables: request.variables,
        });
      } catch (fault) {
        const isForbidden = fault instanceof Refusal && fault.code === 'OPERATION_NOT_ALLOWED';
        throw withStatus(isForbidden ? 403 : 400, fault as Error);
      }
    },
  }),
});

/** Before anything is executed the status may say what went wrong, too; code and words come from the cause. */
const withStatus = (status: number, cause: Error): GraphQLError =>
  new GraphQLError(cause.message, { originalError: cause, extensions: { http: { status } } });
