/** A value of theme.css, for charts, which do not read style sheets. */
export const themed = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** One rem in pixels: text in charts grows with the wall as everything else does. */
export const remOf = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

/** Whether somebody asked for less motion. */
export const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
