import { Chaos, type Strike } from './chaos.js';
import type { Driver } from './driver.js';
import { type Life, MortalReader, type Verdict } from './reader.js';
import { type Load, PLAIN, type Style, Writers } from './writers.js';

export interface Trial {
  readonly url: string;
  readonly load: Load;
  readonly strikes: readonly Strike[];
  /** What the technique asks of the writers. */
  readonly style?: Style;
  /** Live readers, each killed and resumed again and again. */
  readonly live: readonly { readonly driver: Driver; readonly life: Life }[];
  /** Reads everything from the start, once, when the writers are done. */
  readonly replay?: Driver;
}

export interface Report {
  readonly committed: number;
  readonly rolledBack: number;
  /** Transactions whose writer was cut off and never heard what became of them. */
  readonly unknown: number;
  /** What was done to it, and how often. */
  readonly chaos: Readonly<Record<string, number>>;
  readonly readers: readonly Verdict[];
  /** Everybody was told the same, in the same order. */
  readonly sameOrder: boolean;
}

const IMMORTAL: Life = {
  events: Number.POSITIVE_INFINITY,
  ms: [Number.POSITIVE_INFINITY, 0],
  patienceMs: 10_000,
};

/** Runs writers, chaos and readers against one log, and says what each reader was told. */
export async function runTrial(trial: Trial): Promise<Report> {
  const writers = new Writers(trial.url, trial.load, trial.style ?? PLAIN);
  const chaos = new Chaos(trial.strikes);
  const live = trial.live.map(({ driver, life }) => new MortalReader(driver, life));
  await Promise.all(live.map((reader) => reader.open()));
  chaos.start();
  await writers.run();
  await chaos.stop();
  const committed = await writers.committed();
  await Promise.all(live.map((reader) => reader.finish(committed)));
  const readers = [...live, ...(trial.replay ? [await replayed(trial.replay, committed)] : [])];
  const { rolledBack, unknown, committedAt } = writers;
  return {
    committed: committed.length,
    rolledBack,
    unknown,
    chaos: chaos.counts,
    // Who reads it all afterwards is late for everything, and that says nothing.
    readers: readers.map((reader, at) => reader.judge(committed, at < live.length ? committedAt : new Map())),
    sameOrder: new Set(readers.map(({ seen }) => seen.join())).size === 1,
  };
}

async function replayed(
  driver: Driver,
  committed: Parameters<MortalReader['finish']>[0],
): Promise<MortalReader> {
  const reader = new MortalReader(driver, IMMORTAL);
  await reader.open();
  await reader.finish(committed);
  return reader;
}

/** What a run showed, as a table in Markdown. */
export function tableOf(reports: readonly (readonly [string, Report])[]): string {
  const head = [
    'technique',
    'reader',
    'committed',
    'lost',
    'doubled',
    'misordered',
    'phantom',
    'resumed',
    'late ms p50, p99, most',
    'one order',
  ];
  const rows = reports.flatMap(([name, { committed, readers, sameOrder }]) =>
    readers.map(({ reader, lost, doubled, misordered, phantom, resumed, late }) => [
      ...[name, reader, committed, lost, doubled, misordered, phantom, resumed],
      ...[late.most > 0 ? `${late.p50}, ${late.p99}, ${late.most}` : '', sameOrder ? 'yes' : 'no'],
    ]),
  );
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
