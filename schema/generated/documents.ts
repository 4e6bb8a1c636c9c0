/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /** A calendar day in Asia/Shanghai, YYYY-MM-DD. Malformed or impossible: INVALID_DATE. */
  Date: { input: string; output: string; }
  /** An instant, RFC 3339 with offset; answered in UTC. Malformed: INVALID_DATE. */
  DateTime: { input: string; output: string; }
  /** A position on the feed: opaque, signed, valid for any account and any arguments. Forged: INVALID_CURSOR. */
  FeedCursor: { input: string; output: string; }
  /** An official statistical division code: exactly 12 ASCII digits. Malformed: INVALID_REGION_CODE. */
  RegionCode: { input: string; output: string; }
};

/** Who acts: an office, a team or an official, by display name. */
export type Account = {
  __typename?: 'Account';
  /** Identity of the account. */
  id: Scalars['ID']['output'];
  /** Display name. */
  name: Scalars['String']['output'];
};

/** Names who answers for an open task. */
export type AssignTaskInput = {
  /** The version you read; if it has changed since: VERSION_CONFLICT. */
  expectedVersion: Scalars['Int']['input'];
  /** The same key and body again give the first answer again; another body: IDEMPOTENCY_KEY_REUSED. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** The account that answers for it. */
  responsibleId: Scalars['ID']['input'];
  /** Which task. */
  taskId: Scalars['ID']['input'];
};

/** Moves the deadline of an open task. */
export type ChangeTaskDeadlineInput = {
  /** The new deadline; must lie ahead in campaign time. */
  dueAt: Scalars['DateTime']['input'];
  /** The version you read; if it has changed since: VERSION_CONFLICT. */
  expectedVersion: Scalars['Int']['input'];
  /** The same key and body again give the first answer again; another body: IDEMPOTENCY_KEY_REUSED. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** Why; at most 500 characters, no personal data. */
  reason: Scalars['String']['input'];
  /** Which task. */
  taskId: Scalars['ID']['input'];
};

/** Moves a task. */
export type ChangeTaskStatusInput = {
  /** The version you read; if it has changed since: VERSION_CONFLICT. */
  expectedVersion: Scalars['Int']['input'];
  /** The same key and body again give the first answer again; another body: IDEMPOTENCY_KEY_REUSED. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** Why; at most 500 characters, no personal data. */
  note?: InputMaybe<Scalars['String']['input']>;
  /** Which task. */
  taskId: Scalars['ID']['input'];
  /** Where to; see Task.allowedTransitions. */
  to: TaskStatus;
};

/** A versioned document: what a target must reach to leave the list. */
export type ExitStandard = {
  __typename?: 'ExitStandard';
  /** Its code. */
  code: Scalars['String']['output'];
  /** First day on which it holds. */
  effectiveFrom: Scalars['Date']['output'];
  /** Last day on which it holds; null: until replaced. */
  effectiveTo?: Maybe<Scalars['Date']['output']>;
  /** Identity of the document. */
  id: Scalars['ID']['output'];
  /** Its items, in its own order. */
  items: Array<StandardItem>;
  /** Whose standard it is. */
  jurisdictionCode: Scalars['RegionCode']['output'];
  /** Its name. */
  name: Scalars['String']['output'];
  /** Where it comes from. */
  source: Scalars['String']['output'];
  /** What it is for. */
  targetLevel: StandardTarget;
  /** The year it is for. */
  year: Scalars['Int']['output'];
};


/** A versioned document: what a target must reach to leave the list. */
export type ExitStandardNameArgs = {
  locale?: Locale;
};

/** Some events in order and the position after them; empty as heartbeat. */
export type FeedBatch = {
  __typename?: 'FeedBatch';
  /** Pass it as `after` to go on from here. */
  cursor: Scalars['FeedCursor']['output'];
  /** In the one order of the log. */
  events: Array<FeedEvent>;
  /** Not null: the position could not be continued. */
  reset?: Maybe<FeedReset>;
};

/** One fact of the log, without personal data. */
export type FeedEvent = {
  __typename?: 'FeedEvent';
  /** When, campaign time. */
  happenedAt: Scalars['DateTime']['output'];
  /** One line for a ticker, rendered from the fact; no personal data. */
  headline: Scalars['String']['output'];
  /** Identity of the event; no event comes twice. */
  id: Scalars['ID']['output'];
  /** What happened. */
  kind: FeedEventKind;
  /** The same string that the mutation answered, if one caused it. */
  mark: Scalars['String']['output'];
  /** Where. */
  region: Region;
  /** How grave; null when it is neither warning nor alert. */
  severity?: Maybe<Severity>;
  /** What it is about. */
  subject: Subject;
};


/** One fact of the log, without personal data. */
export type FeedEventHeadlineArgs = {
  locale?: Locale;
};

/** What happened. */
export type FeedEventKind =
  | 'ALERT_ACKNOWLEDGED'
  | 'ALERT_RAISED'
  | 'ALERT_RESOLVED'
  | 'DEADLINE_WARNING'
  | 'FINDING_CLOSED'
  | 'FINDING_ISSUED'
  | 'HOUSEHOLD_CHANGED'
  | 'INSPECTION_CHANGED'
  | 'PROJECT_CHANGED'
  | 'TASK_ASSIGNED'
  | 'TASK_CREATED'
  | 'TASK_DEADLINE_CHANGED'
  | 'TASK_SCHEDULE_CHANGED'
  | 'TASK_STATUS_CHANGED';

/** Why a position cannot be continued: load the state again; the feed goes on from now. */
export type FeedReset =
  /** The database was restored from a copy. */
  | 'EPOCH_CHANGED'
  /** Older than what the log keeps. */
  | 'EXPIRED'
  /** The database failed over, and what lay between was lost. */
  | 'TIMELINE_CHANGED';

/** A role in a region for a time (campaign time). */
export type Grant = {
  __typename?: 'Grant';
  /** Who holds it. */
  account?: Maybe<Account>;
  /** Identity of the grant. */
  id: Scalars['ID']['output'];
  /** Where the role holds. */
  region?: Maybe<Region>;
  /** When it was revoked; null while it stands. */
  revokedAt?: Maybe<Scalars['DateTime']['output']>;
  /** The role. */
  role: Role;
  /** Holds from this instant. */
  validFrom: Scalars['DateTime']['output'];
  /** Holds until before this instant; null: no end. */
  validTo?: Maybe<Scalars['DateTime']['output']>;
  /** Version for expectedVersion. */
  version?: Maybe<Scalars['Int']['output']>;
};

/** Grants by id. */
export type GrantConnection = {
  __typename?: 'GrantConnection';
  /** The entries of this page, in the order of the list. */
  edges: Array<GrantEdge>;
  /** Where this page ends. */
  pageInfo: PageInfo;
  /** How many entries the whole list has; counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** One entry of a GrantConnection. */
export type GrantEdge = {
  __typename?: 'GrantEdge';
  /** Opaque, signed position of this entry; pass it as `after`. */
  cursor: Scalars['String']['output'];
  /** The entry itself. */
  node: Grant;
};

/** A changed grant. */
export type GrantPayload = {
  __typename?: 'GrantPayload';
  /** The grant after the change. */
  grant: Grant;
  /** The same mark is on every feed event of this change. */
  mark: Scalars['String']['output'];
};

/** Gives an account a role in a region for a time. */
export type GrantRoleInput = {
  /** Who receives it. */
  accountId: Scalars['ID']['input'];
  /** The same key and body again give the first answer again; another body: IDEMPOTENCY_KEY_REUSED. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
  /** Where; must lie inside your own region. */
  regionCode: Scalars['RegionCode']['input'];
  /** The role. */
  role: Role;
  /** From when, campaign time; left out: from now. */
  validFrom?: InputMaybe<Scalars['DateTime']['input']>;
  /** Until before this instant; left out: no end. */
  validTo?: InputMaybe<Scalars['DateTime']['input']>;
};

/** Language of rendered text. */
export type Locale =
  /** English. */
  | 'EN'
  /** Chinese. */
  | 'ZH';

/** A new session and who it belongs to. */
export type Login = {
  __typename?: 'Login';
  /** For `Authorization: Bearer …` and for connection_init. */
  accessToken: Scalars['String']['output'];
  /** When the access token ends. */
  expiresAt: Scalars['DateTime']['output'];
  /** Used once, by refreshSession. */
  refreshToken: Scalars['String']['output'];
  /** The account that signed in. */
  viewer: Viewer;
};

export type Mutation = {
  __typename?: 'Mutation';
  /** Names who answers for a task. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED. */
  assignTask: TaskPayload;
  /** Moves a deadline. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_DATE, INVALID_TEXT. */
  changeTaskDeadline: TaskPayload;
  /** Moves a task. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT, TRANSITION_NOT_ALLOWED, INVALID_TEXT. */
  changeTaskStatus: TaskPayload;
  /** Gives a role. Errors: FORBIDDEN, NOT_FOUND, INVALID_DATE. */
  grantRole: GrantPayload;
  /** Signs in. Errors: UNAUTHENTICATED. */
  login: Login;
  /** Ends the session of the access token. Errors: UNAUTHENTICATED. */
  logout: Scalars['Boolean']['output'];
  /** New tokens for a refresh token, which is used up. Errors: SESSION_REVOKED. */
  refreshSession: Session;
  /** Ends a grant now. Errors: FORBIDDEN, NOT_FOUND, VERSION_CONFLICT. */
  revokeGrant: GrantPayload;
};


export type MutationAssignTaskArgs = {
  input: AssignTaskInput;
};


export type MutationChangeTaskDeadlineArgs = {
  input: ChangeTaskDeadlineInput;
};


export type MutationChangeTaskStatusArgs = {
  input: ChangeTaskStatusInput;
};


export type MutationGrantRoleArgs = {
  input: GrantRoleInput;
};


export type MutationLoginArgs = {
  password: Scalars['String']['input'];
  username: Scalars['String']['input'];
};


export type MutationRefreshSessionArgs = {
  refreshToken: Scalars['String']['input'];
};


export type MutationRevokeGrantArgs = {
  input: RevokeGrantInput;
};

/** Where a page of a list ends (Relay cursor connections, forward only). */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** The cursor of the last edge; null on an empty page. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /** True when more follows. */
  hasNextPage: Scalars['Boolean']['output'];
};

/** National-level or provincial-level poor county, or registered poor village. */
export type PovertyDesignation =
  | 'NATIONAL'
  | 'POOR_VILLAGE'
  | 'PROVINCIAL';

export type Query = {
  __typename?: 'Query';
  /** Every exit standard, newest first. Errors: UNAUTHENTICATED. */
  exitStandards: Array<ExitStandard>;
  /** Every grant in a region, revoked ones included. Errors: FORBIDDEN. */
  grants: GrantConnection;
  /** One region; readable by every account. Errors: NOT_FOUND, INVALID_REGION_CODE. */
  region: Region;
  /** One task. Errors: NOT_FOUND (absent or out of scope). */
  task: Task;
  /** Tasks in a region. Errors: FORBIDDEN, INVALID_PAGE_SIZE, INVALID_CURSOR. */
  tasks: TaskConnection;
  /** The account that asks. Errors: UNAUTHENTICATED. */
  viewer: Viewer;
};


export type QueryGrantsArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first: Scalars['Int']['input'];
  within: Scalars['RegionCode']['input'];
};


export type QueryRegionArgs = {
  code: Scalars['RegionCode']['input'];
};


export type QueryTaskArgs = {
  id: Scalars['ID']['input'];
};


export type QueryTasksArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<TaskFilter>;
  first: Scalars['Int']['input'];
  within: Scalars['RegionCode']['input'];
};

/** A place of the official list of statistical divisions, keyed by its 12-digit code. */
export type Region = {
  __typename?: 'Region';
  /** Everything that contains it, largest first. */
  ancestors: Array<Region>;
  /** The regions directly inside, by code. */
  children: RegionConnection;
  /** The official code; village names are not unique, codes are. */
  code: Scalars['RegionCode']['output'];
  /** A development zone of county level outside GB/T 2260: listed with the counties, never ranked. */
  developmentZone: Scalars['Boolean']['output'];
  /** Province, prefecture, county, township or village. */
  level: RegionLevel;
  /** The official name, in Chinese. */
  name: Scalars['String']['output'];
  /** What directly contains it; null at the top. */
  parent?: Maybe<Region>;
  /** The year in which a poor village is planned to leave the list. */
  plannedExitYear?: Maybe<Scalars['Int']['output']>;
  /** Null when the place is not designated poor. */
  povertyDesignation?: Maybe<PovertyDesignation>;
  /** Rural population in persons, where known (villages; synthetic in the demo). */
  ruralPopulation?: Maybe<Scalars['Int']['output']>;
};


/** A place of the official list of statistical divisions, keyed by its 12-digit code. */
export type RegionChildrenArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  first: Scalars['Int']['input'];
};

/** Regions by code. */
export type RegionConnection = {
  __typename?: 'RegionConnection';
  /** The entries of this page, in the order of the list. */
  edges: Array<RegionEdge>;
  /** Where this page ends. */
  pageInfo: PageInfo;
  /** How many entries the whole list has; counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** One entry of a RegionConnection. */
export type RegionEdge = {
  __typename?: 'RegionEdge';
  /** Opaque, signed position of this entry; pass it as `after`. */
  cursor: Scalars['String']['output'];
  /** The entry itself. */
  node: Region;
};

/** The five levels of the official list. */
export type RegionLevel =
  | 'COUNTY'
  | 'PREFECTURE'
  | 'PROVINCE'
  | 'TOWNSHIP'
  | 'VILLAGE';

/** Ends a grant now. */
export type RevokeGrantInput = {
  /** The version you read; if it has changed since: VERSION_CONFLICT. */
  expectedVersion: Scalars['Int']['input'];
  /** Which grant. */
  grantId: Scalars['ID']['input'];
  /** The same key and body again give the first answer again; another body: IDEMPOTENCY_KEY_REUSED. */
  idempotencyKey?: InputMaybe<Scalars['ID']['input']>;
};

/** What an account may do in a region. */
export type Role =
  /** Accounts and configuration; no personal data. */
  | 'ADMIN'
  /** Reads everything in the region. */
  | 'AUDITOR'
  /** County office: confirms what townships confirmed. */
  | 'COUNTY_OFFICE'
  /** Sees the villages of an inspection during its days. */
  | 'INSPECTOR'
  /** City or county leader: sees everything in the region. */
  | 'LEADER'
  /** A wall screen: aggregates and the feed; no personal data. */
  | 'SCREEN'
  /** City supervision office: inspections, deadlines, reopening, the province’s result. */
  | 'SUPERVISION_OFFICE'
  /** Township office: confirms what villages declared. */
  | 'TOWNSHIP_OFFICE'
  /** Resident work team of a village: works on the tasks and declares them met. */
  | 'VILLAGE_TEAM';

/** Proof of sign-in. Token life is real time, not campaign time. */
export type Session = {
  __typename?: 'Session';
  /** For `Authorization: Bearer …` and for connection_init. */
  accessToken: Scalars['String']['output'];
  /** When the access token ends. */
  expiresAt: Scalars['DateTime']['output'];
  /** Used once, by refreshSession. */
  refreshToken: Scalars['String']['output'];
};

/** How grave, in rising order. A level, not a colour. */
export type Severity =
  /** 1 day before a deadline and later. */
  | 'CRITICAL'
  /** 30 and 15 days before a deadline, and the like. */
  | 'NOTICE'
  /** 7 and 3 days before a deadline, returned or reopened work. */
  | 'WARNING';

/** One item of an exit standard. */
export type StandardItem = {
  __typename?: 'StandardItem';
  /** Where the item was found. */
  basis: Scalars['String']['output'];
  /** The bureau that confirms it. */
  bureau: Scalars['String']['output'];
  /** Code within its standard, such as V01. */
  code: Scalars['String']['output'];
  /** How the value is held against the threshold; kept with it and never rounded first. */
  comparator: Scalars['String']['output'];
  /** Identity of the item. */
  id: Scalars['ID']['output'];
  /** How much it weighs. */
  kind: StandardItemKind;
  /** Its name. */
  name: Scalars['String']['output'];
  /** The threshold as in the source: a rate as `numerator/denominator`, a count, or words. */
  threshold: Scalars['String']['output'];
  /** True while the threshold is not confirmed for this province. */
  toBeConfirmed: Scalars['Boolean']['output'];
  /** Unit of value and threshold. */
  unit: Scalars['String']['output'];
  /** True when it binds only where conditions allow. */
  whereApplicable: Scalars['Boolean']['output'];
};


/** One item of an exit standard. */
export type StandardItemBureauArgs = {
  locale?: Locale;
};


/** One item of an exit standard. */
export type StandardItemNameArgs = {
  locale?: Locale;
};

/** How much an item weighs. */
export type StandardItemKind =
  /** Looked at, does not decide. */
  | 'REFERENCE'
  /** Must be met. */
  | 'REQUIRED'
  /** Not met: nothing else counts. */
  | 'VETO';

/** What a standard is for. */
export type StandardTarget =
  | 'COUNTY'
  | 'HOUSEHOLD'
  | 'VILLAGE';

/** The thing an event or an alert is about. */
export type Subject = {
  __typename?: 'Subject';
  /** Its identity. */
  id: Scalars['ID']['output'];
  /** Its kind. */
  type: SubjectType;
};

/** What kind of thing an event or an alert is about. */
export type SubjectType =
  | 'ALERT'
  | 'CLOCK'
  | 'FINDING'
  | 'GRANT'
  | 'HOUSEHOLD'
  | 'INSPECTION'
  | 'PROJECT'
  | 'REGION'
  | 'SESSION'
  | 'TASK';

export type Subscription = {
  __typename?: 'Subscription';
  /** Everything that happens in a region, in order and without loss. Without `after`: an empty batch with the cursor of now, then what comes. With `after`: a batch at once, then everything later. Errors: FORBIDDEN, INVALID_CURSOR. */
  supervisionFeed: FeedBatch;
  /** The same for everything inside your own grants as they stand at each moment: an inspector’s villages on the days of the inspection. Errors: INVALID_CURSOR. */
  workFeed: FeedBatch;
};


export type SubscriptionSupervisionFeedArgs = {
  after?: InputMaybe<Scalars['FeedCursor']['input']>;
  kinds?: InputMaybe<Array<FeedEventKind>>;
  minSeverity?: InputMaybe<Severity>;
  within: Scalars['RegionCode']['input'];
};


export type SubscriptionWorkFeedArgs = {
  after?: InputMaybe<Scalars['FeedCursor']['input']>;
  kinds?: InputMaybe<Array<FeedEventKind>>;
  minSeverity?: InputMaybe<Severity>;
};

/** What must be done in a region by a date. */
export type Task = {
  __typename?: 'Task';
  /** The moves that you may make now. */
  allowedTransitions: Array<TaskStatus>;
  /** When it was made, campaign time. */
  createdAt: Scalars['DateTime']['output'];
  /** Grows with every change of the deadline; warnings fire once per version. */
  deadlineVersion: Scalars['Int']['output'];
  /** The deadline, campaign time. */
  dueAt: Scalars['DateTime']['output'];
  /** Every move, oldest first. */
  history: Array<TaskMove>;
  /** Identity of the task. */
  id: Scalars['ID']['output'];
  /** Where it comes from. */
  kind: TaskKind;
  /** Where. */
  region: Region;
  /** Who answers for it. */
  responsible?: Maybe<Account>;
  /** How it stands against its deadline now. */
  schedule: TaskSchedule;
  /** The item of the exit standard it comes from. */
  standardItem?: Maybe<StandardItem>;
  /** How far it has come. */
  status: TaskStatus;
  /** What is to be done. */
  title: Scalars['String']['output'];
  /** Version for expectedVersion. */
  version: Scalars['Int']['output'];
};


/** What must be done in a region by a date. */
export type TaskTitleArgs = {
  locale?: Locale;
};

/** Tasks by deadline, earliest first. */
export type TaskConnection = {
  __typename?: 'TaskConnection';
  /** The entries of this page, in the order of the list. */
  edges: Array<TaskEdge>;
  /** Where this page ends. */
  pageInfo: PageInfo;
  /** How many entries the whole list has; counted only when asked for. */
  totalCount: Scalars['Int']['output'];
};

/** One entry of a TaskConnection. */
export type TaskEdge = {
  __typename?: 'TaskEdge';
  /** Opaque, signed position of this entry; pass it as `after`. */
  cursor: Scalars['String']['output'];
  /** The entry itself. */
  node: Task;
};

/** Which tasks. A field left out asks nothing; an empty list matches nothing. */
export type TaskFilter = {
  /** Due before this instant. */
  dueBefore?: InputMaybe<Scalars['DateTime']['input']>;
  /** Of one of these kinds. */
  kind?: InputMaybe<Array<TaskKind>>;
  /** This account answers for it. */
  responsibleId?: InputMaybe<Scalars['ID']['input']>;
  /** Standing so against the deadline now. */
  schedule?: InputMaybe<Array<TaskSchedule>>;
  /** In one of these statuses. */
  status?: InputMaybe<Array<TaskStatus>>;
};

/** Where a task comes from. */
export type TaskKind =
  /** Work assigned to an office. */
  | 'ASSIGNMENT'
  /** An item of the exit standard that a village must meet. */
  | 'BENCHMARK'
  /** A leader’s instruction. */
  | 'INSTRUCTION'
  /** Closing what an inspection found. */
  | 'RECTIFICATION';

/** One move in the history of a task. */
export type TaskMove = {
  __typename?: 'TaskMove';
  /** When, campaign time. */
  at: Scalars['DateTime']['output'];
  /** Who moved it. */
  by?: Maybe<Account>;
  /** Status before; null for the first. */
  from?: Maybe<TaskStatus>;
  /** What the mover wrote. */
  note?: Maybe<Scalars['String']['output']>;
  /** Status after. */
  to: TaskStatus;
};

/** A changed task. */
export type TaskPayload = {
  __typename?: 'TaskPayload';
  /** The same mark is on every feed event of this change. */
  mark: Scalars['String']['output'];
  /** The task after the change. */
  task: Task;
};

/** How a task stands against its deadline now; derived. */
export type TaskSchedule =
  /** Blocked, or not started with at most 15 calendar days left. */
  | 'BEHIND'
  /** County confirmed, province passed or cancelled. */
  | 'CLOSED'
  /** At most 7 calendar days left. */
  | 'DUE_SOON'
  /** Time enough. */
  | 'ON_TRACK'
  /** Past its deadline. */
  | 'OVERDUE';

/** How far a task has come. */
export type TaskStatus =
  /** The village team cannot go on. */
  | 'BLOCKED'
  /** No longer wanted. */
  | 'CANCELLED'
  /** The county has confirmed it; the clock stops, and it counts as met. */
  | 'COUNTY_CONFIRMED'
  /** The village team works on it. */
  | 'IN_PROGRESS'
  /** Nobody has begun. */
  | 'NOT_STARTED'
  /** The province has passed it; counts as met. */
  | 'PROVINCE_PASSED'
  /** Found unmet after it was confirmed. */
  | 'REOPENED'
  /** Sent back to the village. */
  | 'RETURNED'
  /** The village team says it is met; the clock still runs. */
  | 'SELF_DECLARED_MET'
  /** The township has confirmed it. */
  | 'TOWNSHIP_CONFIRMED';

/** The account that asks, with its grants. */
export type Viewer = {
  __typename?: 'Viewer';
  /** Every grant that is not revoked, in force or not. */
  grants: Array<Grant>;
  /** Identity of the account. */
  id: Scalars['ID']['output'];
  /** Display name. */
  name: Scalars['String']['output'];
};

/** Moves a task. */
export type ChangeTaskStatusInput = {
  /** The version you read; if it has changed since: VERSION_CONFLICT. */
  expectedVersion: number;
  /** The same key and body again give the first answer again; another body: IDEMPOTENCY_KEY_REUSED. */
  idempotencyKey?: string | number | null | undefined;
  /** Why; at most 500 characters, no personal data. */
  note?: string | null | undefined;
  /** Which task. */
  taskId: string | number;
  /** Where to; see Task.allowedTransitions. */
  to: TaskStatus;
};

/** What happened. */
export type FeedEventKind =
  | 'ALERT_ACKNOWLEDGED'
  | 'ALERT_RAISED'
  | 'ALERT_RESOLVED'
  | 'DEADLINE_WARNING'
  | 'FINDING_CLOSED'
  | 'FINDING_ISSUED'
  | 'HOUSEHOLD_CHANGED'
  | 'INSPECTION_CHANGED'
  | 'PROJECT_CHANGED'
  | 'TASK_ASSIGNED'
  | 'TASK_CREATED'
  | 'TASK_DEADLINE_CHANGED'
  | 'TASK_SCHEDULE_CHANGED'
  | 'TASK_STATUS_CHANGED';

/** Why a position cannot be continued: load the state again; the feed goes on from now. */
export type FeedReset =
  /** The database was restored from a copy. */
  | 'EPOCH_CHANGED'
  /** Older than what the log keeps. */
  | 'EXPIRED'
  /** The database failed over, and what lay between was lost. */
  | 'TIMELINE_CHANGED';

/** National-level or provincial-level poor county, or registered poor village. */
export type PovertyDesignation =
  | 'NATIONAL'
  | 'POOR_VILLAGE'
  | 'PROVINCIAL';

/** The five levels of the official list. */
export type RegionLevel =
  | 'COUNTY'
  | 'PREFECTURE'
  | 'PROVINCE'
  | 'TOWNSHIP'
  | 'VILLAGE';

/** What an account may do in a region. */
export type Role =
  /** Accounts and configuration; no personal data. */
  | 'ADMIN'
  /** Reads everything in the region. */
  | 'AUDITOR'
  /** County office: confirms what townships confirmed. */
  | 'COUNTY_OFFICE'
  /** Sees the villages of an inspection during its days. */
  | 'INSPECTOR'
  /** City or county leader: sees everything in the region. */
  | 'LEADER'
  /** A wall screen: aggregates and the feed; no personal data. */
  | 'SCREEN'
  /** City supervision office: inspections, deadlines, reopening, the province’s result. */
  | 'SUPERVISION_OFFICE'
  /** Township office: confirms what villages declared. */
  | 'TOWNSHIP_OFFICE'
  /** Resident work team of a village: works on the tasks and declares them met. */
  | 'VILLAGE_TEAM';

/** How grave, in rising order. A level, not a colour. */
export type Severity =
  /** 1 day before a deadline and later. */
  | 'CRITICAL'
  /** 30 and 15 days before a deadline, and the like. */
  | 'NOTICE'
  /** 7 and 3 days before a deadline, returned or reopened work. */
  | 'WARNING';

/** What kind of thing an event or an alert is about. */
export type SubjectType =
  | 'ALERT'
  | 'CLOCK'
  | 'FINDING'
  | 'GRANT'
  | 'HOUSEHOLD'
  | 'INSPECTION'
  | 'PROJECT'
  | 'REGION'
  | 'SESSION'
  | 'TASK';

/** Which tasks. A field left out asks nothing; an empty list matches nothing. */
export type TaskFilter = {
  /** Due before this instant. */
  dueBefore?: string | null | undefined;
  /** Of one of these kinds. */
  kind?: Array<TaskKind> | null | undefined;
  /** This account answers for it. */
  responsibleId?: string | number | null | undefined;
  /** Standing so against the deadline now. */
  schedule?: Array<TaskSchedule> | null | undefined;
  /** In one of these statuses. */
  status?: Array<TaskStatus> | null | undefined;
};

/** Where a task comes from. */
export type TaskKind =
  /** Work assigned to an office. */
  | 'ASSIGNMENT'
  /** An item of the exit standard that a village must meet. */
  | 'BENCHMARK'
  /** A leader’s instruction. */
  | 'INSTRUCTION'
  /** Closing what an inspection found. */
  | 'RECTIFICATION';

/** How a task stands against its deadline now; derived. */
export type TaskSchedule =
  /** Blocked, or not started with at most 15 calendar days left. */
  | 'BEHIND'
  /** County confirmed, province passed or cancelled. */
  | 'CLOSED'
  /** At most 7 calendar days left. */
  | 'DUE_SOON'
  /** Time enough. */
  | 'ON_TRACK'
  /** Past its deadline. */
  | 'OVERDUE';

/** How far a task has come. */
export type TaskStatus =
  /** The village team cannot go on. */
  | 'BLOCKED'
  /** No longer wanted. */
  | 'CANCELLED'
  /** The county has confirmed it; the clock stops, and it counts as met. */
  | 'COUNTY_CONFIRMED'
  /** The village team works on it. */
  | 'IN_PROGRESS'
  /** Nobody has begun. */
  | 'NOT_STARTED'
  /** The province has passed it; counts as met. */
  | 'PROVINCE_PASSED'
  /** Found unmet after it was confirmed. */
  | 'REOPENED'
  /** Sent back to the village. */
  | 'RETURNED'
  /** The village team says it is met; the clock still runs. */
  | 'SELF_DECLARED_MET'
  /** The township has confirmed it. */
  | 'TOWNSHIP_CONFIRMED';

export type ChangeTaskStatusMutationVariables = Exact<{
  input: ChangeTaskStatusInput;
}>;


export type ChangeTaskStatusMutation = { changeTaskStatus: { mark: string, task: { id: string, status: TaskStatus, version: number } } };

export type LoginMutationVariables = Exact<{
  username: string;
  password: string;
}>;


export type LoginMutation = { login: { accessToken: string, expiresAt: string, refreshToken: string, viewer: { id: string, name: string, grants: Array<{ role: Role, validFrom: string, validTo: string | null, region: { code: string, name: string } | null }> } } };

export type LogoutMutationVariables = Exact<{ [key: string]: never; }>;


export type LogoutMutation = { logout: boolean };

export type RefreshMutationVariables = Exact<{
  refreshToken: string;
}>;


export type RefreshMutation = { refreshSession: { accessToken: string, expiresAt: string, refreshToken: string } };

export type RegionQueryVariables = Exact<{
  code: string;
}>;


export type RegionQuery = { region: { code: string, name: string, level: RegionLevel, povertyDesignation: PovertyDesignation | null, parent: { code: string, name: string } | null, ancestors: Array<{ code: string, name: string, level: RegionLevel }>, children: { totalCount: number, edges: Array<{ node: { code: string, name: string, level: RegionLevel } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } };

export type SupervisionFeedSubscriptionVariables = Exact<{
  within: string;
  after?: string | null | undefined;
  kinds?: Array<FeedEventKind> | FeedEventKind | null | undefined;
  minSeverity?: Severity | null | undefined;
}>;


export type SupervisionFeedSubscription = { supervisionFeed: { cursor: string, reset: FeedReset | null, events: Array<{ id: string, kind: FeedEventKind, severity: Severity | null, happenedAt: string, mark: string, headline: string, region: { code: string, name: string }, subject: { type: SubjectType, id: string } }> } };

export type TaskQueryVariables = Exact<{
  id: string | number;
}>;


export type TaskQuery = { task: { id: string, kind: TaskKind, title: string, status: TaskStatus, schedule: TaskSchedule, dueAt: string, version: number, allowedTransitions: Array<TaskStatus>, region: { code: string, name: string }, history: Array<{ from: TaskStatus | null, to: TaskStatus, at: string, note: string | null, by: { name: string } | null }> } };

export type TasksQueryVariables = Exact<{
  within: string;
  filter?: TaskFilter | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type TasksQuery = { tasks: { totalCount: number, edges: Array<{ cursor: string, node: { id: string, kind: TaskKind, title: string, status: TaskStatus, schedule: TaskSchedule, dueAt: string, version: number, region: { code: string, name: string }, standardItem: { code: string, name: string } | null, responsible: { name: string } | null } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };


export const ChangeTaskStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangeTaskStatus"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ChangeTaskStatusInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changeTaskStatus"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mark"}},{"kind":"Field","name":{"kind":"Name","value":"task"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}}]}}]} as unknown as DocumentNode<ChangeTaskStatusMutation, ChangeTaskStatusMutationVariables>;
export const LoginDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Login"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"username"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"password"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"login"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"username"},"value":{"kind":"Variable","name":{"kind":"Name","value":"username"}}},{"kind":"Argument","name":{"kind":"Name","value":"password"},"value":{"kind":"Variable","name":{"kind":"Name","value":"password"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessToken"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"refreshToken"}},{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"grants"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"role"}},{"kind":"Field","name":{"kind":"Name","value":"region"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"validFrom"}},{"kind":"Field","name":{"kind":"Name","value":"validTo"}}]}}]}}]}}]}}]} as unknown as DocumentNode<LoginMutation, LoginMutationVariables>;
export const LogoutDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Logout"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"logout"}}]}}]} as unknown as DocumentNode<LogoutMutation, LogoutMutationVariables>;
export const RefreshDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Refresh"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"refreshToken"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"refreshSession"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"refreshToken"},"value":{"kind":"Variable","name":{"kind":"Name","value":"refreshToken"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accessToken"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"refreshToken"}}]}}]}}]} as unknown as DocumentNode<RefreshMutation, RefreshMutationVariables>;
export const RegionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Region"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"code"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RegionCode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"region"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"code"},"value":{"kind":"Variable","name":{"kind":"Name","value":"code"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"level"}},{"kind":"Field","name":{"kind":"Name","value":"povertyDesignation"}},{"kind":"Field","name":{"kind":"Name","value":"parent"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"ancestors"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}},{"kind":"Field","name":{"kind":"Name","value":"children"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"level"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<RegionQuery, RegionQueryVariables>;
export const SupervisionFeedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"SupervisionFeed"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"within"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RegionCode"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"FeedCursor"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"FeedEventKind"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"minSeverity"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Severity"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"supervisionFeed"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"within"},"value":{"kind":"Variable","name":{"kind":"Name","value":"within"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"kinds"}}},{"kind":"Argument","name":{"kind":"Name","value":"minSeverity"},"value":{"kind":"Variable","name":{"kind":"Name","value":"minSeverity"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"reset"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"happenedAt"}},{"kind":"Field","name":{"kind":"Name","value":"mark"}},{"kind":"Field","name":{"kind":"Name","value":"headline"}},{"kind":"Field","name":{"kind":"Name","value":"region"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"subject"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]} as unknown as DocumentNode<SupervisionFeedSubscription, SupervisionFeedSubscriptionVariables>;
export const TaskDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Task"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"task"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"schedule"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"allowedTransitions"}},{"kind":"Field","name":{"kind":"Name","value":"region"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"history"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"by"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"note"}}]}}]}}]}}]} as unknown as DocumentNode<TaskQuery, TaskQueryVariables>;
export const TasksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Tasks"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"within"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RegionCode"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TaskFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tasks"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"within"},"value":{"kind":"Variable","name":{"kind":"Name","value":"within"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"title"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"schedule"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"region"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"standardItem"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"responsible"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<TasksQuery, TasksQueryVariables>;