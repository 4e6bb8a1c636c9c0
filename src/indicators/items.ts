/** The measures of benchmark tasks, as a condition; what {@link COUNTS} reads. */
export const OF_ITEMS = `measure in ('item.schedule', 'item.met', 'item.cancelled')`;

/**
 * `TaskCounts` out of kept numbers, whatever they are grouped by. What counts follows from the status alone: a change
 * of schedule is stated a moment after the change of status that causes it, and meanwhile no task may seem to be gone.
 */
export const COUNTS = `
  (coalesce(sum(value) filter (where measure = 'item.schedule'), 0)
    - coalesce(sum(value) filter (where measure = 'item.cancelled'), 0))::int as total,
  coalesce(sum(value) filter (where measure = 'item.met'), 0)::int as met,
  coalesce(sum(value) filter (where split_part(key, ':', 2) = 'OVERDUE'), 0)::int as overdue,
  coalesce(sum(value) filter (where split_part(key, ':', 2) = 'DUE_SOON'), 0)::int as due_soon,
  coalesce(sum(value) filter (where split_part(key, ':', 2) = 'BEHIND'), 0)::int as behind`;
