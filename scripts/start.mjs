// The start of the house: is this machine able, build what is stale, then become the server. In one process, so that
// a signal to npm reaches the server itself.
import module from 'node:module';
import { load, prepare } from './prepare.mjs';

// Until the server hears signals itself there is nothing to close.
const leave = () => process.exit(0);
process.on('SIGINT', leave).on('SIGTERM', leave);

await prepare({ pages: true });
// Ours only: reading the maps of every package would slow each start.
module.setSourceMapsSupport(true, { nodeModules: false });
const { main } = await load('main.js');
const ended = main();
// Only now: with nobody listening in between, a signal that has already come would be lost.
process.off('SIGINT', leave).off('SIGTERM', leave);
await ended;
