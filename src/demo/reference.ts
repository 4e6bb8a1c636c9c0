import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { assumptions, designations, document, standard } from './reference.schema.js';

/** The folder with package.json: two steps up in the source tree, three in dist, wherever the process was started. */
function installation(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('The installation has no package.json.');
    folder = above;
  }
  return folder;
}

/** Where a file of `data/` lies, whatever the working directory. */
export const dataPath = (name: string): string => join(installation(), 'data', name);

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
