import { expect, test } from '@jest/globals';
import { openHouse, operation } from '../helpers/house.js';

test('more sign-ins at once than may wait are turned away, uncounted, and the next one comes in', async () => {
  const env = { LIMIT_PASSWORD_CHECKS: '1', LIMIT_PASSWORD_CHECKS_WAITING: '1' };
  const house = await openHouse({ env });
  try {
    const password = house.database.secrets.demoPassword;
    const signIn = (username: string) => house.client().ask(operation('login'), { username, password });
    const answers = await Promise.all(Array.from({ length: 40 }, () => signIn('hesheng.village')));
    const refused = answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions) ?? []);
    expect(refused.length).toBeGreaterThan(0);
    for (const extensions of refused)
      expect(extensions).toMatchObject({ code: 'LOGIN_BUSY', retryAfterMs: 1000 });
    expect(answers.filter(({ data }) => data?.login).length).toBeGreaterThan(0);
    expect(await house.sql('select from failed_attempt')).toEqual([]);
    expect((await signIn('hesheng.village')).data.login.expiresAt).toEqual(expect.any(String));
  } finally {
    await house.close();
  }
});
