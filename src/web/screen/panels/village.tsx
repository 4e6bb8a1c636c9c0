import type { WallTasksQuery } from '../../../../schema/generated/documents.js';
import { WallTasksDocument } from '../../../../schema/generated/documents.js';
import { useAnswer } from '../data/answers.js';
import { useTrueAt } from '../data/region.js';
import { useCampaignNow } from '../data/time.js';
import { FaultNote } from '../fault.js';
import { Sign } from '../levels.js';
import { go } from '../route.js';
import { daysBetween } from '../words/formats.js';
import { useLanguage } from '../words/language.js';
import { Panel } from './panel.js';

type Task = WallTasksQuery['tasks']['edges'][number]['node'];

interface VillageProps {
  readonly code: string;
  /** Changes when something happened in the village. */
  readonly moved: number;
}

/** The end of the way down: the items of one village, with owner and days left. */
export function Village({ code, moved }: VillageProps) {
  const { words } = useLanguage();
  const variables = { within: code, filter: { kind: ['BENCHMARK' as const] }, first: 100 };
  const { data, fault, again, at } = useAnswer(WallTasksDocument, variables, moved);
  const asOf = useTrueAt(at);
  const tasks = (data?.tasks.edges ?? []).map(({ node }) => node).sort(byItem);
  return (
    <Panel area="village" title={words.panels.items} asOf={asOf ?? undefined}>
      {fault && <FaultNote fault={fault} onRetry={again} />}
      {data && tasks.length === 0 && <p className="empty">{words.village.none}</p>}
      {tasks.length > 0 && (
        <div className="scroller">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">{words.benchmark.item}</th>
                <th scope="col">{words.village.status}</th>
                <th scope="col">{words.list.standing}</th>
                <th scope="col">{words.village.owner}</th>
                <th scope="col">{words.village.bureau}</th>
                <th scope="col">{words.village.left}</th>
              </tr>
            </thead>
            <tbody>
              {tasks.map((task) => (
                <ItemRow key={task.id} task={task} region={code} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

const byItem = (a: Task, b: Task) => ((a.standardItem?.code ?? '') < (b.standardItem?.code ?? '') ? -1 : 1);

function ItemRow({ task, region }: { readonly task: Task; readonly region: string }) {
  const { words, pick } = useLanguage();
  const item = task.standardItem;
  return (
    <tr>
      <th scope="row">
        <button type="button" onClick={() => go({ region, task: task.id })}>
          <small>{item?.code}</small> {pick(item ?? task)}
        </button>
      </th>
      <td>{words.taskStatus[task.status]}</td>
      <td>
        <Sign level={task.schedule} /> {words.schedule[task.schedule]}
      </td>
      <td>{task.responsible?.name ?? '–'}</td>
      <td>{item ? pick({ zh: item.bureauZh, en: item.bureauEn }) : '–'}</td>
      <td>
        <DaysLeft dueAt={task.dueAt} schedule={task.schedule} />
      </td>
    </tr>
  );
}

/** How long a task has by the campaign clock; a closed one has no clock. */
export function DaysLeft({ dueAt, schedule }: Pick<Task, 'dueAt' | 'schedule'>) {
  const { words, date } = useLanguage();
  const now = useCampaignNow('day');
  if (schedule === 'CLOSED' || now === null) return <span title={date(dueAt)}>–</span>;
  return <span title={date(dueAt)}>{words.village.leftDays(daysBetween(now, Date.parse(dueAt)))}</span>;
}
