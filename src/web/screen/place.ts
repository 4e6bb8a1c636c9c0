/** How many digits of a code every region inside it begins with, by the zeros at its end. */
const STEPS = [2, 4, 6, 9, 12] as const;

/** The digits that a region shares with everything inside it. */
export function prefixOf(code: string): string {
  const digits = STEPS.find((length) => Number(code.slice(length)) === 0) ?? 12;
  return code.slice(0, digits);
}

export const isInside = (code: string, within: string): boolean => code.startsWith(prefixOf(within));

export const isVillage = (code: string): boolean => prefixOf(code).length === 12;
