import type { LoginMutation } from '../../schema/generated/documents.js';
import { isRecord, Shelf, type Storing } from './shelf.js';

/** Who signed in, with every grant, as the server said at that time. Rights are the server's business at each request. */
export type Viewer = LoginMutation['login']['viewer'];

/** What of a session outlives the page. No access token: each page gets its own, whose life it measures itself. */
export interface KeptSession {
  readonly refreshToken: string;
  readonly viewer: Viewer;
}

export const sessionShelf = (storage: Storing | null, key: string): Shelf<KeptSession> =>
  new Shelf(storage, key, isKeptSession);

function isKeptSession(found: unknown): found is KeptSession {
  if (!isRecord(found) || typeof found.refreshToken !== 'string' || !isRecord(found.viewer)) return false;
  const { id, name, grants } = found.viewer;
  return typeof id === 'string' && typeof name === 'string' && Array.isArray(grants);
}
