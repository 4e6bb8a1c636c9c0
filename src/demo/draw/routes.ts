import type { Role } from '../../auth/viewer.js';
import { moveRole, type TaskStatus } from '../../tasks/task.entity.js';
import { reference } from '../reference.js';
import type { Random } from './random.js';

/** One step on a task's way. */
export interface Step {
  from: TaskStatus;
  to: TaskStatus;
  note: string | null;
}

/** Where somebody sits: the role, and how many digits of the village's code name the region it is held in. */
interface Mover {
  role: Role;
  digits: number;
}
const DIGITS: Partial<Record<Role, number>> = {
  VILLAGE_TEAM: 12,
  TOWNSHIP_OFFICE: 9,
  COUNTY_OFFICE: 6,
  SUPERVISION_OFFICE: 4,
};

const NOTES: Readonly<Partial<Record<TaskStatus, readonly string[]>>> = {
  BLOCKED: ['等待施工材料到场', '连续降雨，暂停施工', '资金尚未拨付到位', '等待电力部门接入'],
  SELF_DECLARED_MET: ['已达标，佐证材料已归档', '已完成，申请核实', '对照标准自查达标'],
  RETURNED: ['佐证材料不全，请补充', '现场核查与申报不符，请整改', '缺少验收意见，请补充'],
  TOWNSHIP_CONFIRMED: ['现场核实属实', '材料齐全，同意上报'],
  COUNTY_CONFIRMED: ['县级复核通过'],
  PROVINCE_PASSED: ['省级核查通过'],
  REOPENED: ['回头看发现未达标，重新整改'],
  CANCELLED: ['该项不适用，经批准取消'],
};

/** The steps that lead from NOT_STARTED to a status, now and then by way of a hindrance or a return. */
export function drawRoute(target: TaskStatus, random: Random): Step[] {
  const stops = stopsTo(target, random);
  return stops.map((to, i) => ({
    from: stops[i - 1] ?? 'NOT_STARTED',
    to,
    note: NOTES[to] ? random.pick(NOTES[to]) : null,
  }));
}

/**
 * After the township has confirmed, no detour leads back to it: one office is one person here, and no person makes
 * two confirming moves on one task.
 */
function stopsTo(target: TaskStatus, random: Random): TaskStatus[] {
  const { blocked, returned } = reference().assumptions.taskDetours.value;
  if (target === 'NOT_STARTED') return [];
  if (target === 'CANCELLED') return random.chance(0.5) ? ['CANCELLED'] : ['IN_PROGRESS', 'CANCELLED'];
  const stops: TaskStatus[] = ['IN_PROGRESS'];
  if (random.chance(blocked)) stops.push('BLOCKED', 'IN_PROGRESS');
  if (target === 'IN_PROGRESS') return stops;
  if (target === 'BLOCKED') return [...stops, 'BLOCKED'];
  stops.push('SELF_DECLARED_MET');
  if (random.chance(returned)) stops.push('RETURNED', 'IN_PROGRESS', 'SELF_DECLARED_MET');
  if (target === 'SELF_DECLARED_MET') return stops;
  if (target === 'RETURNED')
    return [...stops, ...(random.chance(0.6) ? [] : CONFIRMED.slice(0, 1)), 'RETURNED'];
  if (target === 'REOPENED') return [...stops, ...CONFIRMED.slice(0, random.int(2, 3)), 'REOPENED'];
  return [...stops, ...CONFIRMED.slice(0, CONFIRMED.indexOf(target) + 1)];
}

/** In their order. */
const CONFIRMED: readonly TaskStatus[] = ['TOWNSHIP_CONFIRMED', 'COUNTY_CONFIRMED', 'PROVINCE_PASSED'];

/** Who makes a move, by the rules of the tasks room. */
export function moverOf(from: TaskStatus, to: TaskStatus): Mover {
  const role = moveRole(from, to);
  return { role, digits: DIGITS[role] ?? 12 };
}
