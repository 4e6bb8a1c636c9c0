import type { Storing } from '../../../client/shelf.js';

/**
 * What is kept by one tab over a reload and by no other. The browser's session storage is copied when a tab is
 * duplicated, and then two tabs would hold one refresh token, which is good once. So what is kept lies in memory, and in
 * the storage only while the page goes and comes.
 */
export const tabStorage: Storing = openTabStorage('duban.tab.');

function openTabStorage(prefix: string): Storing {
  const kept = new Map<string, string>();
  for (const key of Object.keys(sessionStorage).filter((each) => each.startsWith(prefix))) {
    kept.set(key.slice(prefix.length), sessionStorage.getItem(key) ?? '');
    sessionStorage.removeItem(key);
  }
  addEventListener('pagehide', () => {
    for (const [key, text] of kept) sessionStorage.setItem(prefix + key, text);
  });
  // A page that comes back from the browser's memory goes on where it was.
  addEventListener('pageshow', () => {
    for (const key of kept.keys()) sessionStorage.removeItem(prefix + key);
  });
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => kept.set(key, text),
    removeItem: (key) => kept.delete(key),
  };
}
