import type { Client, House } from '../helpers/house.js';

export const INBOX = `query ($seen: Boolean) {
  inbox(first: 25, seen: $seen) { totalCount edges { node {
    id topic step severity count createdAt lastAt deliverAt deliveredAt seenAt actedAt region { code }
    items(first: 50) { totalCount edges { node { at actedAt title subject { type id } } } } } } }
  inboxCount { unseen critical } }`;

export interface Notice {
  id: string;
  topic: string;
  step: string | null;
  severity: string;
  count: number;
  lastAt: string;
  deliverAt: string;
  deliveredAt: string | null;
  seenAt: string | null;
  actedAt: string | null;
  region: { code: string };
  items: {
    totalCount: number;
    edges: { node: { actedAt: string | null; subject: { type: string; id: string } } }[];
  };
}

/** What a client was told, newest first. */
export async function noticesOf(
  client: Client,
  more: { seen?: boolean; topic?: string } = {},
): Promise<Notice[]> {
  const { inbox } = await client.data(INBOX, { seen: more.seen ?? null });
  const all = (inbox.edges as { node: Notice }[]).map(({ node }) => node);
  return more.topic ? all.filter(({ topic }) => topic === more.topic) : all;
}

export const CONFIRM = `mutation ($input: ConfirmNoticesInput!) {
  confirmNotices(input: $input) { mark notices { id deliveredAt seenAt } } }`;

/** The demo's inboxes are full from its loading: from here on only what comes now. */
export const emptyInboxes = (house: House) => house.sql('delete from inbox_notice');

export const idOf = async (house: House, username: string): Promise<string> =>
  (await house.sql('select id from account where username = $1', [username]))[0].id;
