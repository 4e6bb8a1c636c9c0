import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { type House, openHouse } from '../helpers/house.js';

/**
 * What of the audits does not hold here, and why. Each is a SHOULD or a MAY; a MUST has no business in this list.
 */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  '5A70': 'GET is off: a browser may send one to a stranger, and its address is kept in logs.',
  D6D5: 'GET is off.',
  '6A70': 'GET is off.',
  '572B':
    'What is refused before execution has its own status, whatever is accepted; clients rely on the code.',
  FDE2: 'The same.',
  '7B9B': 'The same.',
};

let house: House;
const audits = serverAudits({ url: () => `${house.address}/graphql` });

beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

test('there are as many audits as we know of', () => {
  const levels = audits.map(({ name }) => name.split(' ')[0]);
  const count = (level: string) => levels.filter((each) => each === level).length;
  expect({ must: count('MUST'), should: count('SHOULD'), may: count('MAY') }).toEqual({
    must: 13,
    should: 23,
    may: 25,
  });
});

test.each(audits.map((audit) => [audit.id, audit.name, audit] as const))('%s %s', async (id, name, audit) => {
  const result = await audit.fn();
  const reason = 'reason' in result ? result.reason : null;
  if (name.startsWith('MUST') || !(id in EXCEPTIONS)) expect({ id, reason }).toEqual({ id, reason: null });
  else expect({ id, holds: result.status === 'ok' }).toEqual({ id, holds: false });
});

test('no exception is for an audit that does not exist, or that must hold', () => {
  const optional = audits.filter(({ name }) => !name.startsWith('MUST')).map(({ id }) => id);
  expect(Object.keys(EXCEPTIONS).filter((id) => !optional.includes(id))).toEqual([]);
});
