import type { EntityManager } from '@mikro-orm/postgresql';
import { signedIn } from '../auth/may.js';
import { tables } from '../db/orm.js';
import { notFound } from '../errors.js';
import type { Context } from '../http/context.js';
import { ALERT_RULES, type AlertRule, type AlertRuleRow, type AlertRuleSchema } from './rule.entity.js';

/** Every rule by its code. */
export class Rules {
  private constructor(private readonly rows: ReadonlyMap<AlertRule, AlertRuleRow>) {}

  /** As they are in this transaction. */
  static async read(em: EntityManager): Promise<Rules> {
    const rows = await tables<typeof AlertRuleSchema>(em).selectFrom('alert_rule').selectAll().execute();
    return new Rules(new Map((rows as AlertRuleRow[]).map((row) => [row.code, row])));
  }

  /** A rule of another version of the house may stand in the log, and is none here. */
  find(code: string): AlertRuleRow | undefined {
    return this.rows.get(code as AlertRule);
  }

  get(code: AlertRule): AlertRuleRow {
    const row = this.find(code);
    if (!row) throw notFound('alert rule');
    return row;
  }

  all(): AlertRuleRow[] {
    return ALERT_RULES.map((code) => this.get(code));
  }
}

/** What raises alerts. @throws UNAUTHENTICATED */
export async function readRules(context: Context): Promise<AlertRuleRow[]> {
  signedIn(context.asker);
  return (await Rules.read(context.em)).all();
}
