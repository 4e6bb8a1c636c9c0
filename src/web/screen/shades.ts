/** The five shades of one measure, dark to light; see theme.css. */
export const SHADES = [0, 1, 2, 3, 4] as const;
export type Shade = (typeof SHADES)[number];

/** A measure laid out over the shades. */
export interface Scale {
  readonly from: number;
  readonly to: number;
}

/** From the smallest to the largest that there is: regions that differ by little are still told apart. */
export const scaleOver = (values: readonly number[]): Scale =>
  values.length === 0 ? { from: 0, to: 1 } : { from: Math.min(...values), to: Math.max(...values) };

/** From nothing to everything: the same share has the same shade wherever it stands. */
export const WHOLE: Scale = { from: 0, to: 1 };

export function shadeOf(value: number, { from, to }: Scale): Shade {
  if (to <= from) return 0;
  const step = Math.floor(((value - from) / (to - from)) * SHADES.length);
  return SHADES[Math.min(SHADES.length - 1, Math.max(0, step))] ?? 0;
}
