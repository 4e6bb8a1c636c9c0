import { registerHooks } from 'node:module';

// Run as TypeScript by Node itself, where `./x.js` in an import means the file `./x.ts`.
registerHooks({
  resolve: (specifier, context, next) => {
    const ours = specifier.startsWith('.') && !context.parentURL?.includes('/node_modules/');
    return next(ours ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
});

const { openTail, readTail } = await import('./drivers.js');

/** A node of its own: ticks, listens and prints what it reads, until somebody kills it. */
const [, , connectionString = '', from = ''] = process.argv;
const tail = await openTail(connectionString);
await readTail(tail, from === '' ? null : from, 50, new AbortController().signal, (events, cursor) => {
  process.stdout.write(`${JSON.stringify({ events, cursor })}\n`);
});
