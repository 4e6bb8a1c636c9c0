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

/**
 * One count of regions, given all that lie directly inside the same regions, and the same for everything above: largest
 * first, since what is withheld above decides on what is below.
 */
export function shownTree(
  regions: readonly { code: string; parentCode: string | null; count: number }[],
): Map<string, Shown> {
  const known = new Map<string, Shown>();
  for (const [parentCode, siblings] of Map.groupBy(regions, (region) => region.parentCode)) {
    const counts = siblings.map(({ count }) => count);
    const parent = parentCode === null ? undefined : known.get(parentCode);
    const shown = parent === undefined ? counts.map(shownAlone) : shownParts(counts, parent !== null);
    siblings.forEach(({ code }, at) => {
      known.set(code, shown[at] ?? null);
    });
  }
  return known;
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

/** For those who may see the households themselves. */
export const exactly = ({ byStatus, planned, lifted }: Counts): ShownCounts => ({
  total: sumOf(byStatus),
  byStatus,
  planned,
  lifted,
});

/** Of a region that nothing is known about. */
export const NOTHING_SHOWN: ShownCounts = { total: null, byStatus: [], planned: null, lifted: null };

/** What is shown of regions, given as for {@link shownTree}. */
export function shownCounts(regions: readonly Counts[]): Map<string, ShownCounts> {
  const tree = (count: (region: Counts) => number) =>
    shownTree(regions.map((region) => ({ ...region, count: count(region) })));
  const totals = tree(({ byStatus }) => sumOf(byStatus));
  const planned = tree((region) => region.planned);
  const lifted = tree((region) => region.lifted);
  const statuses = shownStatuses(regions, totals);
  return new Map(
    regions.map(({ code }) => [
      code,
      {
        total: totals.get(code) ?? null,
        byStatus: statuses.get(code) ?? [],
        planned: planned.get(code) ?? null,
        lifted: lifted.get(code) ?? null,
      },
    ]),
  );
}

const shownAlone = (count: number): Shown => (isSmall(count) ? null : count);

function shownStatuses(
  regions: readonly Counts[],
  totals: ReadonlyMap<string, Shown>,
): Map<string, readonly Shown[]> {
  const known = new Map<string, readonly Shown[]>();
  const totalOf = (code: string | null) => (code === null ? null : (totals.get(code) ?? null));
  for (const [parentCode, siblings] of Map.groupBy(regions, (region) => region.parentCode)) {
    const above = parentCode === null ? undefined : known.get(parentCode);
    const isWhole =
      above?.every((count) => count !== null) && !siblings.some(({ byStatus }) => byStatus.some(isSmall));
    for (const { code, byStatus } of siblings) {
      const total = totalOf(code);
      if (!above) known.set(code, shownParts(byStatus, total !== null));
      else if (isWhole) known.set(code, byStatus);
      else known.set(code, withheldStatuses(above, total, total !== null && total === totalOf(parentCode)));
    }
  }
  return known;
}

/** Nothing but what follows from the sums anyway. */
function withheldStatuses(above: readonly Shown[], total: Shown, isAll: boolean): Shown[] {
  if (total === 0) return above.map(() => 0);
  if (isAll) return [...above];
  const isOnly = above.filter((count) => count !== 0).length === 1;
  return above.map((count) => (count === 0 ? 0 : isOnly ? total : null));
}
