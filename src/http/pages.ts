import { join } from 'node:path';
import type { FastifyHelmetOptions } from '@fastify/helmet';
import files from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { installed } from '../installation.js';

const SELF = ["'self'"];

/** Nothing but answers to requests: no browser has any business to run, show or frame them. */
export const ANSWERS_ONLY: FastifyHelmetOptions = policy({
  defaultSrc: ["'none'"],
  frameAncestors: ["'none'"],
});

/** What a page needs, all of it from here. A city's network has no other host, and a page must not look for one. */
const PAGE = {
  defaultSrc: ["'none'"],
  scriptSrc: SELF,
  styleSrc: SELF,
  fontSrc: SELF,
  imgSrc: [...SELF, 'data:'],
  connectSrc: SELF,
  baseUri: ["'none'"],
  formAction: SELF,
  frameAncestors: SELF,
};
const SCREEN = policy(PAGE);
/** The explorer's editor writes its own style elements and works in workers. */
const EXPLORER = policy({ ...PAGE, styleSrc: [...SELF, "'unsafe-inline'"], workerSrc: SELF });

/**
 * Without helmet's own defaults: they ask browsers to load everything over TLS, which a server in a closed network
 * that speaks plain HTTP could not answer.
 */
function policy(directives: Record<string, string[]>): FastifyHelmetOptions {
  return {
    contentSecurityPolicy: { useDefaults: false, directives },
    // Browsers ignore both over plain HTTP, and say so on the console of every wall.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  };
}

/** The pages of the installation: the leadership screen and the explorer, as `npm run build` bundled them. */
export async function servePages(app: FastifyInstance): Promise<void> {
  const root = installed('dist', 'web');
  await app.register(files, {
    root: join(root, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    wildcard: true,
    // Their names change with their content.
    immutable: true,
    maxAge: '365d',
  });
  const page = (name: string) => (_request: unknown, reply: FastifyReply) =>
    reply
      .header('cache-control', 'no-cache')
      .sendFile('index.html', join(root, name), { cacheControl: false });
  app.get('/', (_request, reply) => reply.redirect('/screen/'));
  app.get('/screen', (_request, reply) => reply.redirect('/screen/'));
  app.get('/screen/', { helmet: SCREEN }, page('screen'));
  for (const path of ['/graphiql', '/graphiql/']) app.get(path, { helmet: EXPLORER }, page('graphiql'));
}
