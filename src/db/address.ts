/** The same server and settings (host, port, TLS, every parameter), another database. */
export function withDatabase(address: string, database: string): string {
  const url = new URL(address);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}

/** The same database and settings, another user. */
export function withUser(address: string, user: string, password: string): string {
  const url = new URL(address);
  url.searchParams.delete('user');
  url.searchParams.delete('password');
  if (url.hostname !== '') {
    url.username = encodeURIComponent(user);
    url.password = encodeURIComponent(password);
  } else {
    // A socket address (postgresql:///duban?host=/run/postgresql) has no place for a user before the host.
    url.searchParams.set('user', user);
    url.searchParams.set('password', password);
  }
  return url.href;
}
