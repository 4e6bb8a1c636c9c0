import { identified } from '../auth/may.js';
import { demandGoodPassword, normalPassword } from '../auth/password.js';
import { Refusal } from '../errors.js';
import { record } from '../events/record.js';
import type { Context } from '../http/context.js';
import { enter } from '../ledger/enter.js';
import { Account } from './account.entity.js';
import { confirmPassword } from './factor.actions.js';
import { endSessions } from './leaving.actions.js';

/**
 * Changes one's own password, also one that was handed over, and ends every other session of the account: whoever knew
 * the old one is out.
 * @throws UNAUTHENTICATED (wrong current password) · RATE_LIMITED · LOGIN_BUSY · BAD_USER_INPUT (too weak, or the same)
 */
export async function changePassword(context: Context, current: string, next: string): Promise<boolean> {
  const by = identified(context.asker);
  const { accountId, sessionId } = by;
  const { em, credentials, now, kick } = context;
  const entry = { act: 'password.change', operation: 'changePassword', by } as const;
  const { username, name } = await confirmPassword(context, entry, current);
  demandGoodPassword(next, [username, name], 'newPassword');
  if (normalPassword(next) === normalPassword(current))
    throw new Refusal('BAD_USER_INPUT', 'newPassword must be another one.', { field: 'newPassword' });
  const passwordHash = await credentials.hasher.hash(next);
  await em.transactional(async (tx) => {
    await tx.nativeUpdate(Account, { id: accountId }, { passwordHash, mustChangePassword: false });
    const ended = await endSessions(tx, { accountId, except: sessionId }, context);
    await enter(tx, context, entry);
    await record(tx, ended, { happenedAt: now, actorId: accountId });
  });
  kick();
  return true;
}
