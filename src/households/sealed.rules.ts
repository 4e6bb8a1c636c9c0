import type { Vault } from '../vault/vault.js';
import type { Health, Household, HouseholdMember } from './household.entity.js';

// What of this room lies encrypted: one function for each value and direction. A value is bound to its row and column.

type MemberColumn = 'id_number_sealed' | 'health_sealed' | 'phone_sealed';

const ofMember = (column: MemberColumn, rowId: string) => ({ table: 'household_member', column, rowId });
const bankAccountOf = (rowId: string) => ({ table: 'household', column: 'bank_account_sealed', rowId });

/** What is readable of a member only with the vault. */
export interface MemberSecrets {
  readonly idNumber: string;
  readonly health: Health;
  readonly phone: string | null;
}

/** The columns for a member's secrets, sealed for the row with this id. */
export const sealMember = (vault: Vault, id: string, { idNumber, health, phone }: MemberSecrets) => ({
  idNumberSealed: vault.seal(ofMember('id_number_sealed', id), idNumber),
  idNumberIndex: idNumberIndex(vault, idNumber),
  healthSealed: vault.seal(ofMember('health_sealed', id), health),
  phoneSealed: phone === null ? null : vault.seal(ofMember('phone_sealed', id), phone),
});

/** What an ID number is found by: 18 characters, the last one never a small x. */
export const idNumberIndex = (vault: Vault, idNumber: string): Buffer =>
  vault.index('household_member.id_number', idNumber);

/** @throws DATA_INTEGRITY_ERROR, as do all that open */
export const openIdNumber = (
  vault: Vault,
  { id, idNumberSealed }: Pick<HouseholdMember, 'id' | 'idNumberSealed'>,
): Promise<string> => vault.open(ofMember('id_number_sealed', id), idNumberSealed);

export const openHealth = async (
  vault: Vault,
  { id, healthSealed }: Pick<HouseholdMember, 'id' | 'healthSealed'>,
): Promise<Health> => (await vault.open(ofMember('health_sealed', id), healthSealed)) as Health;

/** null for somebody without a telephone. */
export const openPhone = async (
  vault: Vault,
  { id, phoneSealed }: Pick<HouseholdMember, 'id' | 'phoneSealed'>,
): Promise<string | null> => (phoneSealed ? vault.open(ofMember('phone_sealed', id), phoneSealed) : null);

export const sealBankAccount = (vault: Vault, householdId: string, account: string): Buffer =>
  vault.seal(bankAccountOf(householdId), account);

/** null where none is known. */
export const openBankAccount = async (
  vault: Vault,
  { id, bankAccountSealed }: Pick<Household, 'id' | 'bankAccountSealed'>,
): Promise<string | null> => (bankAccountSealed ? vault.open(bankAccountOf(id), bankAccountSealed) : null);
