const COUNTS = 'total met overdue dueSoon behind standing';

/** All that a wall shows of a region at a glance. */
const OVERVIEW = `
  asOf cursor region { code name level } villages { planned met }
  households { total planned lifted byStatus { status count } }
  tasks { total met onTrack behind dueSoon overdue standing byStatus { status count } }
  projects { total byStage { stage count } byKind { kind total byStage { stage count } } }
  alerts { open bySeverity { severity count } }
  children {
    region { code name level developmentZone } tasksTotal tasksMet tasksOverdue tasksDueSoon tasksBehind alertsOpen
    villagesPlanned villagesMet householdsPlanned householdsLifted standing
  }`;
export const WALL_OVERVIEW = `query WallOverview($region: RegionCode!) { overview(region: $region) { ${OVERVIEW} } }`;
export const WALL_OVERVIEW_CHANGED = `subscription WallOverviewChanged($region: RegionCode!) {
  overviewChanged(region: $region) { ${OVERVIEW} } }`;

const BENCHMARKED = `
  asOf cursor region { code name }
  items { item { code name kind } ${COUNTS} }
  children { region { code name developmentZone } items { item { code name kind } ${COUNTS} } }`;
export const BENCHMARK = `query Benchmark($region: RegionCode!) { benchmark(region: $region) { ${BENCHMARKED} } }`;
export const BENCHMARK_CHANGED = `subscription BenchmarkChanged($region: RegionCode!) {
  benchmarkChanged(region: $region) { ${BENCHMARKED} } }`;

export const VILLAGES = `
  query Villages($within: RegionCode!, $standing: [Standing!], $first: Int!, $after: String) {
    benchmarkVillages(within: $within, standing: $standing, first: $first, after: $after) {
      totalCount
      edges { cursor node { region { code name parent { name } } ${COUNTS} } }
      pageInfo { hasNextPage endCursor }
    }
  }`;

export const TREND = `query Trend($region: RegionCode!, $days: Int! = 14) {
  trend(region: $region, days: $days) { day tasksMet tasksOverdue villagesMet alertsOpen householdsLifted } }`;

export const CLOCK = '{ campaignClock { now speed yearEndsAt } }';
