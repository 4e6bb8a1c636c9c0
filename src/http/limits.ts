/** Bounds on what one request may bring; the same on HTTP and on sockets, but for the size of a message. */
export const MAX_TOKENS = 1000;
export const MAX_BODY_BYTES = 256 * 1024;
/** A socket takes subscriptions only, and those are short. */
export const MAX_MESSAGE_BYTES = 64 * 1024;
/** Subscriptions open at once on one socket. */
export const MAX_SUBSCRIPTIONS = 100;
/** Fields within fields; fragments count where they are spread. */
export const MAX_DEPTH = 10;
/** Fields an answer may hold, as estimated before it is made: a page counts `first` times, another list five times. */
export const MAX_COST = 20_000;
