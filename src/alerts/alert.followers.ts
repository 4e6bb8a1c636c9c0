import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import type { Severity } from '../events/facts.js';
import { type Follower, follow } from '../events/follow.js';
import type { LoggedFact } from '../events/read.js';
import type { Tail } from '../events/tail.js';
import type { Log } from '../log.js';
import type { Alert } from './alert.entity.js';
import { audienceOf, type Cause, causesOf, newAlert, turn } from './cause.rules.js';
import { type Change, keepAlerts, keyOf, lockOpen } from './change.actions.js';
import { rollUp, rollUpAnew } from './roll-up.actions.js';
import { Rules } from './rule.queries.js';

interface Options {
  readonly orm: MikroORM;
  readonly tail: Tail;
  readonly log: Log;
}

/** Raises an alert where the log says that its cause began, and resolves it where the cause ended. */
export const followAlerts = (options: Options): Follower =>
  follow({ ...options, name: 'alerts', concerns, handle: raiseAndResolve });

const changesRules = ({ kind }: LoggedFact): boolean => kind === 'ESCALATION_CHANGED';
const concerns = (fact: LoggedFact): boolean => changesRules(fact) || causesOf(fact).length > 0;

/** One page of the log, however many alerts it makes, in a handful of statements. */
export async function raiseAndResolve(em: EntityManager, facts: readonly LoggedFact[]): Promise<void> {
  const changed = facts.findLast(changesRules);
  if (changed) await rollUpAnew(em, await Rules.read(em), changed.happenedAt);
  const causes = facts.flatMap((by) => causesOf(by).map((cause) => ({ cause, by })));
  if (causes.length === 0) return;
  const rules = await Rules.read(em);
  const open = await lockOpen(
    em,
    causes.map(({ cause, by }) => ({ rule: cause.rule, ...by.subject })),
  );
  const changes = causes.flatMap(({ cause, by }) => change(open, rules, cause, by));
  await keepAlerts(em, changes);
  await rollUp(em, rules, changes);
}

/** What a cause changes among the open alerts; nothing when the alert is open already, or none is. */
function change(open: Map<string, Alert>, rules: Rules, cause: Cause, by: LoggedFact): Change[] {
  const rule = rules.get(cause.rule);
  const { region, subject, happenedAt: at } = by;
  const key = keyOf({ rule: cause.rule, ...subject });
  const earlier = open.get(key);
  const kind = turn(earlier, rule, { ...cause, at });
  if (kind === null) return [];
  const alert = earlier ?? begun(cause, by, rule.severity ?? cause.severity ?? 'WARNING');
  if (kind === 'RESOLVED') open.delete(key);
  else open.set(key, alert);
  return [{ kind, alert, at, region }];
}

const begun = ({ rule }: Cause, by: LoggedFact, severity: Severity): Alert =>
  newAlert(
    {
      rule,
      severity,
      regionCode: by.region?.code ?? '',
      subjectType: by.subject.type,
      subjectId: by.subject.id,
      audience: audienceOf(rule, by.audience),
      // The moment of the cause, so that an alert is not younger only because this follower was late.
      openedAt: by.happenedAt,
      members: null,
    },
    'title' in by.params ? by.params.title : { zh: '' },
  );
