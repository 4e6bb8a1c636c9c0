import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { GraphQLError, type GraphQLFormattedError, type GraphQLSchema, parse } from 'graphql';
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Config } from '../config.js';
import { isBusy } from '../db/faults.js';
import { Work } from '../db/work.js';
import { Refusal } from '../errors.js';
import type { Log } from '../log.js';
import type { Context } from './context.js';
import { guardIntake, hangUp, refuse, serverOptions } from './intake.js';
import { answerTo, maskAll, maskError } from './mask.js';
import { ANSWERS_ONLY, servePages } from './pages.js';
import type { Pipeline } from './pipeline.js';

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
    private readonly config: Pick<Config, 'allowedOrigins' | 'introspection' | 'trustedProxies' | 'limits'>,
    private readonly log: Log,
    readonly readiness: Readiness,
  ) {
    const { limits, trustedProxies } = config;
    this.app = fastify({
      http: serverOptions(limits),
      bodyLimit: limits.bodyBytes,
      requestTimeout: limits.requestMs,
      keepAliveTimeout: limits.keepAliveMs,
      clientErrorHandler: hangUp,
      forceCloseConnections: 'idle',
      trustProxy: trustedProxies.length > 0 && [...trustedProxies],
      genReqId: () => crypto.randomUUID(),
    });
    guardIntake(this.app, limits);
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
  async serve(schema: GraphQLSchema, context: MakeContext, pipeline: Pipeline): Promise<void> {
    const { log, requestId, config } = this;
    const { introspection, limits } = config;
    const trace = () => ({ log, requestId: requestId.getStore() ?? '', introspection });
    const masked = (errors: readonly GraphQLError[]) => maskAll(errors, limits.errors, trace());
    const apollo = new ApolloServer<Context>({
      schema,
      introspection,
      includeStacktraceInErrorResponses: false,
      stopOnTerminationSignals: false,
      csrfPrevention: true,
      persistedQueries: false,
      // Ours has read and judged the document, and remembers the good ones.
      documentStore: null,
      executionOptions: { maxCoercionErrors: limits.errors },
      formatError: (formatted, error) => maskError(formatted, error, trace()),
      plugins: [
        ApolloServerPluginCacheControlDisabled(),
        ApolloServerPluginLandingPageDisabled(),
        throughPipeline(pipeline, masked),
        fewErrors(limits.errors),
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
    }) as unknown as (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
    const complain = (err: unknown) => log.error({ err }, 'what took too long could not be stopped');
    this.handler = (request, reply) =>
      requestId.run(request.id, () =>
        Work.within(limits.executionMs, () => handle(request, reply), complain),
      );
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

  /** The same of something that is counted since the start; its name ends in `_total`. */
  count(name: string, help: string, value: () => number): void {
    new Counter({
      name: `duban_${name}`,
      help,
      registers: [this.metrics],
      collect() {
        this.reset();
        this.inc(value());
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
      const limit = this.config.limits.bodyBytes;
      return refuse(reply, 413, 'QUERY_TOO_LARGE', `A request may have at most ${limit} bytes.`, { limit });
    }
    if (fault instanceof Refusal) return refuse(reply, 200, fault.code, fault.message, fault.extensions);
    if (statusCode < 500) return refuse(reply, statusCode, 'BAD_REQUEST', message);
    this.log.error({ err: fault, requestId: reply.request.id }, 'a request failed');
    const answer = answerTo(fault);
    return refuse(reply, 500, answer.code, answer.message);
  }
}

/** What Apollo is told was asked when it will not be executed: without any document it would read the text itself. */
const NOTHING = parse('{ __typename }');

/** The judgement of the pipeline, in the places that Apollo has for it: nothing is read or compared twice. */
const throughPipeline = (
  pipeline: Pipeline,
  masked: (errors: readonly GraphQLError[]) => GraphQLFormattedError[],
): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => {
    let refusals: readonly GraphQLError[] | null = null;
    return {
      didResolveSource: async (context) => {
        const { operationName, variables } = context.request;
        const verdict = pipeline.judge(
          { query: context.source, operationName, variables },
          'http',
          context.contextValue.asker,
        );
        refusals = verdict.refusals;
        Object.assign(context, { document: verdict.document ?? NOTHING });
      },
      responseForOperation: async () =>
        refusals && {
          http: { status: statusOf(refusals), headers: new HeaderMap() },
          body: { kind: 'single', singleResult: { errors: masked(refusals) } },
        },
    };
  },
});

const statusOf = (refusals: readonly GraphQLError[]): number =>
  refusals[0]?.extensions.code === 'OPERATION_NOT_ALLOWED' ? 403 : 400;

/** An answer tells of so many errors and leaves the rest out: a list may have one for every entry. */
const fewErrors = (most: number): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ response: { body } }) => {
      if (body.kind === 'single') body.singleResult.errors = body.singleResult.errors?.slice(0, most);
    },
  }),
});

/** Before anything is executed the status may say what went wrong, too; code and words come from the cause. */
const withStatus = (status: number, cause: Error): GraphQLError =>
  new GraphQLError(cause.message, { originalError: cause, extensions: { http: { status } } });
