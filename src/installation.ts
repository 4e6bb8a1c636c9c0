import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder with package.json: one step up in the source tree, two in dist, wherever the process was started. */
function rootFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const above = dirname(folder);
    if (above === folder) throw new Error('The installation has no package.json.');
    folder = above;
  }
  return folder;
}

/** Where a file of the installation lies, whatever the working directory. */
export const installed = (...path: string[]): string => join(rootFolder(), ...path);
