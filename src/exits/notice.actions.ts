import { v7 as newId } from 'uuid';
import { isInScopes, rolesFor } from '../auth/may.js';
import { isId, lockRow, type Transaction, write } from '../db/write.js';
import { notFound, Refusal } from '../errors.js';
import type { Fact, FactOf } from '../events/facts.js';
import type { Context } from '../http/context.js';
import { getRegion } from '../regions/region.queries.js';
import { ExitStandard } from '../standards/standard.entity.js';
import { plainText } from '../text.js';
import { exitFact, lockExits, recordMove } from './exit.actions.js';
import { Exit } from './exit.entity.js';
import { COURSES, type ExitStatus, roleOf } from './exit.rules.js';
import { Objection, PublicNotice } from './notice.entity.js';
import { holdNotice } from './notice.held.actions.js';

const PLACE_LENGTH = 100;
const TEXT_LENGTH = 500;
const MOST_CASES = 200;
const OBJECTION = { zh: '公示异议', en: 'objection to a public notice' };

export interface PostNotice {
  exits: { exitId: string; expectedVersion: number }[];
  place: string;
  idempotencyKey?: string | null;
}

/**
 * Makes cases of one place public: the list hangs for as long as their standard says, and no shorter.
 * @throws FORBIDDEN · BAD_USER_INPUT (none, too many, one twice, or of several places or standards) · INVALID_TEXT · and
 *   with the `index`: NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (not its next step, or not yours)
 */
export const postNotice = (context: Context, input: PostNotice) =>
  write(context, { act: 'exit.move', operation: 'postNotice', input }, async (tx) => {
    const place = plainText(input.place, 'place', PLACE_LENGTH);
    const exits = await heldFor(tx, input.exits);
    const [first] = exits as [Exit, ...Exit[]];
    const standard = await tx.em.findOneOrFail(ExitStandard, { id: first.standardId });
    const notice = tx.em.create(PublicNotice, {
      id: newId(),
      regionCode: first.regionCode,
      kind: first.kind,
      place,
      amount: standard.noticeAmount,
      unit: standard.noticeUnit,
      postedAt: tx.now,
      postedById: tx.viewer.accountId,
      version: 1,
    });
    await tx.em.flush();
    const facts: Fact[] = [
      await noticeFact(
        tx,
        notice.regionCode,
        'NOTICE_POSTED',
        { type: 'NOTICE', id: notice.id },
        {
          target: notice.kind,
          cases: exits.length,
          amount: notice.amount,
          unit: notice.unit,
        },
      ),
    ];
    for (const exit of exits) facts.push(await makePublic(tx, exit, notice.id));
    return { answer: notice, facts };
  });

async function heldFor(tx: Transaction, wanted: PostNotice['exits']): Promise<Exit[]> {
  const ids = wanted.map(({ exitId }) => exitId.toLowerCase());
  const refuse = (why: string, more: object = {}) => {
    throw new Refusal('BAD_USER_INPUT', why, { field: 'exits', ...more });
  };
  if (ids.length === 0 || ids.length > MOST_CASES)
    refuse(`A notice lists 1 to ${MOST_CASES} cases.`, { limit: MOST_CASES });
  if (new Set(ids).size < ids.length) refuse('A case is named twice.');
  const byId = new Map((await lockExits(tx, ids.filter(isId))).map((exit) => [exit.id, exit]));
  const exits = wanted.map(({ expectedVersion }, index) =>
    demandPublic(tx, byId.get(ids[index] ?? ''), expectedVersion, index),
  );
  const placesAndStandards = new Set(
    exits.map(({ regionCode, standardId }) => `${regionCode} ${standardId}`),
  );
  if (placesAndStandards.size > 1) refuse('A notice is of one place and one standard.');
  return exits;
}

function demandPublic(tx: Transaction, exit: Exit | undefined, expectedVersion: number, index: number): Exit {
  if (!exit || !isInScopes(exit.regionCode, tx.scopes))
    throw new Refusal(notFound('exit').code, notFound('exit').message, { index });
  if (exit.version !== expectedVersion) {
    const why = 'The exit has changed since you read it. Read it again.';
    throw new Refusal('VERSION_CONFLICT', why, { currentVersion: exit.version, index });
  }
  const next = COURSES[exit.kind].steps[exit.status];
  const roles = rolesFor(tx.viewer, 'exit.move', exit.regionCode, tx.now);
  if (next?.to === 'IN_PUBLICITY' && roles.has(next.by)) return exit;
  const why = `This case is ${exit.status}; it is not yours to make public now.`;
  throw new Refusal('TRANSITION_NOT_ALLOWED', why, { allowed: [], index });
}

function makePublic(tx: Transaction, exit: Exit, noticeId: string): Promise<Fact> {
  const from: ExitStatus = exit.status;
  const roles = rolesFor(tx.viewer, 'exit.move', exit.regionCode, tx.now);
  const role = roleOf(exit, 'IN_PUBLICITY', roles);
  exit.status = 'IN_PUBLICITY';
  exit.noticeId = noticeId;
  recordMove(tx, exit, { from, role, note: null });
  return exitFact(tx, exit, from);
}

export interface RaiseObjection {
  exitId: string;
  text: string;
  idempotencyKey?: string | null;
}

/**
 * Records what somebody said against a case on a notice that hangs; its time stands still until it is answered. Who said
 * it is kept nowhere.
 * @throws FORBIDDEN · NOT_FOUND · TRANSITION_NOT_ALLOWED (it hangs nowhere, or its time is up) · INVALID_TEXT
 */
export const raiseObjection = (context: Context, input: RaiseObjection) =>
  write(context, { act: 'exit.object', operation: 'raiseObjection', input }, async (tx) => {
    const text = plainText(input.text, 'text', TEXT_LENGTH);
    const [exit] = isId(input.exitId) ? await lockExits(tx, [input.exitId]) : [];
    if (!exit || !isInScopes(exit.regionCode, tx.scopes)) throw notFound('exit');
    const { id: exitId, regionCode, noticeId, kind: target } = exit;
    if (!noticeId || exit.status !== 'IN_PUBLICITY')
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'It hangs nowhere.', { allowed: [] });
    if ((await holdNotice(tx, noticeId)).isOver)
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'The time of the notice is up.', { allowed: [] });
    const objection = tx.em.create(Objection, {
      id: newId(),
      noticeId,
      exitId,
      regionCode,
      text,
      at: tx.now,
      recordedById: tx.viewer.accountId,
      answeredAt: null,
      answeredById: null,
      upheld: null,
      answer: null,
      version: 1,
    });
    const subject = { type: 'OBJECTION', id: objection.id } as const;
    return {
      answer: objection,
      facts: [await noticeFact(tx, regionCode, 'OBJECTION_RAISED', subject, { title: OBJECTION, target })],
    };
  });

export interface AnswerObjection {
  objectionId: string;
  expectedVersion: number;
  upheld: boolean;
  answer: string;
  idempotencyKey?: string | null;
}

/**
 * Answers an objection: the time of the notice runs on. Upheld, its case can only be sent back.
 * @throws FORBIDDEN (also for who recorded it) · NOT_FOUND · VERSION_CONFLICT · TRANSITION_NOT_ALLOWED (answered already) ·
 *   INVALID_TEXT
 */
export const answerObjection = (context: Context, input: AnswerObjection) =>
  write(context, { act: 'exit.answer', operation: 'answerObjection', input }, async (tx) => {
    const { objectionId: id, expectedVersion, upheld } = input;
    const answer = plainText(input.answer, 'answer', TEXT_LENGTH);
    const objection = await lockRow(tx, Objection, 'objection', { id, expectedVersion });
    if (objection.answeredAt)
      throw new Refusal('TRANSITION_NOT_ALLOWED', 'This objection is answered already.', { allowed: [] });
    if (objection.recordedById === tx.viewer.accountId)
      throw new Refusal('FORBIDDEN', 'Whoever recorded an objection cannot answer it: another must.');
    const by = { answeredAt: tx.now, answeredById: tx.viewer.accountId };
    Object.assign(objection, { ...by, upheld, answer });
    const { kind: target } = await tx.em.findOneOrFail(Exit, { id: objection.exitId });
    const subject = { type: 'OBJECTION', id } as const;
    const { regionCode } = objection;
    return {
      answer: objection,
      facts: [await noticeFact(tx, regionCode, 'OBJECTION_ANSWERED', subject, { target, upheld })],
    };
  });

type NoticeKind = 'NOTICE_POSTED' | 'OBJECTION_RAISED' | 'OBJECTION_ANSWERED';

async function noticeFact<K extends NoticeKind>(
  tx: Transaction,
  regionCode: string,
  kind: K,
  subject: Fact['subject'],
  params: FactOf<K>['params'],
): Promise<Fact> {
  const { code, name } = await getRegion(tx, regionCode);
  const severity = kind === 'OBJECTION_RAISED' ? 'WARNING' : null;
  return { kind, region: { code, name }, subject, severity, audience: 'REGION', params } as Fact;
}
