import { useCallback, useMemo, useState } from 'react';
import type { WallTrendQuery } from '../../../../schema/generated/documents.js';
import { Chart, type Room } from '../chart.js';
import type { Overview } from '../overview.js';
import { isStill, themed } from '../theme.js';
import { type Language, useLanguage } from '../words/language.js';
import { Panel } from './panel.js';

export type TrendDay = WallTrendQuery['trend'][number];

const LINES = ['tasksMet', 'tasksOverdue', 'alertsOpen', 'villagesMet', 'householdsLifted'] as const;
type Line = (typeof LINES)[number];

interface TrendProps {
  readonly days: readonly TrendDay[];
  readonly overview: Overview | null;
}

/** The last campaign days: closed ones as they ended, today as it moves. */
export function Trend({ days, overview }: TrendProps) {
  const language = useLanguage();
  const { words } = language;
  const [line, setLine] = useState<Line>('tasksMet');
  const shown = useMemo(() => withToday(days, overview), [days, overview]);
  const draw = useCallback((room: Room) => optionOf(shown, line, language, room), [shown, line, language]);
  const known = shown.filter((day) => day[line] !== null);
  const isWithheld = line === 'householdsLifted' && overview?.households.lifted === null;
  const choice = (
    <label className="choice">
      <span className="unseen">{words.panels.trend}</span>
      <select value={line} onChange={({ target }) => setLine(target.value as Line)}>
        {LINES.map((name) => (
          <option key={name} value={name}>
            {words.trend[name]}
          </option>
        ))}
      </select>
    </label>
  );
  return (
    <Panel area="trend" title={words.panels.trend} asOf={overview?.asOf} aside={choice}>
      {known.length === 0 && (
        <p className="empty">{isWithheld ? words.withheld.meaning : words.trend.none}</p>
      )}
      <Chart draw={draw} label={sentenceOf(known, line, language)} />
    </Panel>
  );
}

/** Today is not over: its numbers are the live ones. */
function withToday(days: readonly TrendDay[], overview: Overview | null): readonly TrendDay[] {
  const today = days.at(-1);
  if (!today || !overview) return days;
  const { tasks, villages, alerts, households } = overview;
  const live = {
    tasksMet: tasks.met,
    tasksOverdue: tasks.overdue,
    villagesMet: villages.met,
    alertsOpen: alerts.open,
    householdsLifted: households.lifted,
  };
  return [...days.slice(0, -1), { ...today, ...live }];
}

/** The line in words, for who cannot see it. */
function sentenceOf(known: readonly TrendDay[], line: Line, { words, shortDate, number }: Language): string {
  const points = known.map((day) => `${shortDate(day.day)} ${number(day[line] ?? 0)}`);
  return `${words.trend[line]}: ${points.join(', ')}`;
}

function optionOf(days: readonly TrendDay[], line: Line, { shortDate, number }: Language, { rem }: Room) {
  const text = { color: themed('soft'), fontSize: rem * 0.92, fontFamily: themed('face') };
  const colour = themed('accent');
  return {
    animation: !isStill(),
    animationDurationUpdate: 300,
    grid: { left: rem * 0.5, right: rem * 1.2, top: rem * 1.6, bottom: 0, containLabel: true },
    xAxis: {
      type: 'category',
      data: days.map(({ day }) => shortDate(day)),
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: themed('line') } },
      axisTick: { show: false },
    },
    yAxis: {
      type: 'value',
      scale: true,
      minInterval: 1,
      splitNumber: 3,
      axisLabel: { ...text, formatter: number },
      splitLine: { lineStyle: { color: themed('line') } },
    },
    series: [
      {
        type: 'line',
        data: days.map((day) => day[line]),
        lineStyle: { width: rem / 6, color: colour },
        itemStyle: { color: colour },
        symbolSize: rem / 2.4,
        areaStyle: { color: colour, opacity: 0.12 },
        // Only the newest: the others are read off the axis.
        label: { show: true, ...text, color: themed('ink'), formatter: labelOf(days.length, number) },
      },
    ],
  };
}

const labelOf =
  (count: number, number: (value: number) => string) =>
  ({ dataIndex, value }: { dataIndex: number; value: number | null }) =>
    dataIndex === count - 1 && value !== null ? number(value) : '';
