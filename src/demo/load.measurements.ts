import type { EntityManager } from '@mikro-orm/postgresql';
import { shanghaiDay } from '../clock.js';
import { measureOf } from '../standards/measure.rules.js';
import type { RulebookItem } from '../standards/rulebook.file.js';
import { officeFinder } from './draw/accounts.js';
import type { City } from './draw/city.js';
import { declaredIn } from './draw/guarantees.js';
import { Random } from './draw/random.js';
import type { TaskRow } from './draw/tasks.js';
import { insertRows } from './insert.js';
import { reference } from './reference.js';

const CONFIRMED = ['COUNTY_CONFIRMED', 'PROVINCE_PASSED'];

/**
 * What the teams measured in the planned villages, such that every task stands on a fact: met where it was declared,
 * confirmed where the county has confirmed it, and short of the threshold elsewhere.
 */
export async function insertMeasurements(em: EntityManager, city: City, start: Date): Promise<void> {
  const items = new Map(reference().standard.items.map((item) => [item.code, item]));
  const isDeclared = declaredIn(city.tasks);
  const officeOf = officeFinder(city.accounts);
  const rows = city.tasks.flatMap((task) => {
    const item = items.get(task.itemCode);
    if (!item || measureOf(item.measure).source === 'REGISTER') return [];
    const isMet = isDeclared(task.regionCode, task.itemCode);
    // A value that falls short is known from the first look, and nobody disputes it.
    const isConfirmed = !isMet || CONFIRMED.includes(task.status);
    const at = isMet ? (task.history.at(-1)?.at ?? task.createdAt) : task.createdAt;
    const random = new Random('measurements').stream(task.id);
    const county = `${task.regionCode.slice(0, 6)}000000`;
    return [
      {
        id: random.uuid(at),
        region_code: task.regionCode,
        measure: item.measure,
        ...drawValue(item, task, city, isMet),
        measured_on: shanghaiDay(at),
        source: '驻村工作队实地核查',
        evidence: item.evidence,
        recorded_at: at,
        recorded_by_id: task.responsibleId,
        confirmed_at: isConfirmed ? at : null,
        confirmed_by_id: isConfirmed ? officeOf('COUNTY_OFFICE', county).id : null,
        version: 1,
      },
    ];
  });
  await insertRows(
    em,
    'measurement',
    rows.filter(({ recorded_at: at }) => at < start),
  );
}

const PERSONS_PER_HOUSEHOLD = 3.5;

function drawValue({ measure }: RulebookItem, task: TaskRow, { populations }: City, isMet: boolean) {
  const { kind } = measureOf(measure);
  if (kind !== 'RATIO') return { numerator: isMet ? 1 : 0, denominator: 1 };
  const random = new Random('values').stream(task.id);
  const { naturalVillages, eligiblePersons, shortShare } = reference().assumptions.measurements.value;
  const households = Math.round((populations.get(task.regionCode) ?? 1000) / PERSONS_PER_HOUSEHOLD);
  const whole =
    measure === 'NATURAL_VILLAGES_WITH_ROAD'
      ? random.int(naturalVillages.min, naturalVillages.max)
      : measure === 'SAFETY_NET_COVERAGE'
        ? random.int(eligiblePersons.min, eligiblePersons.max)
        : households;
  const short = Math.max(1, Math.round((whole * random.int(shortShare.min, shortShare.max)) / 100));
  return { numerator: isMet ? whole : whole - short, denominator: whole };
}
