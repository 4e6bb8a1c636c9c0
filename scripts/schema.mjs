import { writeFileSync } from 'node:fs';
import { load, prepare } from './prepare.mjs';

/** Prints the API and who may do what with it; both pages are committed and never edited by hand. */
await prepare();
const { openSchema, printApi } = await load('schema.js');
const { printRights } = await load('http/rights-page.js');
const schema = await openSchema();
writeFileSync(new URL('../schema/schema.graphql', import.meta.url), printApi(schema));
writeFileSync(new URL('../docs/rights.md', import.meta.url), printRights(schema));
