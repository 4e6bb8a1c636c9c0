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

  static async of(team: Client, village: string): Promise<VillageAtWork> {
    const filter = { status: ['NOT_STARTED', 'IN_PROGRESS', 'BLOCKED'] };
    const { tasks } = await team.data(operation('tasks'), { within: village, filter, first: 100 });
    return new VillageAtWork(
      team,
      tasks.edges.map(({ node }: { node: Held }) => ({ ...node })),
    );
  }

  /** One move of the next task; answers its mark. */
  async move(): Promise<{ mark: string; taskId: string }> {
    const task = this.tasks[this.turn++ % this.tasks.length] as Held;
    const to = task.status === 'IN_PROGRESS' ? 'BLOCKED' : 'IN_PROGRESS';
    const input = { taskId: task.id, to, expectedVersion: task.version };
    const { changeTaskStatus } = await this.team.data(operation('change-task-status'), { input });
    Object.assign(task, changeTaskStatus.task);
    return { mark: changeTaskStatus.mark, taskId: task.id };
  }
}
