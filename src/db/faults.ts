/** States and codes of a connection that is gone or cannot be made: PostgreSQL's, then Node's. */
const LOST = new Set([
  ...['08000', '08001', '08003', '08004', '08006', '25P03', '25P04', '57P01', '57P02', '57P03', '57P05'],
  ...['EAI_AGAIN', 'ECONNABORTED', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND'],
  ...['EPIPE', 'ERR_STREAM_DESTROYED', 'ETIMEDOUT'],
]);
/** The driver says these without any code. */
const LOST_WORDS = /^Connection terminated|^timeout exceeded when trying to connect|is not queryable$/;

/** States of a database that had no time or room for the statement; trying again may help. */
const BUSY = new Set(['40001', '40P01', '53000', '53100', '53200', '53300', '55P03', '57014']);

/** PostgreSQL's five characters or Node's word; the ORM's own exceptions carry it on. */
export function stateOf(fault: unknown): string {
  // Not by `instanceof`: Node makes an error of the network itself, which in a test is another Error than ours.
  const { code } = (fault ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** The database cannot be reached any more: whether a commit under way came through is not known. */
export const isLost = (fault: unknown): boolean =>
  LOST.has(stateOf(fault)) || LOST_WORDS.test(String(((fault ?? {}) as { message?: unknown }).message));

/** Nothing is wrong with the request: the database was not there, or had no time for it. */
export const isBusy = (fault: unknown): boolean => isLost(fault) || BUSY.has(stateOf(fault));

/** It, or the transaction it was part of, took longer than it may. */
export const isSlow = (fault: unknown): boolean => ['57014', '25P04'].includes(stateOf(fault));

/**
 * A text that the database cannot hold: it knows no NUL and no halves of characters. 08P01 is what it answers when the
 * ORM has put the NUL into the statement itself, which then ends there.
 */
export const isUnstorable = (fault: unknown): boolean => ['08P01', '22021', '22P05'].includes(stateOf(fault));

/** A row that was to be written lies outside the transaction's scope: row-level security did what the room forgot. */
export const isWalledOff = (fault: unknown): boolean =>
  stateOf(fault) === '42501' && fault instanceof Error && fault.message.includes('row-level security');
