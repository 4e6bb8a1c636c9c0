// Counts of households for those who may not see households: a count of one to four would say who is meant. What is
// shown is the same for every such viewer, so that no two learn more together than one of them alone.
//
// Promised of everything that is shown together, in every region and every sum: each withheld count can still be
// another one. Sums of regions and of statuses give nothing back, neither alone nor subtracted from each other.
//
// - Along one sum (regions inside a region, statuses of the topmost) two unknown parts of a known sum can shift
//   against each other. Below a withheld part the parts that are not none are withheld too, so nothing pins it there.
// - Where both sums meet, the statuses of all regions inside one are shown as a whole or withheld as a whole. Of a whole
//   table with known margins a cell can shift unless one row or one column holds everything; there it is the margin.
//   Fewer known margins, or a finer division of the rows, only leave more room.

/** The smallest count that is shown, but for none. */
export const SMALLEST = 5;

/** null: withheld. */
export type Shown = number | null;

const isSmall = (count: number): boolean => count > 0 && count < SMALLEST;
const sumOf = (counts: readonly number[]): number => counts.reduce((sum, count) => sum + count, 0);

/**
 * The parts of a sum: small ones withheld, and one more where they would follow from the sum (one alone, or nothing but
 * ones): the smallest of the others, or else those that are none.
 */
export function shownParts(parts: readonly number[], isSumShown: boolean): Shown[] {
  const some = parts.filter((part) => part > 0);
  if (!isSumShown) return parts.map((part) => (part > 0 || some.length === 0 ? null : part));
  const small = parts.filter(isSmall);
  const follows = small.length === 1 || (small.length > 0 && sumOf(small) === small.length);
  const further = follows ? smallestOf(parts) : null;
  return parts.map((part, at) => {
    const isFurther = follows && (further === null ? part === 0 : further === at);
    return isSmall(part) || isFurther ? null : part;
  });
}

/** Where the smallest part lies that is not small itself. */
function smallestOf(parts: readonly number[]): number | null {
  const others = parts.flatMap((part, at) => (part >= SMALLEST ? [{ part, at }] : []));
  return others.sort((one, other) => one.part - other.part || one.at - other.at)[0]?.at ?? null;
}

/** The households of one region as they are counted. */
export interface Counts {
  readonly code: string;
  /** null at the top of the tree. */
  readonly parentCode: string | null;
  readonly byStatus: readonly number[];
  readonly planned: number;
  readonly lifted: number;
}

/** The same as they are shown. */
export interface ShownCounts {
  readonly total: Shown;
  readonly byStatus: readonly Shown[];
  readonly planned: Shown;
  readonly lifted: Shown;
}

interface Known {
  readonly counts: Counts;
  readonly shown: ShownCounts;
}

/**
 * What is shown of regions, given all that lie directly inside the same regions, and the same for everything above:
 * largest first, since what is withheld above decides on what is below.
 */
export function shownCounts(regions: readonly Counts[]): Map<string, ShownCounts> {
  const known = new Map<string, Known>();
  for (const [parentCode, siblings] of Map.groupBy(regions, (region) => region.parentCode)) {
    const parent = parentCode === null ? undefined : known.get(parentCode);
    const shown = parent ? shownInside(parent, siblings) : siblings.map(shownAtTop);
    siblings.forEach((counts, at) => {
      known.set(counts.code, { counts, shown: shown[at] as ShownCounts });
    });
  }
  return new Map([...known].map(([code, { shown }]) => [code, shown]));
}

const shownAlone = (count: number): Shown => (isSmall(count) ? null : count);

function shownAtTop({ byStatus, planned, lifted }: Counts): ShownCounts {
  const total = shownAlone(sumOf(byStatus));
  return {
    total,
    byStatus: shownParts(byStatus, total !== null),
    planned: shownAlone(planned),
    lifted: shownAlone(lifted),
  };
}

function shownInside({ counts: above, shown: parent }: Known, siblings: readonly Counts[]): ShownCounts[] {
  const along = (count: (region: Counts) => number, isSumShown: boolean) =>
    shownParts(siblings.map(count), isSumShown);
  const totals = along(({ byStatus }) => sumOf(byStatus), parent.total !== null);
  const planned = along((region) => region.planned, parent.planned !== null);
  const lifted = along((region) => region.lifted, parent.lifted !== null);
  const isWhole =
    parent.byStatus.every((count) => count !== null) &&
    !siblings.some(({ byStatus }) => byStatus.some(isSmall));
  return siblings.map(({ byStatus }, at) => {
    const total = totals[at] ?? null;
    const all = sumOf(above.byStatus);
    return {
      total,
      byStatus: isWhole ? byStatus : withheldStatuses(parent.byStatus, total, total === all),
      planned: planned[at] ?? null,
      lifted: lifted[at] ?? null,
    };
  });
}

/** Nothing but what follows from the sums anyway. */
function withheldStatuses(above: readonly Shown[], total: Shown, isAll: boolean): Shown[] {
  if (total === 0) return above.map(() => 0);
  if (isAll) return [...above];
  const isOnly = above.filter((count) => count !== 0).length === 1;
  return above.map((count) => (count === 0 ? 0 : isOnly ? total : null));
}
