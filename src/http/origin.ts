import type { IncomingHttpHeaders } from 'node:http';

/** Where a request or a socket comes from, as this node sees it. */
export interface Origin {
  /** The peer's network address. */
  readonly address: string;
  /** What it calls itself (User-Agent), cut to 200 characters; null when it says nothing. */
  readonly device: string | null;
}

const DEVICE_LENGTH = 200;

export const originOf = (address: string | undefined, headers: IncomingHttpHeaders): Origin => ({
  address: address ?? '',
  device: headers['user-agent']?.slice(0, DEVICE_LENGTH) ?? null,
});
