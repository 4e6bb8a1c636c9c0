import type { EntityManager } from '@mikro-orm/postgresql';
import { readRungs, readSteps } from '../alerts/escalation.queries.js';
import { Rules } from '../alerts/rule.queries.js';
import { isId } from '../db/write.js';
import type { LoggedFact } from '../events/read.js';
import { type Matter, matterOf, mayMatter, type Telling } from './inbox.rules.js';

/** What people are to be told of a page of the log; what has no id of ours is nothing that anybody could open. */
export async function mattersOf(em: EntityManager, facts: readonly LoggedFact[]): Promise<Matter[]> {
  const possible = facts.filter((fact) => mayMatter(fact) && isId(fact.subject.id));
  if (possible.length === 0) return [];
  const rules = await Rules.read(em);
  const telling: Telling = {
    steps: await readSteps(em),
    rungs: await readRungs(em),
    rule: (code) => rules.find(code),
  };
  return possible
    .map((fact) => matterOf(fact, telling))
    .filter((matter) => matter !== null && isId(matter.about?.id ?? matter.subject.id)) as Matter[];
}
