import { type GraphQLSchema, getNamedType, isObjectType } from 'graphql';
import { ACTS, type Act, PLACES } from '../auth/may.js';
import type { Right } from '../auth/right.js';
import { ROLES, type Role } from '../auth/viewer.js';
import { rightsOf } from './rights.js';

/** Whoever asks without a token stands beside the roles. */
type Holder = Role | 'NOBODY';

interface Ruled {
  readonly type: string;
  readonly field: string;
  readonly right: Right;
  readonly holders: readonly Holder[];
}

const HEAD = `# Who may see and do what

Made from the code by \`npm run schema\` and kept equal to it by a test; never edited by hand. \`src/auth/may.ts\` is where it is decided.

A role gives its rights in the region of its grant and everything inside it, while the grant is in force. Whatever lies elsewhere is answered as if it did not exist (\`NOT_FOUND\`), a region that one may not ask about and a field that one's role does not have with \`FORBIDDEN\`. What is found is held against the region row by row; tables with personal data are behind a second wall in the database.
`;

/** The whole API as its officials may read it: which role may ask for, change and hear what, field by field. */
export function printRights(schema: GraphQLSchema): string {
  const ruled = rule(schema);
  const types = [...Map.groupBy(ruled, ({ type }) => type)].sort(([a], [b]) => (a < b ? -1 : 1));
  const roots = ['Query', 'Mutation', 'Subscription'];
  return [
    HEAD,
    '## Rights and roles\n',
    printActs(),
    '## Where a role is held, and who gives it\n',
    'An administrator gives and ends a role inside the own region, for no longer than the own grant lasts, and only from a region of this level or higher. Inspectors receive theirs from the inspection, for its days.\n',
    printPlaces(),
    '## Asking, changing, hearing\n',
    printFields(ruled.filter(({ type }) => roots.includes(type))),
    '## Types, field by field\n',
    'Fields of one type under one right stand in one row; `WITH_PARENT` is given to whoever was given what it is a part of.\n',
    printFields(types.flatMap(([name, fields]) => (roots.includes(name) ? [] : fields))),
  ].join('\n');
}

function printActs(): string {
  const rows = Object.keys(ACTS).map((act) => [
    `\`${act}\``,
    ...ROLES.map((role) => ((ACTS[act as Act] as readonly Role[]).includes(role) ? '●' : '')),
  ]);
  return table(['right', ...ROLES.map((role) => `\`${role}\``)], rows);
}

function printPlaces(): string {
  const rows = ROLES.map((role) => {
    const { highest, lowest, givenFrom } = PLACES[role];
    return [`\`${role}\``, highest === lowest ? highest : `${highest} to ${lowest}`, givenFrom];
  });
  return table(['role', 'held at', 'given from'], rows);
}

function printFields(ruled: readonly Ruled[]): string {
  const groups = Map.groupBy(ruled, ({ type, right, holders }) => `${type} ${right} ${holders.join()}`);
  const rows = [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const fields = group.map(({ field }) => field).sort();
    return [
      [
        `\`${first.type}\``,
        fields.map((field) => `\`${field}\``).join(' '),
        `\`${first.right}\``,
        wordsFor(first.holders),
      ],
    ];
  });
  return table(['type', 'fields', 'right', 'roles'], rows);
}

function wordsFor(holders: readonly Holder[]): string {
  if (holders.includes('NOBODY')) return 'anybody, also without a token';
  return holders.length === ROLES.length ? 'every role' : holders.map((role) => `\`${role}\``).join(' ');
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');

/** Every field with its right and, for parts of something, with the roles that can be given that. */
function rule(schema: GraphQLSchema): Ruled[] {
  const rights = rightsOf(schema);
  const holders = new Map<string, Set<Holder>>();
  const ofField = (name: string, right: Right): ReadonlySet<Holder> =>
    right === 'WITH_PARENT' ? (holders.get(name.split('.')[0] ?? '') ?? new Set()) : holdersOf(right);
  for (let before = -1, now = 0; before !== now; ) {
    before = now;
    for (const [name, right] of rights) {
      const to = leadsTo(schema, name);
      if (!to || !right) continue;
      const known = holders.get(to) ?? new Set<Holder>();
      holders.set(to, new Set([...known, ...ofField(name, right)]));
    }
    now = [...holders.values()].reduce((sum, { size }) => sum + size, 0);
  }
  return [...rights].map(([name, right]) => {
    const [type = '', field = ''] = name.split('.');
    if (!right) throw new Error(`${name} has no declared right.`);
    const given = ofField(name, right);
    return { type, field, right, holders: [...ROLES, 'NOBODY' as const].filter((each) => given.has(each)) };
  });
}

function holdersOf(right: Exclude<Right, 'WITH_PARENT'>): ReadonlySet<Holder> {
  if (right === 'ANYBODY') return new Set<Holder>([...ROLES, 'NOBODY']);
  return new Set<Holder>(right === 'SIGNED_IN' || right === 'IDENTIFIED' ? ROLES : ACTS[right]);
}

function leadsTo(schema: GraphQLSchema, name: string): string | null {
  const [type = '', field = ''] = name.split('.');
  const owner = schema.getType(type);
  const target = isObjectType(owner) ? owner.getFields()[field]?.type : undefined;
  const named = target && getNamedType(target);
  return isObjectType(named) ? named.name : null;
}
