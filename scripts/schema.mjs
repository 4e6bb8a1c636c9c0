import { writeFileSync } from 'node:fs';
import { load, prepare } from './prepare.mjs';

/** Prints the API to schema/schema.graphql, which is committed and never edited by hand. */
await prepare();
const { openSchema, printApi } = await load('schema.js');
writeFileSync(new URL('../schema/schema.graphql', import.meta.url), printApi(await openSchema()));
