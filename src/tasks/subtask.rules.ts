// What the parts of a task come to together. Derived each time, stored nowhere.
import { percentOf } from './progress.entity.js';
import { isClosed, isMet, type Task } from './task.entity.js';

/** A task and its place among others; `reported` is the last per cent that somebody reported. */
export interface Node extends Pick<Task, 'id' | 'status' | 'dueAt' | 'weight'> {
  readonly parentId: string | null;
  readonly reported: number | null;
}

export interface PartNumbers {
  total: number;
  met: number;
  overdue: number;
  cancelled: number;
}

export interface RollUp {
  direct: PartNumbers;
  all: PartNumbers;
  /** Per cent, whole, rounded down: 100 only when every part is there. */
  percent: number;
}

function numbersOf(parts: readonly Node[], now: Date): PartNumbers {
  const count = (is: (part: Node) => boolean) => parts.filter(is).length;
  return {
    total: parts.length,
    met: count(({ status }) => isMet(status)),
    overdue: count(({ status, dueAt }) => !isClosed(status) && now > dueAt),
    cancelled: count(({ status }) => status === 'CANCELLED'),
  };
}

/** @param nodes the task itself and everything below it, in any order */
export function rollUp(id: string, nodes: readonly Node[], now: Date): RollUp | null {
  const partsOf = Map.groupBy(nodes, ({ parentId }) => parentId);
  const direct = partsOf.get(id) ?? [];
  if (direct.length === 0) return null;
  const percent = (parts: readonly Node[]): number => {
    const counted = parts.filter(({ status }) => status !== 'CANCELLED');
    const weight = counted.reduce((sum, part) => sum + part.weight, 0);
    return weight === 0 ? 0 : counted.reduce((sum, part) => sum + part.weight * own(part), 0) / weight;
  };
  const own = (part: Node): number => {
    const parts = partsOf.get(part.id);
    return parts && !isMet(part.status) ? percent(parts) : percentOf(part.status, part.reported);
  };
  const all = nodes.filter((node) => node.id !== id);
  return {
    direct: numbersOf(direct, now),
    all: numbersOf(all, now),
    percent: Math.floor(percent(direct)),
  };
}
