import { codeOf, fromBase32, stepAt } from '../../src/auth/totp.js';
import { type Client, type House, operation } from '../helpers/house.js';

/** What an app with this secret shows, so many steps of 30 seconds from now. */
export const appCode = (secret: string, off = 0): string =>
  codeOf(fromBase32(secret), stepAt(new Date()) + off);

/** As a lost telephone or another month would leave it: the code that was used last is long ago. */
export const forgetLastCode = (house: House): Promise<unknown> =>
  house.sql('update second_factor set last_step = 0');

/** A new secret for the account behind the client, not yet confirmed. */
export const enrol = async (client: Client, password: string): Promise<{ secret: string; uri: string }> =>
  (await client.data(operation('account/enrol-second-factor'), { password })).enrolSecondFactor;

export const confirm = (client: Client, code: string) =>
  client.ask(operation('account/confirm-second-factor'), { code });
