import { writeFileSync } from 'node:fs';
import { build } from './build.mjs';

/** Prints the API to schema/schema.graphql, which is committed and never edited by hand. */
await build();
const { openSchema, printApi } = await import('../dist/src/schema.js');
writeFileSync(new URL('../schema/schema.graphql', import.meta.url), printApi(await openSchema()));
