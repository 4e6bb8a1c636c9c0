import { pathOf } from '../../auth/scope.js';
import type { ProjectKind, ProjectStage } from '../../projects/project.entity.js';
import type { ListedRegion } from '../../regions/region.file.js';
import { reference } from '../reference.js';
import type { Bilingual } from '../reference.schema.js';
import { momentsBetween, type Started } from './days.js';
import { Random } from './random.js';
import { type PoorVillage, TEAM_VILLAGES } from './villages.js';

/** One move of a project from stage to stage; `from` is null when it was entered. */
export interface ProjectMoveRow {
  from: ProjectStage | null;
  to: ProjectStage;
  at: Date;
}

/** A project: what the document describes, or (synthetic) what a county's library would hold besides. */
export interface ProjectRow {
  id: string;
  regionCode: string;
  kind: ProjectKind;
  name: Bilingual;
  stage: ProjectStage;
  /** In order of time, all before the start; the last one's `to` is `stage`. */
  history: ProjectMoveRow[];
  createdAt: Date;
  /** Hundredths of a mu; only bases have land. */
  transferredMuHundredths: number | null;
  plantedMuHundredths: number | null;
  householdsLinked: number | null;
  synthetic: boolean;
}

type Planned = Omit<ProjectRow, 'id' | 'history' | 'createdAt'>;

const BUILT = ['PROPOSED', 'APPROVED', 'UNDER_CONSTRUCTION', 'COMPLETED', 'ACCEPTED'] as const;
const BASE = ['PLANNED', 'LAND_TRANSFER', 'BUILDING', 'OPERATING'] as const;
const WORKSHOP = ['SELECTED', 'PREPARING', 'PRODUCING'] as const;

/** What is done where: the zh name follows the place, the en name comes before it. */
const WORKS: Readonly<Record<Exclude<ProjectKind, 'EMPLOYMENT_WORKSHOP'>, readonly Bilingual[]>> = {
  WATER_NETWORK: [
    { zh: '农村饮水安全巩固工程', en: 'Drinking-water works' },
    { zh: '沟渠清淤疏浚', en: 'Ditch dredging' },
    { zh: '机电井建设', en: 'Wells' },
  ],
  ROAD_NETWORK: [
    { zh: '通村道路硬化', en: 'Hardened road' },
    { zh: '自然村道路畅通工程', en: 'Roads to natural villages' },
    { zh: '危桥改造', en: 'Bridge repair' },
  ],
  POWER_NETWORK: [
    { zh: '农网改造升级', en: 'Rural grid renewal' },
    { zh: '配电变压器增容', en: 'Larger transformer' },
  ],
  INDUSTRY_BASE: [
    { zh: '蔬菜种植基地', en: 'Vegetable base' },
    { zh: '薄荷种植基地', en: 'Mint base' },
    { zh: '中药材种植基地', en: 'Medicinal plants base' },
  ],
  SOLAR_STATION: [{ zh: '60千瓦村级光伏电站', en: 'Village solar station, 60 kW' }],
  OTHER: [
    { zh: '标准化卫生室建设', en: 'Village clinic' },
    { zh: '综合文化服务中心建设', en: 'Cultural service centre' },
  ],
};

/** The document's projects, Funan's 70 workshops (its book balances), and synthetic ones across the counties. */
export function drawProjects(
  regions: readonly ListedRegion[],
  villages: readonly PoorVillage[],
  seed: string,
  { start }: Started,
): ProjectRow[] {
  const random = new Random(seed).stream('projects');
  const names = new Map(regions.map(({ code, name }) => [code, name]));
  const placed = villages.map((village) => {
    const townshipCode = pathOf(village.regionCode).at(-2) ?? village.regionCode;
    return { ...village, townshipCode, township: names.get(townshipCode) ?? '' };
  });
  const planned = [
    ...documented(),
    ...workshops(placed, random.stream('workshops')),
    ...others(placed, random.stream('others')),
  ];
  return planned.map((project) => withHistory(project, start, random));
}

type Placed = PoorVillage & { townshipCode: string; township: string };
const NO_LAND = { transferredMuHundredths: null, plantedMuHundredths: null };

function documented(): Planned[] {
  const { lotusBase: base, drainageStation: station } = reference().document;
  return [
    {
      regionCode: base.regionCode,
      kind: 'INDUSTRY_BASE',
      name: base.name,
      stage: base.stage.value,
      transferredMuHundredths: base.transferredMuHundredths,
      plantedMuHundredths: base.plantedMuHundredths,
      householdsLinked: base.householdsWithJobs,
      synthetic: false,
    },
    {
      regionCode: station.regionCode,
      kind: station.kind,
      name: station.name,
      stage: station.stage.value,
      ...NO_LAND,
      householdsLinked: null,
      synthetic: false,
    },
  ];
}

/** The document counts 70 and places two; the others stand in drawn villages, never in a namesake of those two. */
function workshops(villages: readonly Placed[], random: Random): Planned[] {
  const { countyCode, byStage, named, namesakes } = reference().document.workshops;
  const toPlanned = (place: Pick<Planned, 'regionCode' | 'name' | 'stage' | 'synthetic'>): Planned => ({
    ...place,
    kind: 'EMPLOYMENT_WORKSHOP',
    ...NO_LAND,
    householdsLinked: place.stage === 'PRODUCING' ? random.int(5, 50) : null,
  });
  const taken = [...TEAM_VILLAGES, ...namesakes, ...named.map(({ regionCode }) => regionCode)];
  const free = random.shuffle(
    villages.filter((village) => village.countyCode === countyCode && !taken.includes(village.regionCode)),
  );
  const open = WORKSHOP.flatMap((stage) =>
    new Array<(typeof WORKSHOP)[number]>(
      byStage[stage] - named.filter((one) => one.stage === stage).length,
    ).fill(stage),
  );
  if (open.length > free.length) throw new RangeError(`${open.length} workshops need as many poor villages.`);
  return [
    ...named.map((one) => toPlanned({ ...one, synthetic: false })),
    ...open.map((stage, i) => {
      const { regionCode, township, name } = free[i] as Placed;
      const names = {
        zh: `${township}${name}就业扶贫车间`,
        en: `Employment workshop, ${name} (${township})`,
      };
      return toPlanned({ regionCode, stage, name: names, synthetic: true });
    }),
  ];
}

function others(villages: readonly Placed[], random: Random): Planned[] {
  const { projects, projectStage } = reference().assumptions;
  return Object.entries(WORKS).flatMap(([key, works]) => {
    const kind = key as keyof typeof WORKS;
    const isBase = kind === 'INDUSTRY_BASE';
    const mixed = random.shuffle(villages);
    // At most one of a kind in a village, one base in a township, so that no two projects bear the same name.
    const sites = isBase ? [...new Map(mixed.map((one) => [one.townshipCode, one])).values()] : mixed;
    return sites.slice(0, projects.value[kind]).map((village): Planned => {
      const work = random.pick(works);
      const place = isBase ? village.township : `${village.township}${village.name}`;
      return {
        regionCode: isBase ? village.townshipCode : village.regionCode,
        kind,
        name: { zh: `${place}${work.zh}`, en: `${work.en}, ${place}` },
        ...(isBase
          ? baseNumbers(random.weighted(projectStage.value.BASE), random)
          : { stage: random.weighted(projectStage.value.BUILT), ...NO_LAND, householdsLinked: null }),
        synthetic: true,
      };
    });
  });
}

/** A base has land once it is transferred, plants on part of it, and gives jobs once it operates. */
function baseNumbers(stage: ProjectStage, random: Random) {
  const transferred = stage === 'PLANNED' ? 0 : random.int(300, 3000) * 100;
  const isPlanted = stage === 'OPERATING' || stage === 'SUSPENDED';
  return {
    stage,
    transferredMuHundredths: transferred,
    plantedMuHundredths: isPlanted ? Math.floor((transferred * random.int(30, 95)) / 100) : 0,
    householdsLinked: stage === 'OPERATING' ? random.int(20, 240) : 0,
  };
}

function withHistory(project: Planned, start: Date, random: Random): ProjectRow {
  const stages = stagesTo(project);
  const moments = momentsBetween(start, { first: -420, last: -3, count: stages.length }, random);
  const createdAt = moments[0] as Date;
  const history = stages.map((to, i) => ({ from: stages[i - 1] ?? null, to, at: moments[i] as Date }));
  return { id: random.uuid(createdAt), ...project, createdAt, history };
}

/** Every stage on the way, each allowed for the kind; work is suspended while building, given up before it begins. */
function stagesTo({ kind, stage }: Planned): ProjectStage[] {
  const order: readonly ProjectStage[] =
    kind === 'INDUSTRY_BASE' ? BASE : kind === 'EMPLOYMENT_WORKSHOP' ? WORKSHOP : BUILT;
  if (stage === 'SUSPENDED') return [...order.slice(0, 3), stage];
  if (stage === 'CLOSED') return [...order.slice(0, 1), stage];
  return order.slice(0, order.indexOf(stage) + 1);
}
