import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { installed } from '../installation.js';
import { assumptions, designations, document, standard } from './reference.schema.js';

/** Where a file of `data/` lies, whatever the working directory. */
export const dataPath = (name: string): string => installed('data', name);

function read<T>(name: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(JSON.parse(readFileSync(dataPath(name), 'utf8')));
  if (!parsed.success) throw new Error(`data/${name}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/** The text of the official region list, for `readRegionFile`. */
export const readRegionList = (): string => readFileSync(dataPath('regions-341200.csv'), 'utf8');

const load = () =>
  Object.freeze({
    designations: read('poverty-designations.json', designations),
    standard: read('exit-standards/village-2016.json', standard),
    document: read('demo/document.json', document),
    assumptions: read('demo/assumptions.json', assumptions),
  });

let loaded: ReturnType<typeof load> | undefined;

/** The data files, read and checked once; they never change while a process lives. */
export const reference = (): ReturnType<typeof load> => {
  loaded ??= load();
  return loaded;
};
