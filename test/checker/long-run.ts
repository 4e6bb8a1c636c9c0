import { crashes, cuts } from './chaos.js';
import { type Report, runTrial, tableOf } from './checker.js';
import { frontDoorDriver, processDriver, tickDriver } from './drivers.js';
import { DEMO_PASSWORD, OwnServer } from './ground.js';
import { Nodes } from './nodes.js';
import { TECHNIQUES, type Technique } from './techniques.js';

const MORTAL = { events: 2000, ms: [1000, 5000], patienceMs: 20_000 } as const;
const WRITERS = { writers: 8, transactions: Number.POSITIVE_INFINITY } as const;

/** Ours for so many seconds, then each other technique for so many; prints every report, and a table of all. */
export async function longRun(seconds: number, secondsEach: number): Promise<void> {
  const server = await OwnServer.start(true);
  const reports: [string, Report][] = [];
  const tell = (name: string, report: Report) => {
    reports.push([name, report]);
    console.log(JSON.stringify({ name, ...report }));
  };
  try {
    tell('snapshot ticks', await ours(server, seconds));
    for (const technique of TECHNIQUES) tell(technique.name, await other(server, technique, secondsEach));
  } finally {
    await server.stop();
  }
  console.log(tableOf(reports));
}

/** In this process, in one that is killed, and at the front doors of two nodes that are killed. */
async function ours(server: OwnServer, seconds: number): Promise<Report> {
  const { ownerUrl, runtimeUrl: url, secretsFile } = await server.ground('ours');
  const nodes = await Nodes.start({ count: 2, ownerUrl, secretsFile, demoPassword: DEMO_PASSWORD });
  try {
    const start = await nodes.cursor();
    const drivers = [
      tickDriver(url, 500),
      tickDriver(url, 20),
      processDriver(url),
      ...Array.from({ length: 3 }, () => frontDoorDriver(nodes, start)),
    ];
    return await runTrial({
      url,
      load: { ...WRITERS, seconds, longSeconds: [3, 60] },
      strikes: [cuts(ownerUrl, [0.5, 2]), crashes(ownerUrl, [20, 40]), nodes.kills([5, 15])],
      live: drivers.map((driver) => ({ driver, life: MORTAL })),
      replay: tickDriver(url, 500),
    });
  } finally {
    await nodes.stop();
  }
}

/** The same writers, cuts and crashes; two readers, so that it shows whether they are told the same. */
async function other(
  server: OwnServer,
  { name, style, driver }: Technique,
  seconds: number,
): Promise<Report> {
  const { ownerUrl, runtimeUrl: url } = await server.ground(name.replaceAll(' ', '_').toLowerCase());
  return runTrial({
    url,
    load: { ...WRITERS, seconds, longSeconds: [3, 10] },
    style,
    strikes: [cuts(ownerUrl, [0.5, 2]), crashes(ownerUrl, [20, 40])],
    live: [1, 2].map(() => ({ driver: driver(url), life: MORTAL })),
  });
}
