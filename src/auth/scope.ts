/**
 * Regions as ranges. The official 12-digit code is the key and the hierarchy: 2 digits for the province, then 2, 2,
 * 3 and 3, padded with zeros. Everything inside a region is the half-open range `[prefix, prefix + ':')` in byte
 * order (':' follows '9'), which an index can walk; never `LIKE`.
 */
export interface Scope {
  readonly from: string;
  readonly to: string;
}

/** The five levels of the official list, highest first. */
export const LEVELS = ['PROVINCE', 'PREFECTURE', 'COUNTY', 'TOWNSHIP', 'VILLAGE'] as const;
export type Level = (typeof LEVELS)[number];

const LEVEL_LENGTHS = [2, 4, 6, 9] as const;

/** Exactly 12 ASCII digits; `\d` with no flags is ASCII only in JavaScript. */
export const isRegionCode = (text: string): boolean => /^\d{12}$/.test(text);

/** The digits that everything inside the region begins with. */
export function prefixOf(code: string): string {
  const length = LEVEL_LENGTHS.find((digits) => /^0*$/.test(code.slice(digits)));
  return code.slice(0, length);
}

/** The level that a code is of, by its digits alone. */
export const levelOf = (code: string): Level =>
  LEVELS[[...LEVEL_LENGTHS, 12].indexOf(prefixOf(code).length)] ?? 'VILLAGE';

/** True for a village: nothing lies inside it. */
export const isLeaf = (code: string): boolean => prefixOf(code) === code;

export function scopeOf(code: string): Scope {
  const prefix = prefixOf(code);
  return { from: prefix, to: `${prefix}:` };
}

/** Every place there is: for what the house does by itself. */
export const EVERYWHERE: readonly Scope[] = [{ from: '0', to: ':' }];

export const lies = (code: string, scope: Scope): boolean => code >= scope.from && code < scope.to;

/** True when `inner` is `outer` or lies inside it. */
export const isInside = (inner: string, outer: string): boolean =>
  prefixOf(inner).startsWith(prefixOf(outer));

/** The region itself and all that contain it, largest first. A prefecture without counties simply has fewer. */
export function pathOf(code: string): string[] {
  const own = prefixOf(code);
  const above = LEVEL_LENGTHS.filter((digits) => digits < own.length).map((digits) =>
    own.slice(0, digits).padEnd(12, '0'),
  );
  return [...new Set([...above, code])];
}
