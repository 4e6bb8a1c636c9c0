// What a leader must see: raised when its cause begins, and resolved by itself when the cause ends. Alerts follow the
// log; people only take them up. One is open per rule and subject; the next one of the two is another episode.
import { defineEntity, p } from '@mikro-orm/postgresql';
import type { Audience, Named, Severity, SubjectType } from '../events/facts.js';
import type { AlertRule } from './rule.entity.js';

export const ALERT_STATUSES = ['OPEN', 'ACKNOWLEDGED', 'RESOLVED'] as const;
export type AlertStatus = (typeof ALERT_STATUSES)[number];

export const AlertSchema = defineEntity({
  name: 'Alert',
  tableName: 'alert',
  properties: {
    id: p.uuid().primary(),
    rule: p.text().$type<AlertRule>(),
    severity: p.text().$type<Severity>(),
    status: p.text().$type<AlertStatus>(),
    regionCode: p.text(),
    /** REGION: the one alert of a region where the rule holds in many of its parts. */
    subjectType: p.text().$type<SubjectType>(),
    subjectId: p.uuid(),
    /** Who may be told: never more people than may know of its cause. */
    audience: p.text().$type<Audience>(),
    titleZh: p.text(),
    titleEn: p.text().nullable(),
    /** The how manieth of this rule and subject. */
    episode: p.integer(),
    /** How often the cause ended and began again while the alert was held open. */
    relapses: p.integer(),
    /** How many parts of the region; null where it is not a region's. */
    members: p.integer().nullable(),
    openedAt: p.datetime(),
    acknowledgedAt: p.datetime().nullable(),
    acknowledgedById: p.uuid().nullable(),
    acknowledgeNote: p.text().nullable(),
    /** Whoever took it up found nothing to do; that does not lapse. */
    dismissed: p.boolean(),
    /** When the acknowledgement lapses, if the cause still holds. */
    lapsesAt: p.datetime().nullable(),
    /** How often an acknowledgement has lapsed. */
    lapses: p.integer(),
    /** The cause has ended, and the alert is held open until then. */
    resolvesAt: p.datetime().nullable(),
    resolvedAt: p.datetime().nullable(),
    version: p.integer().version(),
  },
});
export class Alert extends AlertSchema.class {}
AlertSchema.setClass(Alert);

/** The name of what an alert is about. */
export const titleOf = ({ titleZh, titleEn }: { titleZh: string; titleEn?: string | null }): Named => ({
  zh: titleZh,
  ...(titleEn ? { en: titleEn } : {}),
});
