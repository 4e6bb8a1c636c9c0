/** The pause before an attempt is drawn between nothing and this, which doubles from attempt to attempt, … */
const FIRST_MS = 500;
/** … but stays below this: a server that is back is found again within seconds, also after days. */
const LONGEST_MS = 15_000;

/**
 * How long to wait after so many failures in a row. Drawn from the whole range, so that the screens of a city that were
 * all cut by one restart do not all come back in one moment.
 */
export const pauseAfter = (failures: number, random: () => number): number =>
  random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** failures);
