import { type OperationDefinitionNode, print } from 'graphql';
import {
  AlertsDocument,
  HouseholdsDocument,
  TaskDocument,
  type TaskStatus,
  TasksDocument,
} from '../../../schema/generated/documents.js';
import type { Ask } from '../../client/ask.js';

/** The demo's city, for whoever has not signed in yet. */
const CITY = '341200000000';
const PAGE = 20;

export type Variables = Record<string, unknown>;

/** Who wants to run an example: where, and how the thing it is about can be looked for. */
export interface Runner {
  /** The region of the viewer's grant; null when nobody is signed in. */
  readonly region: string | null;
  readonly ask: Ask;
}

interface Ready {
  readonly variables: Variables;
  /** What is still missing; null when the example runs as it is. */
  readonly lacks: string | null;
}

/** What fits wherever a variable of this name and type is asked for. */
const ORDINARY: Readonly<Record<string, (region: string) => unknown>> = {
  'code: RegionCode!': (region) => region,
  'region: RegionCode!': (region) => region,
  'within: RegionCode!': (region) => region,
  'first: Int!': () => PAGE,
  'locale: Locale!': () => 'EN',
};

interface Special {
  /** Of the right form, without meaning anything. */
  readonly empty: Variables;
  readonly lacks: string;
  /** Finds something real; null when there is nothing. Left out where only a person knows. */
  readonly find?: (ask: Ask, region: string) => Promise<Variables | null>;
}

/** What depends on the example: by the name of its operation. */
const SPECIAL: Readonly<Record<string, Special>> = {
  Login: {
    empty: { username: 'city.office', password: '' },
    lacks: 'The password is the one that the first start printed, or DEMO_PASSWORD.',
  },
  Refresh: {
    empty: { refreshToken: '' },
    lacks: 'Run Login and paste its refreshToken here; each is good once.',
  },
  Household: {
    empty: { id: '' },
    lacks: 'Paste the id of a household here (run Households).',
    find: findHousehold,
  },
  Task: { empty: { id: '' }, lacks: 'Paste the id of a task here (run Tasks).', find: findTask },
  ChangeTaskStatus: {
    empty: { input: { taskId: '', to: 'IN_PROGRESS', expectedVersion: 1 } },
    lacks: 'Paste id and version of a task that you may move here (run Task and see allowedTransitions).',
    find: findMove,
  },
  AcknowledgeAlert: {
    empty: { input: { alertId: '', expectedVersion: 1 } },
    lacks: 'Paste id and version of an open alert here (run Alerts).',
    find: findOpenAlert,
  },
};

/** Variables with which the example runs, as far as they can be known. Never rejects. */
export async function variablesFor(operation: OperationDefinitionNode, runner: Runner): Promise<Ready> {
  const region = runner.region ?? CITY;
  const special = SPECIAL[operation.name?.value ?? ''];
  if (!special) return { variables: ordinaryFor(operation, region), lacks: null };
  const { find, empty, lacks } = special;
  if (!find) return { variables: empty, lacks };
  if (runner.region === null)
    return { variables: empty, lacks: `Sign in and open the example again, or: ${lacks}` };
  const found = await find(runner.ask, region).catch((fault: Error) => fault);
  if (found instanceof Error) return { variables: empty, lacks: `${found.message} ${lacks}` };
  return found
    ? { variables: found, lacks: null }
    : { variables: empty, lacks: `Nothing was found for you. ${lacks}` };
}

/** The variables whose name and type say all; those that may be left out are. */
export function ordinaryFor({ variableDefinitions = [] }: OperationDefinitionNode, region = CITY): Variables {
  const values = variableDefinitions.flatMap(({ variable, type }) => {
    const name = variable.name.value;
    const value = ORDINARY[`${name}: ${print(type)}`];
    return value ? [[name, value(region)] as const] : [];
  });
  return Object.fromEntries(values);
}

/** For the variables editor, which takes comments. */
export const textOf = ({ variables, lacks }: Ready): string => {
  if (Object.keys(variables).length === 0) return '';
  const text = JSON.stringify(variables, null, 2);
  return lacks === null ? text : text.replace('{\n', () => `{\n  // ${lacks}\n`);
};

async function findHousehold(ask: Ask, within: string): Promise<Variables | null> {
  const { households } = await ask(HouseholdsDocument, { within, first: 1 });
  const [edge] = households.edges;
  return edge ? { id: edge.node.id } : null;
}

async function findTask(ask: Ask, within: string): Promise<Variables | null> {
  const { tasks } = await ask(TasksDocument, { within, first: 1 });
  const [edge] = tasks.edges;
  return edge ? { id: edge.node.id } : null;
}

/** Statuses in which somebody or other may move a task on. */
const MOVABLE: readonly TaskStatus[] = [
  'COUNTY_CONFIRMED',
  'TOWNSHIP_CONFIRMED',
  'SELF_DECLARED_MET',
  'NOT_STARTED',
  'IN_PROGRESS',
  'RETURNED',
];

/** A move that goes on with a task: an example is not there to cancel one. */
async function findMove(ask: Ask, within: string): Promise<Variables | null> {
  const moves = await Promise.all(MOVABLE.map((status) => findMoveFrom(status, ask, within)));
  return moves.find((move) => move !== null) ?? null;
}

async function findMoveFrom(status: TaskStatus, ask: Ask, within: string): Promise<Variables | null> {
  const { tasks } = await ask(TasksDocument, { within, filter: { status: [status] }, first: 1 });
  const id = tasks.edges[0]?.node.id;
  if (!id) return null;
  const { task } = await ask(TaskDocument, { id });
  const to = task.allowedTransitions.find((each) => each !== 'CANCELLED');
  return to ? { input: { taskId: id, to, expectedVersion: task.version } } : null;
}

async function findOpenAlert(ask: Ask, within: string): Promise<Variables | null> {
  const { alerts } = await ask(AlertsDocument, { within, first: 100 });
  const open = alerts.edges.find(({ node }) => node.status === 'OPEN')?.node;
  return open ? { input: { alertId: open.id, expectedVersion: open.version } } : null;
}
