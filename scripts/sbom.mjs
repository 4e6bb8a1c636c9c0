import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

// The list of everything a running installation consists of (CycloneDX), made by npm itself from the lockfile alone: no
// network, and for every platform alike. Into .artifacts/sbom.json, or the file that is named; `-` is the terminal.

const root = new URL('../', import.meta.url).pathname;
const target = process.argv[2] ?? `${root}.artifacts/sbom.json`;
// Not npm's own --omit=dev: it leaves out what a tool of ours asks for as well, graphql among it.
const whole = execFileSync(
  'npm',
  ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'],
  {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    shell: process.platform === 'win32',
  },
);
const bill = JSON.parse(whole);
const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8'));
const running = new Set(
  Object.entries(packages)
    .filter(([path, { dev }]) => path !== '' && !dev)
    .map(([path, { version }]) => `${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`),
);
bill.components = bill.components.filter(({ name, version }) => running.has(`${name}@${version}`));
// Said of a package whose first copy is a tool's, though another copy runs.
for (const component of bill.components)
  component.properties = component.properties?.filter(({ name }) => name !== 'cdx:npm:package:development');
const refs = new Set(bill.components.map((component) => component['bom-ref']));
refs.add(bill.metadata.component['bom-ref']);
bill.dependencies = bill.dependencies
  .filter(({ ref }) => refs.has(ref))
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) }));

const text = `${JSON.stringify(bill, null, 2)}\n`;
if (target === '-') process.stdout.write(text);
else {
  mkdirSync(dirname(resolve(target)), { recursive: true });
  writeFileSync(target, text);
  console.log(`${bill.components.length} components are listed in ${target}`);
}
