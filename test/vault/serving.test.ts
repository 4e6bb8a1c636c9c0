import { afterEach, beforeEach, expect, test } from '@jest/globals';
import pg from 'pg';
import { openOwner } from '../../src/db/orm.js';
import type { Fact } from '../../src/events/facts.js';
import { record } from '../../src/events/record.js';
import type { Log } from '../../src/log.js';
import { readDataKeys } from '../../src/vault/data-keys.js';
import { type Rotated, rotate } from '../../src/vault/rotate.js';
import { Vault } from '../../src/vault/vault.js';
import { type Client, type House, openHouse, operation } from '../helpers/house.js';
import { buildMember, HESHENG, register, UPDATE } from '../households/family.js';
import { membersIn } from '../households/sealed.js';
import { DAMAGED, log } from './probe.js';

let house: House;
let village: Client;
let rotator: pg.Client;
beforeEach(async () => {
  house = await openHouse();
  village = await house.signIn('hesheng.village');
  rotator = new pg.Client({ connectionString: house.database.ownerUrl });
  await rotator.connect();
});
afterEach(async () => {
  await rotator.end();
  await house.close();
});

/** As `npm run keys -- rotate` does it. */
async function rotateAll(batch = 20): Promise<Rotated[]> {
  const orm = await openOwner(house.database.ownerUrl);
  const state = (fact: Fact) =>
    orm.em.fork().transactional(async (em) => {
      await record(em, [fact], { happenedAt: house.clock.now(), actorId: null });
    });
  const secrets = () => house.database.secrets;
  return rotate({ client: rotator, secrets, log, state, batch }).finally(() => orm.close(true));
}

const keyOf = async (id: string): Promise<number> => {
  const [row] = await house.sql('select id_number_sealed as blob from household_member where id = $1', [id]);
  return row.blob.readUInt32BE(2);
};

test('a node hears of a new key and seals with it, without having met it in any value', async () => {
  const before = await register(village);
  const rotated = (await rotateAll()).find(({ family }) => family === 'household');
  await house.settled();
  const { members } = await register(village);
  expect(await keyOf(members[0].id)).toBe(rotated?.keyId);
  expect(await keyOf(before.members[0].id)).toBe(rotated?.keyId);
});

test('families are read, changed and registered while all values are sealed anew: each stays as last written', async () => {
  const families = [await register(village), await register(village), await register(village)];
  const rotated = rotateAll(3);
  const changes = families.map(async (family) => {
    let { id, version } = family;
    let members = family.members;
    for (const health of ['CHRONIC', 'SERIOUS', 'DISABLED', 'HEALTHY', 'CHRONIC']) {
      const given = members.map(({ idNumberMasked: _, ...member }: { idNumberMasked: string }) => ({
        ...member,
        health,
      }));
      const input = { householdId: id, expectedVersion: version, members: given };
      const { updateHousehold } = await village.data(UPDATE, { input });
      ({ id, version, members } = updateHousehold.household);
      expect(members.map((member: { health: string }) => member.health)).toEqual([health, health]);
      const { household } = await village.data(operation('household'), { id });
      expect(household.members).toEqual(members);
    }
    return members;
  });
  // One after the other: registrations in one village wait for each other, and only so long.
  const registered = async () => {
    const made = [];
    for (let nth = 0; nth < 8; nth += 1) made.push(await register(village));
    return made;
  };
  const [done, written, fresh] = await Promise.all([rotated, Promise.all(changes), registered()]);
  expect(done.filter(({ left }) => left > 0)).toEqual([]);
  expect(done.map(({ family }) => family)).toContain('household');
  const stored = new Map(
    (await membersIn(house, 'region_code = $1', [HESHENG])).map((each) => [each.id, each]),
  );
  for (const member of [...written.flat(), ...fresh.flatMap(({ members }) => members)]) {
    const { idNumber, health } = stored.get(member.id) ?? { idNumber: '', health: '' };
    expect({
      id: member.id,
      health,
      idNumberMasked: `${idNumber.slice(0, 4)}**********${idNumber.slice(14)}`,
    }).toEqual({
      id: member.id,
      health: member.health,
      idNumberMasked: member.idNumberMasked,
    });
  }
  // Equality is untouched by it.
  const [someone] = stored.values();
  const input = {
    regionCode: HESHENG,
    category: 'GENERAL',
    mainCause: 'ILLNESS',
    members: [buildMember({ idNumber: someone?.idNumber })],
  };
  const REGISTER = 'mutation ($input: RegisterHouseholdInput!) { registerHousehold(input: $input) { mark } }';
  expect(await village.refusal(REGISTER, { input })).toMatchObject({ code: 'DUPLICATE_PERSON' });
}, 60_000);

test('without its secrets a node goes on with the keys it has; what does not open raises an alarm without the value', async () => {
  const alarms: unknown[][] = [];
  let secrets = () => house.database.secrets;
  const vault = new Vault({
    read: () => readDataKeys(rotator),
    secrets: () => secrets(),
    log: { error: (...said: unknown[]) => alarms.push(said) } as unknown as Log,
  });
  await vault.refresh();
  secrets = () => {
    throw new Error('the file is gone');
  };
  const place = { table: 'household_member', column: 'health_sealed', rowId: HESHENG };
  const blob = vault.seal(place, 'SERIOUS');
  await vault.refresh();
  expect(await vault.open(place, blob)).toBe('SERIOUS');
  expect(alarms).toEqual([]);
  await expect(vault.open({ ...place, rowId: 'another' }, blob)).rejects.toEqual(DAMAGED);
  expect(alarms).toEqual([
    [{ ...place, rowId: 'another', keyId: 2 }, 'a stored value does not open: it was changed or moved'],
  ]);
});
