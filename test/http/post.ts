import { expect } from '@jest/globals';
import type { Answer, Client } from '../helpers/house.js';

export const REQUEST_ID = /^[0-9a-f-]{36}$/;

/** A request as no client library would send it. */
export async function post(client: Client, body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${client.address}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${client.accessToken}`,
      ...headers,
    },
    body,
  });
  return { status: response.status, answer: (await response.json()) as Answer, headers: response.headers };
}

/** Status and code, and the promise that every error carries the id of its request. */
export async function told(sent: ReturnType<typeof post>) {
  const { status, answer } = await sent;
  for (const { extensions } of answer.errors ?? []) expect(extensions.requestId).toMatch(REQUEST_ID);
  return [status, answer.errors?.[0]?.extensions.code];
}
