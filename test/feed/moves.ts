import { type Client, operation } from '../helpers/house.js';

interface Held {
  id: string;
  status: string;
  version: number;
}

/** A village team at work: its tasks go from in progress to blocked and back, as often as asked. */
export class VillageAtWork {
  private turn = 0;

  private constructor(
    private readonly team: Client,
    private readonly tasks: Held[],
  ) {}

  /** With others beside it, a team takes every so many-th task, so that none is another's. */
  static async of(
    team: Client,
    village: string,
    [part, parts]: readonly [number, number] = [0, 1],
  ): Promise<VillageAtWork> {
    const filter = { status: ['NOT_STARTED', 'IN_PROGRESS', 'BLOCKED'] };
    const { tasks } = await team.data(operation('tasks'), { within: village, filter, first: 100 });
    return new VillageAtWork(
      team,
      tasks.edges
        .filter((_: unknown, n: number) => n % parts === part)
        .map(({ node }: { node: Held }) => ({ ...node })),
    );
  }

  /** One move of the next task; answers its mark, and the version that it made of the task. */
  async move(): Promise<{ mark: string; taskId: string; version: number }> {
    const task = this.tasks[this.turn++ % this.tasks.length] as Held;
    const to = task.status === 'IN_PROGRESS' ? 'BLOCKED' : 'IN_PROGRESS';
    const input = { taskId: task.id, to, expectedVersion: task.version };
    const { changeTaskStatus } = await this.team.data(operation('change-task-status'), { input });
    Object.assign(task, changeTaskStatus.task);
    return { mark: changeTaskStatus.mark, taskId: task.id, version: task.version };
  }
}
