import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { installed } from '../installation.js';
import { readRulebook } from '../standards/rulebook.file.js';
import { assumptions, designations, document } from './reference.schema.js';

/** Where a file of `data/` lies, whatever the working directory. */
export const dataPath = (name: string): string => installed('data', name);

function read<T>(name: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(JSON.parse(readFileSync(dataPath(name), 'utf8')));
  if (!parsed.success) throw new Error(`data/${name}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The text of the official region list, for `readRegionFile`. */
export const readRegionList = (): string => readFileSync(dataPath('regions-341200.csv'), 'utf8');

/** A standard with the text that it was read from. */
function rulebook(name: string) {
  const file = readFileSync(dataPath(`exit-standards/${name}`), 'utf8');
  return { ...readRulebook(file), fileHash: createHash('sha256').update(file).digest('hex') };
}

const load = () =>
  Object.freeze({
    designations: read('poverty-designations.json', designations),
    standard: rulebook('village-2016.json'),
    /** What a household and a county must reach. */
    household: rulebook('household-2016.json'),
    county: rulebook('county-2016.json'),
    /** A second one, by points: a draft, to be tried beside the first. */
    example: rulebook('village-points-example.json'),
    document: read('demo/document.json', document),
    assumptions: read('demo/assumptions.json', assumptions),
  });

let loaded: ReturnType<typeof load> | undefined;

/** The data files, read and checked once; they never change while a process lives. */
export const reference = (): ReturnType<typeof load> => {
  loaded ??= load();
  return loaded;
};
