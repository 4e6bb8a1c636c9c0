import type { HouseholdMember } from '../../src/households/household.entity.js';
import { openHealth, openIdNumber, openPhone } from '../../src/households/sealed.rules.js';
import { openLog } from '../../src/log.js';
import { openVault, type Vault } from '../../src/vault/vault.js';
import type { FreshDatabase } from '../helpers/database.js';
import type { House } from '../helpers/house.js';

/** The vault of a test's database, as a node of it opens its own. */
export const vaultOf = (database: FreshDatabase): Promise<Vault> =>
  openVault(database.runtimeUrl, () => database.secrets, openLog('silent'));

/** Members as they lie in the database, with what is sealed opened. `where` is SQL on household_member. */
export async function membersIn(house: House, where: string, values: unknown[] = []) {
  const vault = await vaultOf(house.database);
  const rows = await house.sql(
    `select id, household_id as "householdId", name, relation, birth_year as "birthYear", labour,
       id_number_sealed as "idNumberSealed", health_sealed as "healthSealed", phone_sealed as "phoneSealed"
     from household_member where ${where}`,
    values,
  );
  return Promise.all(
    (rows as HouseholdMember[]).map(async (row) => ({
      id: row.id,
      householdId: row.householdId,
      name: row.name,
      relation: row.relation,
      birthYear: row.birthYear,
      labour: row.labour,
      idNumber: await openIdNumber(vault, row),
      health: await openHealth(vault, row),
      phone: await openPhone(vault, row),
    })),
  );
}
