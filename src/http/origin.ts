import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';

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

/**
 * The address that counts as a request's own: its peer's, or what a trusted proxy says stands behind it. Everybody may
 * write X-Forwarded-For, so nobody else is believed.
 */
export function addressBehind(trustedProxies: readonly string[]): (request: IncomingMessage) => string {
  const trusts = proxyAddr.compile([...trustedProxies]);
  return (request) => proxyAddr(request, trusts);
}
