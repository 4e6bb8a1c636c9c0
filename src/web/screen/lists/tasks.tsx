import { WallTasksDocument, type WallTasksQuery } from '../../../../schema/generated/documents.js';
import { usePages } from '../data/pages.js';
import { DaysLeft } from '../panels/village.js';
import { go } from '../route.js';
import { useLanguage } from '../words/language.js';
import { type Column, List } from './list.js';
import { Leveled, only, PlaceLink, type RowsProps } from './parts.js';

type Task = WallTasksQuery['tasks']['edges'][number]['node'];

/** The tasks of a region. */
export function Tasks({ region, filter, moved }: RowsProps) {
  const { words, pick, place } = useLanguage();
  const asked = { schedule: only(filter.schedule, words.schedule), standardItemId: filter.item };
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
