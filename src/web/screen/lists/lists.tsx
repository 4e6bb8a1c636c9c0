import {
  WallAlertsDocument,
  type WallAlertsQuery,
  WallHouseholdsDocument,
  type WallHouseholdsQuery,
  WallProjectsDocument,
  type WallProjectsQuery,
  WallTasksDocument,
  type WallTasksQuery,
  WallVillagesDocument,
  type WallVillagesQuery,
} from '../../../../schema/generated/documents.js';
import { usePages } from '../data.js';
import { Sign } from '../levels.js';
import { DaysLeft } from '../panels/village.js';
import { go, type ListName } from '../route.js';
import { useLanguage } from '../words/language.js';
import { type Column, List } from './list.js';
import { Sheet } from './sheet.js';

type Filter = Readonly<Record<string, string>>;

interface ListSheetProps {
  readonly region: string;
  /** The region's name, once it is known. */
  readonly place: { readonly code: string; readonly name: string } | null;
  readonly name: ListName;
  readonly filter: Filter;
  /** Changes when the numbers of the region moved: then the list is asked for anew. */
  readonly moved: number;
  readonly onClose: () => void;
}

/** The list behind a number. */
export function ListSheet({ name, onClose, ...rest }: ListSheetProps) {
  const Rows = LISTS[name];
  return (
    <Sheet title={useTitle(name, rest)} onClose={onClose}>
      <Rows {...rest} />
    </Sheet>
  );
}

/** Which list, of where, and of what of it. */
function useTitle(name: ListName, { place, filter }: Pick<ListSheetProps, 'place' | 'filter'>): string {
  const { words, place: nameOf } = useLanguage();
  const known: Readonly<Record<string, string>> = {
    tasks: words.schedule,
    alerts: words.severity,
    projects: { ...words.projectKind, ...words.projectStage },
    villages: words.standing,
    households: { LIFTED: words.households.lifted },
  }[name];
  const asked = Object.values(filter).flatMap((word) => known[word] ?? []);
  return [words.lists[name], ...(place ? [nameOf(place)] : []), ...asked].join(' · ');
}

type RowsProps = Pick<ListSheetProps, 'region' | 'filter' | 'moved'>;

const LISTS: Record<ListName, (props: RowsProps) => React.ReactNode> = {
  tasks: Tasks,
  alerts: Alerts,
  projects: Projects,
  villages: Villages,
  households: Households,
};

/** A filter of one word as the API wants it: a list, or nothing. */
const only = <Word extends string>(
  word: string | undefined,
): ({ readonly [at: number]: Word } & Word[]) | undefined =>
  word === undefined ? undefined : [word as Word];

type Task = WallTasksQuery['tasks']['edges'][number]['node'];

function Tasks({ region, filter, moved }: RowsProps) {
  const { words, pick, place } = useLanguage();
  const asked = { schedule: only<Task['schedule']>(filter.schedule), standardItemId: filter.item };
  const pages = usePages(WallTasksDocument, { within: region, filter: asked }, ({ tasks }) => tasks, moved);
  const columns: Column<Task>[] = [
    { title: words.list.title, cell: (task) => <TaskLink task={task} region={region} /> },
    {
      title: words.list.region,
      cell: (task) => <PlaceLink region={task.region}>{place(task.region)}</PlaceLink>,
    },
    { title: words.village.status, cell: (task) => words.taskStatus[task.status] },
    {
      title: words.list.standing,
      cell: (task) => <Leveled level={task.schedule} word={words.schedule[task.schedule]} />,
    },
    { title: words.village.owner, cell: (task) => task.responsible?.name ?? '–' },
    { title: words.village.left, cell: (task) => <DaysLeft dueAt={task.dueAt} schedule={task.schedule} /> },
    {
      title: words.village.bureau,
      cell: ({ standardItem }) =>
        standardItem ? pick({ zh: standardItem.bureauZh, en: standardItem.bureauEn }) : '–',
    },
  ];
  return <List pages={pages} columns={columns} keyOf={({ id }) => id} />;
}

function TaskLink({ task, region }: { readonly task: Task; readonly region: string }) {
  const { pick } = useLanguage();
  return (
    <button type="button" className="link" onClick={() => go({ region, task: task.id })}>
      {pick(task)}
    </button>
  );
}

type Alert = WallAlertsQuery['alerts']['edges'][number]['node'];

/** Open and taken up: what the number counts. */
const UNRESOLVED: Alert['status'][] = ['OPEN', 'ACKNOWLEDGED'];

function Alerts({ region, filter, moved }: RowsProps) {
  const { words, pick, place, dateTime } = useLanguage();
  const asked = { severity: only<Alert['severity']>(filter.severity), status: UNRESOLVED };
  const pages = usePages(
    WallAlertsDocument,
    { within: region, filter: asked },
    ({ alerts }) => alerts,
    moved,
  );
  const columns: Column<Alert>[] = [
    { title: words.list.title, cell: (alert) => pick(alert) },
    {
      title: words.list.severity,
      cell: ({ severity }) => <Leveled level={severity} word={words.severity[severity]} />,
    },
    {
      title: words.list.region,
      cell: (alert) => <PlaceLink region={alert.region}>{place(alert.region)}</PlaceLink>,
    },
    { title: words.list.status, cell: ({ status }) => words.alertStatus[status] },
    { title: words.list.since, cell: ({ openedAt }) => dateTime(openedAt) },
  ];
  return <List pages={pages} columns={columns} keyOf={({ id }) => id} />;
}

type Project = WallProjectsQuery['projects']['edges'][number]['node'];

function Projects({ region, filter, moved }: RowsProps) {
  const { words, pick, place } = useLanguage();
  const asked = { kind: only<Project['kind']>(filter.kind), stage: only<Project['stage']>(filter.stage) };
  const pages = usePages(
    WallProjectsDocument,
    { within: region, filter: asked },
    ({ projects }) => projects,
    moved,
  );
  const columns: Column<Project>[] = [
    { title: words.list.title, cell: (project) => pick(project) },
    { title: words.list.kind, cell: ({ kind }) => words.projectKind[kind] },
    { title: words.list.stage, cell: ({ stage }) => words.projectStage[stage] },
    {
      title: words.list.region,
      cell: (project) => <PlaceLink region={project.region}>{place(project.region)}</PlaceLink>,
    },
  ];
  return <List pages={pages} columns={columns} keyOf={({ id }) => id} />;
}

type Village = WallVillagesQuery['benchmarkVillages']['edges'][number]['node'];

function Villages({ region, filter, moved }: RowsProps) {
  const { words, place, number } = useLanguage();
  const asked = { within: region, standing: only<NonNullable<Village['standing']>>(filter.standing) };
  const pages = usePages(WallVillagesDocument, asked, (data) => data.benchmarkVillages, moved);
  const columns: Column<Village>[] = [
    {
      title: words.level.VILLAGE,
      cell: (village) => <PlaceLink region={village.region}>{place(village.region)}</PlaceLink>,
    },
    { title: words.level.TOWNSHIP, cell: ({ region: { parent } }) => (parent ? place(parent) : '–') },
    {
      title: words.level.COUNTY,
      cell: ({ region: { parent } }) => (parent?.parent ? place(parent.parent) : '–'),
    },
    {
      title: words.list.standing,
      cell: ({ standing }) => (
        <Leveled level={standing ?? 'NONE'} word={words.standing[standing ?? 'NONE']} />
      ),
    },
    { title: words.list.progress, cell: ({ met, total }) => `${number(met)}/${number(total)}` },
    { title: words.schedule.OVERDUE, cell: ({ overdue }) => number(overdue) },
  ];
  return <List pages={pages} columns={columns} keyOf={(village) => village.region.code} />;
}

type Household = WallHouseholdsQuery['households']['edges'][number]['node'];

const LIFTED: Household['status'][] = ['LIFTED_WITH_POLICY', 'LIFTED_WITHOUT_POLICY'];
/** A cancelled household is in no plan. */
const IN_PLAN: Household['status'][] = ['CANDIDATE', 'NOT_LIFTED', 'PRE_EXIT', 'RELAPSED', ...LIFTED];

/** Without names: a wall is read by whoever passes. */
function Households({ region, filter, moved }: RowsProps) {
  const { words, place, number } = useLanguage();
  const planned =
    filter.plan === undefined ? undefined : { plannedExitYear: [Number(filter.plan)], status: IN_PLAN };
  const asked = filter.status === 'LIFTED' ? { ...planned, status: LIFTED } : planned;
  const pages = usePages(
    WallHouseholdsDocument,
    { within: region, filter: asked },
    ({ households }) => households,
    moved,
  );
  // It is the kind of list that is not for everybody, not the region.
  const fault = pages.fault?.code === 'FORBIDDEN' ? { code: 'noPersonalData' } : pages.fault;
  const columns: Column<Household>[] = [
    { title: words.list.number, cell: ({ registerNumber }) => registerNumber },
    {
      title: words.list.region,
      cell: (household) => <PlaceLink region={household.region}>{place(household.region)}</PlaceLink>,
    },
    { title: words.list.status, cell: ({ status }) => words.householdStatus[status] },
    { title: words.list.plan, cell: ({ plannedExitYear }) => plannedExitYear ?? '–' },
    { title: words.list.cause, cell: ({ mainCause }) => words.cause[mainCause] },
    { title: words.list.members, cell: ({ memberCount }) => number(memberCount) },
  ];
  return <List pages={{ ...pages, fault }} columns={columns} keyOf={({ id }) => id} />;
}

interface LeveledProps {
  readonly level: React.ComponentProps<typeof Sign>['level'];
  readonly word: string;
}

const Leveled = ({ level, word }: LeveledProps) => (
  <span className="leveled">
    <Sign level={level} /> {word}
  </span>
);

interface PlaceLinkProps {
  readonly region: { readonly code: string };
  readonly children: string;
}

const PlaceLink = ({ region, children }: PlaceLinkProps) => (
  <button type="button" className="link" onClick={() => go({ region: region.code })}>
    {children}
  </button>
);
