import { rolesFor, signedIn } from '../auth/may.js';
import { levelOf } from '../auth/scope.js';
import type { Context } from '../http/context.js';
import { historyOf } from './record.queries.js';
import { hasUnmetParts } from './subtask.queries.js';
import { allowedMoves, CONFIRMING, type TaskStatus } from './task.entity.js';
import type { TaskRow } from './task.queries.js';

/** The moves that the asking viewer may make now. */
export async function allowedTransitions(
  context: Context,
  task: Pick<TaskRow, 'id' | 'regionCode' | 'status'>,
): Promise<TaskStatus[]> {
  const viewer = signedIn(context.asker);
  const { status, regionCode } = task;
  const roles = rolesFor(viewer, 'task.changeStatus', regionCode, context.now);
  if (roles.size === 0) return [];
  const earlier = await historyOf(context, task.id);
  const allowed = allowedMoves(status, roles, viewer.accountId, earlier, levelOf(regionCode));
  if (!allowed.some((to) => CONFIRMING.includes(to))) return allowed;
  return (await hasUnmetParts(context, task.id)) ? allowed.filter((to) => !CONFIRMING.includes(to)) : allowed;
}
