import { shanghaiYear } from '../../clock.js';
import type { ListedRegion } from '../../regions/region.file.js';
import { reference } from '../reference.js';
import { type AccountRow, drawAccounts } from './accounts.js';
import { drawInspections, type InspectionRow } from './inspections.js';
import { drawProjects, type ProjectRow } from './projects.js';
import { drawTasks, type TaskRow } from './tasks.js';
import { drawPoorVillages, drawPopulations, otherVillages, type PoorVillage, plannedOf } from './villages.js';

/** Everything of the demo but its households, which are drawn in chunks. */
export interface City {
  readonly names: ReadonlyMap<string, string>;
  readonly villages: readonly PoorVillage[];
  readonly otherVillages: readonly string[];
  /** Rural population by village. */
  readonly populations: ReadonlyMap<string, number>;
  readonly accounts: readonly AccountRow[];
  readonly tasks: readonly TaskRow[];
  readonly projects: readonly ProjectRow[];
  readonly inspections: readonly InspectionRow[];
}

/** The demo city: same list, seed and start, same city. */
export function drawCity(regions: readonly ListedRegion[], seed: string, start: Date): City {
  const villages = drawPoorVillages(regions, seed, shanghaiYear(start));
  const planned = plannedOf(villages);
  const accounts = drawAccounts(planned, regions, seed);
  return {
    names: new Map(regions.map(({ code, name }) => [code, name])),
    villages,
    otherVillages: otherVillages(regions, villages),
    populations: drawPopulations(regions, seed),
    accounts,
    tasks: drawTasks(planned, reference().standard.items, accounts, seed, { start }),
    projects: drawProjects(regions, villages, seed, { start }),
    inspections: drawInspections(villages, accounts, seed, { start }),
  };
}
