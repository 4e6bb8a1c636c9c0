import { Random } from '../../src/demo/draw/random.js';
import { CHANGE_DEADLINE } from '../deadlines/stated.js';
import type { Client, House } from '../helpers/house.js';
import { operation } from '../helpers/house.js';
import { buildRegistration, REGISTER, UPDATE } from '../households/family.js';
import { CHANGE } from '../projects/documents.js';

const DAY_MS = 86_400_000;
const COUNTY_TASKS = `region_code like '341225%'`;

/** People at work, as the same seed makes them: moves, deadlines, households, projects, alerts, and time. */
export class Writes {
  private readonly random: Random;
  private readonly clients: Record<string, Client> = {};

  constructor(
    private readonly house: House,
    seed: string,
  ) {
    this.random = new Random(seed);
  }

  async open(): Promise<this> {
    for (const name of ['city.office', 'funan.office', 'longwang.town', 'hesheng.village']) {
      this.clients[name] = await this.house.signIn(name);
    }
    return this;
  }

  /** One write; refused ones count as tried. */
  async one(): Promise<void> {
    const acts = [
      ...new Array(5).fill(() => this.moveTask()),
      ...new Array(3).fill(() => this.moveDeadline()),
      () => this.registerHousehold(),
      () => this.moveHousehold(),
      () => this.moveProject(),
      () => this.takeUpAlert(),
    ];
    await this.random.pick<() => Promise<void>>(acts)();
  }

  /** Up to three days pass. */
  passTime(): void {
    const now = this.house.clock.now().getTime() + this.random.int(1, 3 * DAY_MS);
    this.house.moveClock(new Date(now).toISOString());
  }

  private by = (name: string): Client => {
    const client = this.clients[name];
    if (!client) throw new Error(`${name} has not signed in`);
    return client;
  };

  private async row(text: string): Promise<{ id: string; version: number } | undefined> {
    const rows = await this.house.sql(`${text} order by id`);
    return rows.length > 0 ? this.random.pick(rows) : undefined;
  }

  private async moveTask(): Promise<void> {
    const task = await this.row(
      `select id, version from task where region_code = '341225206205' or (${COUNTY_TASKS} and status like '%CONFIRMED')`,
    );
    const client = this.by(this.random.pick(Object.keys(this.clients)));
    const { data } = await client.ask('query ($id: ID!) { task(id: $id) { version allowedTransitions } }', {
      id: task?.id,
    });
    const [to] = this.random.shuffle<string>(data?.task.allowedTransitions ?? []);
    if (!to) return;
    const input = { taskId: task?.id, to, expectedVersion: data.task.version };
    await client.ask(operation('change-task-status'), { input });
  }

  private async moveDeadline(): Promise<void> {
    const task = await this.row(`select id, version from task where ${COUNTY_TASKS}`);
    const dueAt = new Date(this.house.clock.now().getTime() + this.random.int(1, 40 * DAY_MS)).toISOString();
    const input = { taskId: task?.id, dueAt, reason: '顺延', expectedVersion: task?.version };
    await this.by('city.office').ask(CHANGE_DEADLINE, { input });
  }

  private async registerHousehold(): Promise<void> {
    await this.by('hesheng.village').data(REGISTER, { input: buildRegistration() });
  }

  private async moveHousehold(): Promise<void> {
    const household = await this.row(`select id, version from household where region_code = '341225206205'`);
    const status = this.random.pick([
      'NOT_LIFTED',
      'PRE_EXIT',
      'LIFTED_WITHOUT_POLICY',
      'RELAPSED',
      'CANCELLED',
    ]);
    const input = { householdId: household?.id, status, expectedVersion: household?.version };
    await this.by('hesheng.village').ask(UPDATE, { input });
  }

  private async moveProject(): Promise<void> {
    const project = await this.row('select id, version from project');
    const { project: found } = await this.by('city.office').data(
      'query ($id: ID!) { project(id: $id) { allowedStages } }',
      { id: project?.id },
    );
    const [to] = this.random.shuffle<string>(found.allowedStages);
    if (!to) return;
    const input = { projectId: project?.id, to, expectedVersion: project?.version };
    await this.by('city.office').ask(CHANGE, { input });
  }

  private async takeUpAlert(): Promise<void> {
    const alert = await this.row(`select id, version from alert where status = 'OPEN'`);
    const input = { alertId: alert?.id, expectedVersion: alert?.version };
    await this.by('city.office').ask(operation('acknowledge-alert'), { input });
  }
}
