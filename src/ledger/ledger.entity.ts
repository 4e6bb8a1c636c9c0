// The ledger's tables. They are written by SQL alone: an entry by enter.ts, seals and days inside the database.
import { defineEntity, p } from '@mikro-orm/postgresql';

export const LedgerEntrySchema = defineEntity({
  name: 'LedgerEntry',
  tableName: 'ledger_entry',
  properties: {
    id: p.uuid().primary(),
    form: p.smallint(),
    /** Real time, by the clock of the database. */
    at: p.datetime(),
    /** The transaction: the mark of the act, and of its events. */
    xid: p.text(),
    accountId: p.uuid().nullable(),
    sessionId: p.uuid().nullable(),
    roles: p.array(),
    act: p.text(),
    operation: p.text(),
    subjectType: p.text().nullable(),
    subjectId: p.text().nullable(),
    regionCode: p.text().nullable(),
    fields: p.array(),
    purpose: p.text().nullable(),
    outcome: p.text(),
    /** Why it was refused. */
    code: p.text().nullable(),
    address: p.text(),
    device: p.text().nullable(),
    requestId: p.text(),
    campaignAt: p.datetime(),
  },
});
class LedgerEntry extends LedgerEntrySchema.class {}
LedgerEntrySchema.setClass(LedgerEntry);

export const LedgerSealSchema = defineEntity({
  name: 'LedgerSeal',
  tableName: 'ledger_seal',
  properties: {
    seq: p.bigint('string').primary(),
    entryId: p.uuid(),
    digest: p.blob(),
    prevHash: p.blob(),
    hash: p.blob(),
    day: p.date(),
    sealedAt: p.datetime(),
  },
});
class LedgerSeal extends LedgerSealSchema.class {}
LedgerSealSchema.setClass(LedgerSeal);

export const LedgerDaySchema = defineEntity({
  name: 'LedgerDay',
  tableName: 'ledger_day',
  properties: {
    day: p.date().primary(),
    firstSeq: p.bigint('string'),
    lastSeq: p.bigint('string'),
    entries: p.bigint('string'),
    hash: p.blob(),
    signature: p.blob(),
    keyId: p.text(),
    signedAt: p.datetime(),
  },
});
class LedgerDay extends LedgerDaySchema.class {}
LedgerDaySchema.setClass(LedgerDay);
