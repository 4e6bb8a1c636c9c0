/** Bounds on what one request may bring; the same on HTTP and on sockets, but for the size of a message. */
export const MAX_TOKENS = 1000;
export const MAX_BODY_BYTES = 256 * 1024;
/** A socket takes subscriptions only, and those are short. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
