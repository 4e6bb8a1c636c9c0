import { v7 as newId } from 'uuid';
import { isInScopes } from '../auth/may.js';
import { lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact, Severity } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { optionalText, plainText } from '../text.js';
import {
  firstStage,
  nextStages,
  Project,
  type ProjectKind,
  ProjectMove,
  type ProjectStage,
  suspendedFrom,
} from './project.entity.js';

const NAME_LENGTH = 100;
const NOTE_LENGTH = 500;

export interface CreateProject {
  regionCode: string;
  kind: ProjectKind;
  nameZh: string;
  nameEn?: string | null;
  idempotencyKey?: string | null;
}

/**
 * Enters a project at the first stage of its kind.
 * @throws FORBIDDEN · NOT_FOUND (unknown region, or outside your own) · INVALID_TEXT
 */
export const createProject = (context: Context, input: CreateProject) =>
  write(context, { act: 'project.create', operation: 'createProject', input }, async (tx) => {
    const nameZh = plainText(input.nameZh, 'nameZh', NAME_LENGTH);
    const nameEn = optionalText(input.nameEn, 'nameEn', NAME_LENGTH);
    const region = await getRegion(tx, input.regionCode);
    if (!isInScopes(region.code, tx.scopes)) throw notFound('region');
    const project = tx.em.create(Project, {
      id: newId(),
      regionCode: region.code,
      kind: input.kind,
      nameZh,
      nameEn,
      stage: firstStage(input.kind),
      transferredMuHundredths: null,
      plantedMuHundredths: null,
      householdsLinked: null,
      createdAt: tx.now,
      version: 1,
    });
    // Only the database knows that a move belongs to a project: left to itself the ORM may insert the move first.
    await tx.em.flush();
    writeMove(tx, project, null, null);
    return { answer: project, facts: [await stageFact(tx, project, null)] };
  });

export interface ChangeProjectStage {
  projectId: string;
  to: ProjectStage;
  expectedVersion: number;
  note?: string | null;
  idempotencyKey?: string | null;
}

/**
 * Moves a project along the stages of its kind.
 * @throws FORBIDDEN · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (with `allowed`) · INVALID_TEXT
 */
export const changeProjectStage = (context: Context, input: ChangeProjectStage) =>
  write(context, { act: 'project.changeStage', operation: 'changeProjectStage', input }, async (tx) => {
    const note = optionalText(input.note, 'note', NOTE_LENGTH);
    const wanted = { id: input.projectId, expectedVersion: input.expectedVersion };
    const project = await lockRow(tx, Project, 'project', wanted);
    const from = project.stage;
    await demandStage(tx, project, input.to);
    project.stage = input.to;
    writeMove(tx, project, from, note);
    return { answer: project, facts: [await stageFact(tx, project, from)] };
  });

async function demandStage(tx: Transaction, project: Project, to: ProjectStage): Promise<void> {
  const moves = await tx.em.find(
    ProjectMove,
    { projectId: project.id },
    { orderBy: { at: 'asc', id: 'asc' } },
  );
  const allowed = nextStages(project.kind, project.stage, suspendedFrom(moves));
  if (allowed.includes(to)) return;
  const choice = allowed.length > 0 ? `It may go to ${allowed.join(', ')}.` : 'It stays there.';
  throw new Refusal(
    'TRANSITION_NOT_ALLOWED',
    `This ${project.kind} project is ${project.stage} and cannot go to ${to}. ${choice}`,
    { allowed },
  );
}

function writeMove(tx: Transaction, project: Project, from: ProjectStage | null, note: string | null): void {
  tx.em.create(ProjectMove, {
    id: newId(),
    projectId: project.id,
    fromStage: from,
    toStage: project.stage,
    at: tx.now,
    byId: tx.viewer.accountId,
    note,
  });
}

/** Work that stands still is what a leader should see. */
const STAGE_SEVERITY: Partial<Record<ProjectStage, Severity>> = { SUSPENDED: 'NOTICE' };

async function stageFact(tx: Transaction, project: Project, from: ProjectStage | null): Promise<Fact> {
  const { code, name } = await getRegion(tx, project.regionCode);
  return {
    kind: 'PROJECT_CHANGED',
    region: { code, name },
    subject: { type: 'PROJECT', id: project.id },
    severity: STAGE_SEVERITY[project.stage] ?? null,
    audience: 'REGION',
    params: { title: project.name, kind: project.kind, from, to: project.stage },
  };
}
