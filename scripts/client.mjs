import { execFileSync } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const OUT = join(ROOT, 'dist/client');
/** All that the client needs of others; the server's packages are none of a frontend's business. */
const NEEDS = ['@graphql-typed-document-node/core', 'graphql', 'graphql-ws'];

/**
 * Makes the client: modules and their types in dist/client, to which this package's `exports` lead, and the same as a
 * package of its own, under the same names, for frontends that want nothing else of the house.
 * @returns {Promise<string>} the packed file
 */
async function buildClient() {
  await rm(OUT, { recursive: true, force: true });
  await mkdir(OUT, { recursive: true });
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(ROOT, 'src/client'), '--noEmit', 'false'], {
    stdio: 'inherit',
  });
  await writeFile(join(OUT, 'package.json'), JSON.stringify(await ownPackage(), null, 2));
  await cp(join(ROOT, 'LICENSE'), join(OUT, 'LICENSE'));
  await cp(join(ROOT, 'docs/client.md'), join(OUT, 'README.md'));
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', join(ROOT, 'dist')], {
      cwd: OUT,
      encoding: 'utf8',
    }),
  );
  return join(ROOT, 'dist', packed.filename);
}

async function ownPackage() {
  const { name, version, license, type, exports, ...house } = JSON.parse(
    await readFile(join(ROOT, 'package.json'), 'utf8'),
  );
  const here = JSON.stringify(exports).replaceAll('./dist/client/', './');
  const versions = { ...house.devDependencies, ...house.dependencies };
  return {
    name,
    version,
    description: `The client of ${name}: signs in, asks, and follows feeds over whatever happens to the connection`,
    license,
    type,
    sideEffects: false,
    exports: JSON.parse(here),
    dependencies: Object.fromEntries(NEEDS.map((need) => [need, versions[need]])),
  };
}

console.log(await buildClient());
