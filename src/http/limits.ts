/** Bounds on what one request may bring; the same on HTTP and on sockets. */
export const MAX_TOKENS = 1000;
export const MAX_BODY_BYTES = 256 * 1024;
