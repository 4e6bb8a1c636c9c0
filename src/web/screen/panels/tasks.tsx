import { Sign } from '../levels.js';
import type { Overview } from '../overview.js';
import { useLanguage } from '../words/language.js';
import { Figure, Panel } from './panel.js';

const SCHEDULES = ['OVERDUE', 'DUE_SOON', 'BEHIND', 'ON_TRACK', 'CLOSED'] as const;

/** The tasks by how they stand against their deadlines. */
export function Tasks({ overview }: { readonly overview: Overview | null }) {
  const { words, percent } = useLanguage();
  const tasks = overview?.tasks;
  const open = tasks ? tasks.overdue + tasks.dueSoon + tasks.behind + tasks.onTrack : 0;
  const counts: Record<(typeof SCHEDULES)[number], number | null> = {
    OVERDUE: tasks?.overdue ?? null,
    DUE_SOON: tasks?.dueSoon ?? null,
    BEHIND: tasks?.behind ?? null,
    ON_TRACK: tasks?.onTrack ?? null,
    CLOSED: tasks ? tasks.total - open : null,
  };
  return (
    <Panel area="tasks" title={words.panels.tasks} asOf={overview?.asOf}>
      <p className="target">
        <Figure
          value={tasks?.total ?? null}
          title={words.panels.tasks}
          unit={words.unit.tasks}
          size="large"
          list={{ name: 'tasks' }}
        />
        <span className="beside">
          {words.figures.met} {percent(tasks?.met ?? 0, tasks?.total ?? 0)}
        </span>
      </p>
      <div className="stack" aria-hidden="true">
        {SCHEDULES.map((schedule) => (
          <i key={schedule} className={`fill-${schedule}`} style={{ flexGrow: counts[schedule] ?? 0 }} />
        ))}
      </div>
      <ul className="counts">
        {SCHEDULES.map((schedule) => (
          <li key={schedule}>
            <span>
              <Sign level={schedule} /> {words.schedule[schedule]}
            </span>
            <Figure
              value={counts[schedule]}
              title={words.schedule[schedule]}
              unit={words.unit.tasks}
              list={{ name: 'tasks', filter: { schedule } }}
            />
          </li>
        ))}
      </ul>
    </Panel>
  );
}
