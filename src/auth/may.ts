import { Refusal } from '../errors.js';
import type { Audience } from '../events/facts.js';
import { isInside, LEVELS, type Level, levelOf, lies, type Scope, scopeOf } from './scope.js';
import { type Grant, ROLES, type Role, type Viewer } from './viewer.js';

/** All that rights depend on; an account that does not ask may be asked about. */
type Holder = Pick<Viewer, 'grants'>;

const EVERYBODY = ROLES;
const FRONTLINE = ['COUNTY_OFFICE', 'TOWNSHIP_OFFICE', 'VILLAGE_TEAM'] as const satisfies readonly Role[];

/**
 * Who may do what: the whole policy on one page. What every account may read (the region tree, the standards) is under
 * no act: see right.ts. Reads of personal data leave out ADMIN (accounts and
 * configuration) and SCREEN (aggregates and the feed). `household.read` covers every personal table.
 */
export const ACTS = {
  'account.read': ['ADMIN', 'AUDITOR'],
  'account.write': ['ADMIN'],
  'grant.write': ['ADMIN'],
  /** Who did or revealed what; apart from those who administer and those who act. */
  'ledger.read': ['AUDITOR'],
  'household.read': ['LEADER', 'SUPERVISION_OFFICE', ...FRONTLINE, 'INSPECTOR', 'AUDITOR'],
  'household.write': FRONTLINE,
  /** One masked value in full, for a purpose: by those who deal with the family, and nobody above them. */
  'household.reveal': FRONTLINE,
  /** A second person's yes to a reveal that needs one. */
  'household.approveReveal': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  /** A city's days are the supervision office's to order; a county orders days of its own. */
  'calendar.change': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  /** Rulebooks are loaded by a command of the house; what is in force is decided here. */
  'standard.adopt': ['LEADER', 'SUPERVISION_OFFICE'],
  'measurement.read': EVERYBODY,
  'measurement.record': FRONTLINE,
  /** On behalf of the bureau that the standard names; another than who recorded it. */
  'measurement.confirm': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  /** A verdict holds what the register says of a village, down to single households. */
  'verdict.read': ['LEADER', 'SUPERVISION_OFFICE', ...FRONTLINE, 'INSPECTOR', 'AUDITOR'],
  'verdict.give': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  'task.read': EVERYBODY,
  'task.changeStatus': ['SUPERVISION_OFFICE', ...FRONTLINE],
  'task.changeDeadline': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  'task.assign': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE', 'TOWNSHIP_OFFICE'],
  'task.create': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  /** To create one as a leader's instruction. */
  'task.instruct': ['LEADER', 'SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  'task.breakDown': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE', 'TOWNSHIP_OFFICE'],
  /** To answer for a task or assist with it; signing, reporting and asking for time are then its own people's. */
  'task.answerFor': ['LEADER', 'SUPERVISION_OFFICE', ...FRONTLINE],
  'task.decideExtension': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  /** The household of a case, and what is said against it, is `household.read`. */
  'exit.read': EVERYBODY,
  /** Which step is whose: exits/exit.rules.ts. */
  'exit.move': ['SUPERVISION_OFFICE', ...FRONTLINE],
  'exit.object': ['SUPERVISION_OFFICE', ...FRONTLINE],
  /** Another than who recorded the objection. */
  'exit.answer': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE', 'TOWNSHIP_OFFICE'],
  'exit.evaluate': ['SUPERVISION_OFFICE'],
  'target.read': EVERYBODY,
  /** The plan of a whole city. */
  'target.draft': ['SUPERVISION_OFFICE'],
  'target.adjust': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  /** Another than who asked. */
  'target.approve': ['LEADER', 'SUPERVISION_OFFICE'],
  'project.read': EVERYBODY,
  'project.create': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE'],
  'project.changeStage': ['SUPERVISION_OFFICE', 'COUNTY_OFFICE', 'TOWNSHIP_OFFICE'],
  'inspection.read': EVERYBODY,
  /**
   * An unannounced visit is nobody's on the inspected side, nor a screen's, until it is in the field. An inspector
   * knows of those it is assigned to (inspections/), not of every one in the villages it may see.
   */
  'inspection.readUnannounced': ['LEADER', 'SUPERVISION_OFFICE', 'AUDITOR'],
  'inspection.create': ['SUPERVISION_OFFICE'],
  'inspection.assign': ['SUPERVISION_OFFICE'],
  'inspection.changeStatus': ['SUPERVISION_OFFICE', 'INSPECTOR'],
  'finding.issue': ['SUPERVISION_OFFICE', 'INSPECTOR'],
  'finding.close': ['SUPERVISION_OFFICE'],
  'alert.read': EVERYBODY,
  'alert.acknowledge': ['LEADER', 'SUPERVISION_OFFICE', ...FRONTLINE],
  /** Of one's own notices. */
  'inbox.confirm': EVERYBODY,
  /** Who is told of what and when, for the whole city: by a grant that covers it. */
  'escalation.change': ['SUPERVISION_OFFICE'],
  /** Of the units in one's regions, what has come of what was not done in time; not for the team of a single village. */
  'interview.read': ['LEADER', 'SUPERVISION_OFFICE', 'COUNTY_OFFICE', 'TOWNSHIP_OFFICE', 'AUDITOR'],
  /** From above: nobody interviews his own unit. */
  'interview.hold': ['LEADER', 'SUPERVISION_OFFICE'],
  /** To say that something is a matter of discipline, and to see what became of what one has referred oneself. */
  'discipline.refer': ['LEADER', 'SUPERVISION_OFFICE', 'INSPECTOR', 'DISCIPLINE_INSPECTOR'],
  /** Every referral of a region; nobody else knows that there is one. */
  'discipline.read': ['DISCIPLINE_INSPECTOR'],
  'discipline.handle': ['DISCIPLINE_INSPECTOR'],
  'overview.read': EVERYBODY,
  'feed.read': EVERYBODY,
} as const satisfies Record<string, readonly Role[]>;

export type Act = keyof typeof ACTS;

/**
 * What asks for the second factor besides: handing out rights and accounts, and taking personal data out of its mask.
 * Not the ledger, which is only read and holds no value of anybody.
 */
export const SECOND_FACTOR_ACTS: readonly Act[] = [
  'account.write',
  'grant.write',
  'household.reveal',
  'household.approveReveal',
];

/**
 * Where each role may be held, from the highest level to the lowest, and from which level of region on an administrator
 * may give or end it: whoever oversees a county, or knows of unannounced visits to it, is not of the county's choosing.
 * Inspectors receive their grants from the inspection, too.
 */
export const PLACES = {
  LEADER: { highest: 'PROVINCE', lowest: 'COUNTY', givenFrom: 'PREFECTURE' },
  SUPERVISION_OFFICE: { highest: 'PROVINCE', lowest: 'COUNTY', givenFrom: 'PREFECTURE' },
  COUNTY_OFFICE: { highest: 'COUNTY', lowest: 'COUNTY', givenFrom: 'COUNTY' },
  TOWNSHIP_OFFICE: { highest: 'TOWNSHIP', lowest: 'TOWNSHIP', givenFrom: 'TOWNSHIP' },
  VILLAGE_TEAM: { highest: 'VILLAGE', lowest: 'VILLAGE', givenFrom: 'TOWNSHIP' },
  INSPECTOR: { highest: 'PREFECTURE', lowest: 'VILLAGE', givenFrom: 'PREFECTURE' },
  DISCIPLINE_INSPECTOR: { highest: 'PROVINCE', lowest: 'COUNTY', givenFrom: 'PREFECTURE' },
  AUDITOR: { highest: 'PROVINCE', lowest: 'VILLAGE', givenFrom: 'PREFECTURE' },
  ADMIN: { highest: 'PROVINCE', lowest: 'TOWNSHIP', givenFrom: 'COUNTY' },
  SCREEN: { highest: 'PROVINCE', lowest: 'VILLAGE', givenFrom: 'TOWNSHIP' },
} as const satisfies Record<Role, { highest: Level; lowest: Level; givenFrom: Level }>;

/** Someone without proof may do nothing; the refusal says whether to sign in or to refresh. */
export type Asker = Viewer | Refusal;

/**
 * The viewer, or the reason why there is none (missing, expired, revoked); also one who must change his password first:
 * only for what that takes, and for leaving.
 */
export function identified(asker: Asker): Viewer {
  if (asker instanceof Refusal) throw asker;
  return asker;
}

/** The viewer, or the reason why nothing is answered. */
export function signedIn(asker: Asker): Viewer {
  const viewer = identified(asker);
  if (!viewer.mustChangePassword) return viewer;
  const sentence = 'This password was handed over by an administrator. Change it first (changePassword).';
  throw new Refusal('FORBIDDEN', sentence, { mustChangePassword: true });
}

/** @throws MFA_REQUIRED for an act that asks for the second factor, in a session that has not shown it lately */
export function demandSecondFactor({ secondFactor }: Viewer, act: Act, realNow: Date): void {
  if (!SECOND_FACTOR_ACTS.includes(act)) return;
  const { enrolled = false, validUntil = null } = secondFactor ?? {};
  if (enrolled && validUntil && realNow < validUntil) return;
  const sentence = enrolled
    ? 'This act asks for the second factor: call confirmSecondFactor, then send it again.'
    : 'This act asks for a second factor: call enrolSecondFactor and confirmSecondFactor, then send it again.';
  throw new Refusal('MFA_REQUIRED', sentence, { enrolled });
}

const holds = (grant: Grant, now: Date) => grant.validFrom <= now && (!grant.validTo || now < grant.validTo);

/** The grants in force whose role may do the act. */
export const grantsFor = (viewer: Holder, act: Act, now: Date): Grant[] =>
  viewer.grants.filter((grant) => holds(grant, now) && (ACTS[act] as readonly Role[]).includes(grant.role));

/** What one must be able to do in a region to be told there of what is not for everybody who may read it. */
const CONFIDED = {
  UNANNOUNCED: 'inspection.readUnannounced',
  HOUSEHOLDS: 'household.read',
  DISCIPLINE: 'discipline.read',
} as const satisfies Partial<Record<Audience, Act>>;
export const CONFIDED_AUDIENCES = Object.keys(CONFIDED) as (keyof typeof CONFIDED)[];

/** The act that an audience asks for; null when it asks for none, or is nobody outside the house. */
export const actOfAudience = (audience: Audience): Act | null =>
  audience === 'REGION' || audience === 'HOUSE' ? null : CONFIDED[audience];

/** The ranges in which the viewer may be told of what is for one of the narrower audiences. */
export const confidedScopes = (viewer: Holder, now: Date): { audience: Audience; scopes: Scope[] }[] =>
  CONFIDED_AUDIENCES.map((audience) => ({ audience, scopes: scopesFor(viewer, CONFIDED[audience], now) }));

/** Whether the viewer may be told of something for this audience in the region. */
export function mayKnow(viewer: Holder, audience: Audience, regionCode: string, now: Date): boolean {
  if (audience === 'HOUSE') return false;
  const act = actOfAudience(audience);
  return act === null || may(viewer, act, regionCode, now);
}

/** The one predicate, for one region: role × region range × time window. */
export const may = (viewer: Holder, act: Act, regionCode: string, now: Date): boolean =>
  grantsFor(viewer, act, now).some((grant) => isInside(regionCode, grant.regionCode));

/** The roles in which the viewer may do the act in the region. */
export const rolesFor = (viewer: Viewer, act: Act, regionCode: string, now: Date): Set<Role> =>
  new Set(
    grantsFor(viewer, act, now)
      .filter((grant) => isInside(regionCode, grant.regionCode))
      .map((grant) => grant.role),
  );

/** The one predicate, for many rows: the ranges of region codes in which the viewer may do the act. */
export const scopesFor = (viewer: Holder, act: Act, now: Date): Scope[] =>
  grantsFor(viewer, act, now).map((grant) => scopeOf(grant.regionCode));

/** True when a region of level `own` stands as high as `other`, or higher. */
const isAsHighAs = (own: Level, other: Level): boolean => LEVELS.indexOf(own) <= LEVELS.indexOf(other);

/** Whether the role may be held in the region, whoever gives it. */
export function isPlaceFor(role: Role, regionCode: string): boolean {
  const { highest, lowest } = PLACES[role];
  const level = levelOf(regionCode);
  return isAsHighAs(highest, level) && isAsHighAs(level, lowest);
}

/** The viewer's own grants by which a role may be given and ended in a region. */
export const grantsToGive = (viewer: Holder, role: Role, regionCode: string, now: Date): Grant[] =>
  grantsFor(viewer, 'grant.write', now).filter(
    (own) =>
      isInside(regionCode, own.regionCode) && isAsHighAs(levelOf(own.regionCode), PLACES[role].givenFrom),
  );

/**
 * Nobody gives more than one own grant covers: its region, the roles below its level, its time.
 * @returns what of the given grant is beyond every own one; null when one covers it
 */
export function beyondOwn(
  viewer: Holder,
  { role, regionCode, validFrom, validTo }: Omit<Grant, 'id'>,
  now: Date,
): 'role' | 'validFrom' | 'validTo' | null {
  const high = grantsToGive(viewer, role, regionCode, now);
  if (high.length === 0) return 'role';
  const begun = high.filter((own) => own.validFrom <= validFrom);
  if (begun.length === 0) return 'validFrom';
  const isLasting = ({ validTo: end }: Grant) =>
    !end || (validTo !== null && validTo !== undefined && validTo <= end);
  return begun.some(isLasting) ? null : 'validTo';
}

/** The next instant at which one of the grants begins or ends; null when none does any more. */
export function nextTurn(grants: readonly Grant[], now: Date): Date | null {
  const turns = grants.flatMap(({ validFrom, validTo }) => (validTo ? [validFrom, validTo] : [validFrom]));
  const [next] = turns.filter((turn) => turn > now).sort((a, b) => a.getTime() - b.getTime());
  return next ?? null;
}

export const isInScopes = (regionCode: string, scopes: readonly Scope[]): boolean =>
  scopes.some((scope) => lies(regionCode, scope));

/**
 * For a list or a subscription `within` a region: the region must lie inside one grant.
 * @throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED · FORBIDDEN
 */
export function demandWithin(asker: Asker, act: Act, regionCode: string, now: Date): Viewer {
  const viewer = signedIn(asker);
  if (may(viewer, act, regionCode, now)) return viewer;
  throw new Refusal('FORBIDDEN', `None of your grants allows ${act} in region ${regionCode}.`);
}

/**
 * For an act on one thing that is found afterwards: the role must be held somewhere; whether the thing lies inside
 * is part of finding it (outside answers NOT_FOUND, as if it were absent).
 * @throws UNAUTHENTICATED, TOKEN_EXPIRED, SESSION_REVOKED · FORBIDDEN
 */
export function demandScopes(asker: Asker, act: Act, now: Date): Scope[] {
  const scopes = scopesFor(signedIn(asker), act, now);
  if (scopes.length === 0) throw new Refusal('FORBIDDEN', `None of your grants allows ${act}.`);
  return scopes;
}
