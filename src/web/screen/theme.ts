import { useSyncExternalStore } from 'react';

/** A value of theme.css, for charts, which do not read style sheets. */
export const themed = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const remOf = (): number => Number.parseFloat(getComputedStyle(document.documentElement).fontSize);

// The rem follows the window alone: zoom, full screen and a turned device are told as a resize, too.
const onResize = (changed: () => void) => {
  addEventListener('resize', changed);
  return () => removeEventListener('resize', changed);
};

/** One rem in pixels, as it is now: text in charts grows with the wall as everything else does. */
export const useRem = (): number => useSyncExternalStore(onResize, remOf);

/** Whether somebody asked for less motion. */
export const isStill = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;
