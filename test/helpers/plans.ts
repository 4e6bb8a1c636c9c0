import pg from 'pg';

export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Shared Hit Blocks'?: number;
  readonly Plans?: readonly PlanNode[];
}

export const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

type Ask = (this: pg.Client, ...given: unknown[]) => Promise<pg.QueryResult>;

/** How the database does what some work asks of it: the plan of every statement that fits, as it was executed. */
export async function plansOf(work: () => Promise<unknown>, fits: RegExp): Promise<PlanNode[]> {
  const plans: PlanNode[] = [];
  const before = pg.Client.prototype.query;
  const query = before as unknown as Ask;
  const explained = async (client: pg.Client, text: string, values: unknown[]) => {
    const { rows } = await query.call(client, `explain (analyze, buffers, format json) ${text}`, values);
    plans.push(rows[0]['QUERY PLAN'][0].Plan);
    return query.call(client, text, values);
  };
  const ask: Ask = function ask(...given) {
    const [text, values] = given;
    return typeof text === 'string' && fits.test(text) && Array.isArray(values) && given.length === 2
      ? explained(this, text, values)
      : query.apply(this, given);
  };
  pg.Client.prototype.query = ask as unknown as typeof before;
  try {
    await work();
  } finally {
    pg.Client.prototype.query = before;
  }
  return plans;
}
