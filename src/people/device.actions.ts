import { hashCode } from '../auth/code.js';
import { Refusal } from '../errors.js';
import type { Context } from '../http/context.js';
import { enterRefusal } from '../ledger/enter.js';
import { Attempt } from './attempt.actions.js';
import { beginSession } from './session.actions.js';

/** As many characters as 128 random bits have in base64url. */
const SECRET_MIN = 22;
const SECRET_MAX = 200;

/**
 * Signs the browser of a wall screen in with the code an administrator was given for it, which is thereby used up. From
 * now on its session goes on only together with the secret that the browser chose here.
 * @throws UNAUTHENTICATED (wrong, used or late code) · RATE_LIMITED · BAD_USER_INPUT (secret)
 */
export async function signInDevice(context: Context, code: string, deviceSecret: string) {
  if (deviceSecret.length < SECRET_MIN || deviceSecret.length > SECRET_MAX) {
    const sentence = `deviceSecret must be ${SECRET_MIN} to ${SECRET_MAX} random characters.`;
    throw new Refusal('BAD_USER_INPUT', sentence, { field: 'deviceSecret', limit: SECRET_MIN });
  }
  const attempt = Attempt.signIn(context, null);
  await attempt.demandOpen();
  // One statement, so that of two browsers with one code exactly one is the device.
  const [account] = await context.em.execute<{ id: string; regionCode: string }[]>(
    `update account set pairing_hash = null, pairing_until = null
     where pairing_hash = ? and pairing_until > ? and kind = 'DEVICE' and disabled_at is null returning id, home_region_code as "regionCode"`,
    [hashCode(code), context.clock.real()],
  );
  if (!account) {
    await attempt.failed();
    const entry = { act: 'session.signIn', operation: 'signInDevice', by: null } as const;
    await enterRefusal(context, entry, 'UNAUTHENTICATED');
    throw new Refusal('UNAUTHENTICATED', 'This code is wrong, used or too old. Ask for another.');
  }
  return beginSession(context, account, { operation: 'signInDevice', deviceSecret });
}
