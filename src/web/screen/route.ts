import { useSyncExternalStore } from 'react';

/** A list that a number leads down to. */
export type ListName = 'tasks' | 'alerts' | 'projects' | 'villages' | 'households';

/** Where on the screen somebody is; all of it in the address, so that back, forward and a bookmark work. */
export interface Route {
  /** Null: the viewer's own region. */
  readonly region: string | null;
  /** An open list with its filter. */
  readonly list: { readonly name: ListName; readonly filter: Readonly<Record<string, string>> } | null;
  /** An open task. */
  readonly task: string | null;
}

const LISTS: readonly string[] = [
  'tasks',
  'alerts',
  'projects',
  'villages',
  'households',
] satisfies ListName[];
const isList = (name: string): name is ListName => LISTS.includes(name);

export function readRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const [region = '', what = '', id = ''] = path.split('/');
  const filter = Object.fromEntries(new URLSearchParams(search));
  return {
    region: /^\d{12}$/.test(region) ? region : null,
    list: isList(what) ? { name: what, filter } : null,
    // Ids of the API need no escaping; what does is none of them, and is answered as any unknown one.
    task: what === 'task' && id !== '' ? id : null,
  };
}

export function writeRoute({ region, list, task }: Partial<Route>): string {
  const at = `#/${region ?? ''}`;
  if (task) return `${at}/task/${task}`;
  if (!list) return at;
  const search = new URLSearchParams(list.filter).toString();
  return `${at}/${list.name}${search && `?${search}`}`;
}

/** How many steps of this page lie behind. */
let steps = 0;

/** Goes somewhere; back returns. */
export function go(route: Partial<Route>): void {
  steps += 1;
  location.hash = writeRoute(route);
}

/** Closes what was opened: back to where one came from, or there when one came from outside. */
export function leave(otherwise: Partial<Route>): void {
  if (steps > 0) {
    steps -= 1;
    history.back();
  } else location.hash = writeRoute(otherwise);
}

const onHashChange = (changed: () => void) => {
  addEventListener('hashchange', changed);
  return () => removeEventListener('hashchange', changed);
};

export function useRoute(): Route {
  return readRoute(useSyncExternalStore(onHashChange, () => location.hash));
}
