// The one rule by which sensitive values are shown: two masks of one value, put side by side, would give it away.

/** Under this age a person's data are sensitive as a whole (PIPL, article 28). */
export const AGE_OF_DISCRETION = 14;

/** When somebody was born, as far as the register says so. */
export interface Born {
  readonly idNumber: string;
  readonly birthYear: number;
}

/**
 * Whether somebody is under 14 on a day (YYYY-MM-DD): on the 14th birthday no more. Where the recorded year and the ID
 * number disagree, the later decides; the day is always that of the ID number.
 */
export function isMinor({ idNumber, birthYear }: Born, today: string): boolean {
  const year = Math.max(Number(idNumber.slice(6, 10)), birthYear);
  const comesOfAge = `${year + AGE_OF_DISCRETION}-${idNumber.slice(10, 12)}-${idNumber.slice(12, 14)}`;
  return today < comesOfAge;
}

/** Province and city at the front, the last four at the end; the birth date never shows, and of a minor no end. */
export function maskIdNumber(idNumber: string, minor: boolean): string {
  const end = minor ? '' : idNumber.slice(-4);
  return idNumber.slice(0, 4).padEnd(idNumber.length - end.length, '*') + end;
}

/** The first three and the last four digits; always as many asterisks. */
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}****${phone.slice(-4)}`;

/** The last four digits; always as many asterisks, so that the length says nothing of the bank. */
export const maskBankAccount = (account: string): string => `****${account.slice(-4)}`;

/** Of a minor the first character, which is the surname, and one asterisk, however long the rest. */
export const maskName = (name: string, minor: boolean): string => (minor ? `${[...name][0]}*` : name);
