import type { EntityManager } from '@mikro-orm/postgresql';
import { startOfShanghaiDay } from '../clock.js';
import type { Fact } from '../events/facts.js';
import { record } from '../events/record.js';
import { scheduleOf } from '../tasks/task.entity.js';
import type { City } from './draw/city.js';
import type { InspectionRow } from './draw/inspections.js';
import { Random } from './draw/random.js';
import { insertRows } from './insert.js';
import { itemId } from './load.places.js';

const DAY_MS = 86_400_000;
const ids = new Random('moves').stream('ids');

type Place = Pick<City, 'names'>;
const regionOf = ({ names }: Place, code: string) => ({ code, name: names.get(code) ?? code });

/** Every village task with its history, and the facts from which counters and deadlines begin. */
export async function insertTasks(em: EntityManager, city: City, start: Date): Promise<void> {
  const { tasks } = city;
  const rows = tasks.map((task) => ({
    id: task.id,
    kind: task.kind,
    region_code: task.regionCode,
    standard_item_id: itemId(task.itemCode),
    title_zh: task.title.zh,
    title_en: task.title.en,
    status: task.status,
    due_at: task.dueAt,
    deadline_version: 1,
    responsible_id: task.responsibleId,
    created_at: task.createdAt,
    version: task.history.length + 1,
  }));
  await insertRows(em, 'task', rows);
  const moves = tasks.flatMap((task) =>
    task.history.map((move, step) => ({
      id: ids.stream(`${task.id} ${step}`).uuid(move.at),
      task_id: task.id,
      from_status: move.from,
      to_status: move.to,
      at: move.at,
      by_id: move.byId,
      role: move.byRole,
      note: move.note,
    })),
  );
  await insertRows(em, 'task_move', moves);
  const facts = tasks.map((task): Fact => {
    const schedule = scheduleOf(task.status, task.dueAt, start);
    const { title, kind, status } = task;
    const when = {
      createdAt: task.createdAt.toISOString(),
      dueAt: task.dueAt.toISOString(),
      deadlineVersion: 1,
    };
    return {
      kind: 'TASK_CREATED',
      region: regionOf(city, task.regionCode),
      subject: { type: 'TASK', id: task.id },
      severity: null,
      audience: 'REGION',
      params: { title, kind, itemId: itemId(task.itemCode), status, schedule, ...when },
    };
  });
  await record(em, facts, { happenedAt: start, actorId: null });
}

/** Projects with their history. */
export async function insertProjects(em: EntityManager, city: City, start: Date): Promise<void> {
  const { projects } = city;
  const rows = projects.map((project) => ({
    id: project.id,
    region_code: project.regionCode,
    kind: project.kind,
    name_zh: project.name.zh,
    name_en: project.name.en,
    stage: project.stage,
    transferred_mu_hundredths: project.transferredMuHundredths,
    planted_mu_hundredths: project.plantedMuHundredths,
    households_linked: project.householdsLinked,
    created_at: project.createdAt,
    version: project.history.length,
  }));
  await insertRows(em, 'project', rows);
  const moves = projects.flatMap((project) =>
    project.history.map((move, step) => ({
      id: ids.stream(`${project.id} ${step}`).uuid(move.at),
      project_id: project.id,
      from_stage: move.from,
      to_stage: move.to,
      at: move.at,
    })),
  );
  await insertRows(em, 'project_move', moves);
  const facts = projects.map(
    (project): Fact => ({
      kind: 'PROJECT_CHANGED',
      region: regionOf(city, project.regionCode),
      subject: { type: 'PROJECT', id: project.id },
      severity: null,
      audience: 'REGION',
      params: { title: project.name, kind: project.kind, from: null, to: project.stage },
    }),
  );
  await record(em, facts, { happenedAt: start, actorId: null });
}

const BEFORE_FIELD = new Set(['PLANNED', 'ASSIGNED', 'CANCELLED']);
const isConcealed = ({ unannounced, status, history }: InspectionRow) =>
  unannounced && BEFORE_FIELD.has(status) && !history.some(({ to }) => to === 'IN_FIELD');

/** Inspections with villages, inspectors, their grants for its days, and findings. */
export async function insertInspections(em: EntityManager, city: City, start: Date): Promise<void> {
  await insertInspectionRows(em, city.inspections);
  await insertFindings(em, city.inspections);
  const facts = city.inspections.flatMap((inspection) => inspectionFacts(city, inspection));
  await record(em, facts, { happenedAt: start, actorId: null });
}

async function insertInspectionRows(em: EntityManager, inspections: readonly InspectionRow[]): Promise<void> {
  const rows = inspections.map((inspection) => ({
    id: inspection.id,
    region_code: inspection.regionCode,
    kind: inspection.kind,
    title_zh: inspection.title.zh,
    title_en: inspection.title.en,
    status: inspection.status,
    concealed: isConcealed(inspection),
    starts_on: inspection.startsOn,
    ends_on: inspection.endsOn,
    created_at: inspection.createdAt,
    version: inspection.history.length,
  }));
  await insertRows(em, 'inspection', rows);
  const villages = inspections.flatMap(({ id, villages }) =>
    villages.map((code) => ({ inspection_id: id, region_code: code })),
  );
  await insertRows(em, 'inspection_village', villages);
  const inspectors = inspections.flatMap(({ id, inspectorIds }) =>
    inspectorIds.map((accountId) => ({ inspection_id: id, account_id: accountId })),
  );
  await insertRows(em, 'inspection_inspector', inspectors);
  const moves = inspections.flatMap(({ id, history }) =>
    history.map(({ from, to, at }, step) => ({
      id: ids.stream(`${id} ${step}`).uuid(at),
      inspection_id: id,
      from_status: from,
      to_status: to,
      at,
    })),
  );
  await insertRows(em, 'inspection_move', moves);
  await insertRows(em, 'role_grant', inspections.flatMap(inspectorGrants));
}

const ENDED = new Set(['CLOSED', 'CANCELLED', 'PLANNED']);

/** Each inspector sees each village from the first day to the end of the last; none where it is over or not assigned. */
const inspectorGrants = ({ id, status, villages, inspectorIds, startsOn, endsOn }: InspectionRow) =>
  ENDED.has(status)
    ? []
    : inspectorIds.flatMap((accountId) =>
        villages.map((code) => ({
          id: ids.stream(`${id} ${accountId} ${code}`).uuid(startOfShanghaiDay(startsOn)),
          account_id: accountId,
          role: 'INSPECTOR',
          region_code: code,
          valid_from: startOfShanghaiDay(startsOn),
          valid_to: new Date(startOfShanghaiDay(endsOn).getTime() + DAY_MS),
          inspection_id: id,
          version: 1,
        })),
      );

async function insertFindings(em: EntityManager, inspections: readonly InspectionRow[]): Promise<void> {
  const rows = inspections.flatMap(({ id, findings }) =>
    findings.map((finding) => ({
      id: finding.id,
      inspection_id: id,
      region_code: finding.regionCode,
      title_zh: finding.title.zh,
      title_en: finding.title.en,
      severity: finding.severity,
      status: finding.status,
      due_on: finding.dueOn,
      issued_at: finding.issuedAt,
      issued_by_id: finding.issuedById,
      closed_at: finding.closedAt,
      closed_by_id: finding.closedById,
      closing_note: finding.closingNote,
      version: finding.status === 'CLOSED' ? 2 : 1,
    })),
  );
  await insertRows(em, 'finding', rows);
}

/** The inspection as it stands, and its open findings: from them the alerts follow. */
function inspectionFacts(city: City, inspection: InspectionRow): Fact[] {
  const audience = isConcealed(inspection) ? 'UNANNOUNCED' : 'REGION';
  const { id, title, kind, status } = inspection;
  const own: Fact = {
    kind: 'INSPECTION_CHANGED',
    region: regionOf(city, inspection.regionCode),
    subject: { type: 'INSPECTION', id },
    severity: null,
    audience,
    params: {
      title,
      kind,
      from: null,
      to: status,
      villages: inspection.villages,
      inspectorIds: inspection.inspectorIds,
    },
  };
  const open = inspection.findings.filter((finding) => finding.status === 'OPEN');
  const issued = open.map(
    (finding): Fact => ({
      kind: 'FINDING_ISSUED',
      region: regionOf(city, finding.regionCode),
      subject: { type: 'FINDING', id: finding.id },
      severity: finding.severity,
      audience,
      params: { title: finding.title, inspectionId: id },
    }),
  );
  return [own, ...issued];
}
