import { Refusal } from '../errors.js';
import type { Limits } from '../limits.js';

type Bounds = Pick<Limits, 'variablesBytes' | 'variablesDepth' | 'variablesList' | 'variablesText'>;

/** Names that mean something to every object of JavaScript; no input of ours has such a field. */
const MEANINGFUL: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Refuses variables that are too much, before anything reads them.
 * @throws VARIABLES_TOO_LARGE · BAD_USER_INPUT
 */
export function demandSmall(variables: unknown, bounds: Bounds): void {
  if (variables === null || variables === undefined) return;
  look(variables, 1, bounds);
  // Only now: writing out what is nested without end would overflow the stack.
  const bytes = Buffer.byteLength(JSON.stringify(variables));
  if (bytes > bounds.variablesBytes)
    throw tooLarge('The variables are too large', bounds.variablesBytes, 'bytes');
}

function look(value: unknown, depth: number, bounds: Bounds): void {
  if (typeof value === 'string') {
    if (value.length > bounds.variablesText)
      throw tooLarge('A text in the variables is too long', bounds.variablesText, 'characters');
  } else if (value !== null && typeof value === 'object') {
    if (depth > bounds.variablesDepth)
      throw tooLarge('The variables are nested too deep', bounds.variablesDepth, 'levels');
    if (Array.isArray(value) && value.length > bounds.variablesList)
      throw tooLarge('A list in the variables is too long', bounds.variablesList, 'entries');
    for (const name of Object.keys(value)) {
      if (MEANINGFUL.has(name)) throw new Refusal('BAD_USER_INPUT', `No input has a field ${name}.`);
      look((value as Record<string, unknown>)[name], depth + 1, bounds);
    }
  }
}

const tooLarge = (what: string, limit: number, unit: string): Refusal =>
  new Refusal('VARIABLES_TOO_LARGE', `${what}; at most ${limit} ${unit} are taken.`, { limit });
