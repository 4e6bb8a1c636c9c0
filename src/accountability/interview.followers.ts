import type { EntityManager, MikroORM } from '@mikro-orm/postgresql';
import { v7 as newId } from 'uuid';
import type { Audience } from '../events/facts.js';
import { type Follower, follow, queryOf } from '../events/follow.js';
import type { LoggedFact } from '../events/read.js';
import { record } from '../events/record.js';
import type { Tail } from '../events/tail.js';
import { type Matter, mayMatter } from '../inbox/inbox.rules.js';
import { mattersOf } from '../inbox/matter.queries.js';
import type { Log } from '../log.js';
import { CLOSED_STATUSES } from '../tasks/task.entity.js';
import { interviewFact } from './interview.entity.js';
import { callsUnit, subjectOf, unitOf } from './interview.rules.js';

interface Options {
  readonly orm: MikroORM;
  readonly tail: Tail;
  readonly log: Log;
}

/** Calls units to an interview where a step of the ladder that leads to one was reached. */
export const followInterviews = (options: Options): Follower =>
  follow({ ...options, name: 'interviews', concerns: mayMatter, handle: callInterviews });

/** An open interview of the unit takes in what comes; whoever has read it before reads it again. */
const INTERVIEWS = `
insert into interview as kept (id, region_code, audience, status, called_at)
select id, unit, audience, 'CALLED', at
from jsonb_to_recordset($1::jsonb) as call (id uuid, unit text, audience text, at timestamptz)
order by unit, audience
on conflict (region_code, audience) where status in ('CALLED', 'APPOINTED') do update set version = kept.version + 1
returning id::text, region_code as unit, audience, xmax = 0 as "isNew",
  (select name from region where code = region_code) as name`;

const CAUSES = `
insert into interview_cause (interview_id, subject_type, subject_id, topic, region_code, title_zh, title_en, at)
select id, type, subject, topic, region, zh, en, at
from jsonb_to_recordset($1::jsonb) as cause (id uuid, type text, subject uuid, topic text, region text, zh text, en text,
  at timestamptz)
on conflict (interview_id, subject_id, topic) do update set at = excluded.at`;

interface Call {
  readonly unit: string;
  readonly matter: Matter;
}

/** One page of the log. */
export async function callInterviews(em: EntityManager, facts: readonly LoggedFact[]): Promise<void> {
  const calls = await callsOf(em, facts);
  if (calls.length === 0) return;
  const byInterview = Map.groupBy(calls, ({ unit, matter }) => `${unit} ${matter.audience}`);
  const wanted = [...byInterview.values()].flatMap(([first]) =>
    first ? [{ id: newId(), unit: first.unit, audience: first.matter.audience, at: first.matter.at }] : [],
  );
  const kept = (await queryOf(em)(INTERVIEWS, [JSON.stringify(wanted)])) as Kept[];
  const causes = kept.flatMap(({ id, unit, audience }) =>
    causesOf(id, byInterview.get(`${unit} ${audience}`) ?? []),
  );
  await queryOf(em)(CAUSES, [JSON.stringify(causes)]);
  const called = kept
    .filter(({ isNew }) => isNew)
    .map(({ id, unit, audience, name }) =>
      interviewFact({ id, audience, status: 'CALLED', appointedFor: null }, { code: unit, name }, null),
    );
  if (called.length > 0)
    await record(em, called, { happenedAt: calls.at(-1)?.matter.at as Date, actorId: null });
}

interface Kept {
  readonly id: string;
  readonly unit: string;
  readonly audience: Audience;
  readonly isNew: boolean;
  readonly name: string;
}

/** Each thing once for each topic, as it was told last. */
function causesOf(id: string, calls: readonly Call[]) {
  const causes = calls.map(({ matter }) => {
    const { type, id: subject } = subjectOf(matter);
    const { topic, regionCode: region, title, at } = matter;
    return { id, type, subject, topic, region, zh: title.zh, en: title.en ?? null, at };
  });
  return [...new Map(causes.map((cause) => [`${cause.subject} ${cause.topic}`, cause])).values()];
}

const STANDING = `
select wanted.place from unnest($1::text[]) as wanted (place) where exists (select from region where code = wanted.place)`;

/** Who is called for what; nobody for a task that is closed by now, nor for a place that is in no list. */
async function callsOf(em: EntityManager, facts: readonly LoggedFact[]): Promise<Call[]> {
  const matters = (await mattersOf(em, facts)).filter(callsUnit);
  if (matters.length === 0) return [];
  const ids = matters.map((matter) => subjectOf(matter).id);
  const closed = (await queryOf(em)(
    'select id::text from task where id = any ($1::uuid[]) and status = any ($2)',
    [ids, CLOSED_STATUSES],
  )) as { id: string }[];
  const units = matters.map(({ regionCode }) => unitOf(regionCode));
  const known = (await queryOf(em)(STANDING, [units.filter((unit) => unit !== null)])) as { place: string }[];
  const over = new Set(closed.map(({ id }) => id));
  const places = new Set(known.map(({ place }) => place));
  return matters.flatMap((matter, n) => {
    const unit = units[n] ?? null;
    return unit !== null && places.has(unit) && !over.has(subjectOf(matter).id) ? [{ unit, matter }] : [];
  });
}
