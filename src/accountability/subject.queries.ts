import { getAlert } from '../alerts/alert.queries.js';
import { getExit } from '../exits/exit.queries.js';
import type { Context } from '../http/context.js';
import { getFinding } from '../inspections/finding.queries.js';
import { getInspection } from '../inspections/inspection.queries.js';
import { getProject } from '../projects/project.queries.js';
import { getTask } from '../tasks/task.queries.js';
import type { ReferralSubject } from './referral.entity.js';

/** Each kind of thing as its own room finds it, so that nobody refers what he may not see. */
const FINDERS: Record<ReferralSubject, (context: Context, id: string) => Promise<{ regionCode: string }>> = {
  TASK: getTask,
  ALERT: getAlert,
  INSPECTION: getInspection,
  FINDING: getFinding,
  PROJECT: getProject,
  EXIT: getExit,
};

/** Where a thing is that the viewer may see. @throws NOT_FOUND, the same whether absent or out of scope */
export const placeOfSubject = async (
  context: Context,
  { type, id }: { type: ReferralSubject; id: string },
): Promise<string> => (await FINDERS[type](context, id)).regionCode;
