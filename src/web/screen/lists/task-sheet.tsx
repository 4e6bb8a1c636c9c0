import { WallTaskDocument, type WallTaskQuery } from '../../../../schema/generated/documents.js';
import { useAnswer } from '../data/answers.js';
import { FaultNote } from '../fault.js';
import { Sign } from '../levels.js';
import { DaysLeft } from '../panels/village.js';
import { useLanguage } from '../words/language.js';
import { Sheet } from './sheet.js';

type Task = WallTaskQuery['task'];

interface TaskSheetProps {
  readonly id: string;
  readonly moved: number;
  readonly onClose: () => void;
}

/** One task: what it is, who answers for it, until when, and everything that happened to it. */
export function TaskSheet({ id, moved, onClose }: TaskSheetProps) {
  const { words, pick } = useLanguage();
  const { data, fault, again } = useAnswer(WallTaskDocument, { id }, moved);
  return (
    <Sheet title={data ? pick(data.task) : words.list.loading} onClose={onClose}>
      {fault && <FaultNote fault={fault} onRetry={again} />}
      {data && <Facts task={data.task} />}
      {data && <History task={data.task} />}
    </Sheet>
  );
}

function Facts({ task }: { readonly task: Task }) {
  const { words, place, pick, dateTime } = useLanguage();
  const item = task.standardItem;
  const path = [...task.region.ancestors.filter(({ level }) => level !== 'PROVINCE'), task.region];
  const facts: [string, React.ReactNode][] = [
    [words.list.region, path.map(place).join(' › ')],
    [words.list.kind, words.taskKind[task.kind]],
    [words.village.status, words.taskStatus[task.status]],
    [
      words.list.standing,
      <>
        <Sign level={task.schedule} /> {words.schedule[task.schedule]}
      </>,
    ],
    [words.village.owner, task.responsible?.name ?? '–'],
    [words.village.due, dateTime(task.dueAt)],
    [words.village.left, <DaysLeft key="left" dueAt={task.dueAt} schedule={task.schedule} />],
  ];
  if (item) {
    facts.push([words.village.bureau, pick({ zh: item.bureauZh, en: item.bureauEn })]);
    const unsure = item.toBeConfirmed ? ` (${words.task.toBeConfirmed})` : '';
    facts.push([words.task.threshold, `${thresholdOf(item)}${unsure}`]);
  }
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** How a threshold is written; one in words needs no sign and no unit. */
const SIGNS: Readonly<Record<string, string>> = { GE: '≥', GT: '>', LE: '≤', LT: '<', EQ: '=' };

function thresholdOf({ comparator, threshold, unit }: NonNullable<Task['standardItem']>): string {
  const sign = SIGNS[comparator];
  return sign ? `${sign} ${threshold} (${unit})` : threshold;
}

interface Step {
  readonly at: string;
  readonly what: string;
  readonly by: string;
  readonly why: string;
}

function History({ task }: { readonly task: Task }) {
  const { words, dateTime, date } = useLanguage();
  const moves = task.history.map(
    ({ at, from, to, by, note }): Step => ({
      at,
      what: from ? `${words.taskStatus[from]} → ${words.taskStatus[to]}` : words.task.created,
      by: by?.name ?? '–',
      why: note ?? '',
    }),
  );
  const deadlines = task.deadlineHistory.map(
    ({ at, from, to, by, reason }): Step => ({
      at,
      what: `${words.task.deadlineMoved}: ${date(from)} → ${date(to)}`,
      by: by?.name ?? '–',
      why: reason,
    }),
  );
  const steps = [...moves, ...deadlines].sort((a, b) => Date.parse(b.at) - Date.parse(a.at));
  return (
    <section>
      <h3>{words.task.history}</h3>
      <ol className="history">
        {steps.map((step) => (
          <li key={`${step.at} ${step.what}`}>
            <time dateTime={step.at}>{dateTime(step.at)}</time>
            <b>{step.what}</b>
            <span>{step.by}</span>
            <span>{step.why}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
