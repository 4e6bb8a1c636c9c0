import type { SessionState } from '../../client/session.js';
import type { Viewer } from '../../client/session.kept.js';

type Grant = Viewer['grants'][number];

const placed = ({ grants }: Viewer): Grant[] => grants.filter(({ region }) => region !== null);

/** Where the viewer's first grant holds; null when nobody is signed in. */
export function regionOf(state: SessionState): string | null {
  return state.is === 'signedIn' ? (placed(state.viewer)[0]?.region?.code ?? null) : null;
}

/** In what role and where, in a few words: "supervision office, 阜阳市". */
export function rightsOf(viewer: Viewer): string {
  const [first, ...others] = placed(viewer);
  if (!first) return 'no grants';
  const role = first.role.toLowerCase().replaceAll('_', ' ');
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `${role}, ${first.region?.name}${more}`;
}
