import 'reflect-metadata';
import { type GraphQLSchema, lexicographicSortSchema, printSchema } from 'graphql';
import { buildSchema, type PubSub } from 'type-graphql';
import { InterviewCauseResolver, InterviewResolver } from './accountability/interview.resolver.js';
import { LedgerResolver } from './accountability/ledger.resolver.js';
import { ReferralNoteResolver, ReferralResolver } from './accountability/referral.resolver.js';
import { AlertResolver } from './alerts/alert.resolver.js';
import { EscalationResolver } from './alerts/escalation.resolver.js';
import { AlertRuleResolver } from './alerts/rule.resolver.js';
import { CalendarResolver } from './calendars/calendar.resolver.js';
import { ExitItemResolver, ExitMoveResolver, ExitResolver } from './exits/exit.resolver.js';
import { NoticeResolver, ObjectionResolver } from './exits/notice.resolver.js';
import { FeedEventResolver, FeedHistoryResolver, FeedResolver } from './feed/feed.resolver.js';
import {
  HouseholdIncomeResolver,
  HouseholdMemberResolver,
  HouseholdResolver,
} from './households/household.resolver.js';

import { RevealPayloadResolver, RevealRequestResolver } from './households/reveal.resolver.js';
import { guardRights } from './http/rights.js';
import { InboxItemResolver, InboxResolver } from './inbox/inbox.resolver.js';
import { BenchmarkResolver, ItemNumbersResolver } from './indicators/benchmark.resolver.js';
import { CampaignClockResolver } from './indicators/campaign-clock.resolver.js';
import { OverviewResolver } from './indicators/overview.resolver.js';
import { TrendResolver } from './indicators/trend.resolver.js';
import { FindingResolver, InspectionFindingsResolver } from './inspections/finding.resolver.js';
import {
  InspectionMoveResolver,
  InspectionResolver,
  RegionInspectionsResolver,
} from './inspections/inspection.resolver.js';
import { GrantResolver, SessionResolver } from './people/account.resolver.js';
import { AdministrationResolver } from './people/administration.resolver.js';
import { OwnAccountResolver } from './people/session.resolver.js';
import { ProjectMoveResolver, ProjectResolver, RegionProjectsResolver } from './projects/project.resolver.js';
import { RegionResolver } from './regions/region.resolver.js';
import { GapCountResolver, GapResolver } from './standards/gap.resolver.js';
import { MeasurementResolver } from './standards/measurement.resolver.js';
import { ExitStandardResolver, StandardItemResolver } from './standards/standard.resolver.js';
import { VerdictResolver } from './standards/verdict.resolver.js';
import { TargetAdjustmentResolver, TargetLineResolver, TargetsResolver } from './targets/target.resolver.js';
import { TaskAssignmentResolver, TaskReceiptResolver } from './tasks/assignment.resolver.js';
import { TaskClockResolver, TaskSuspensionResolver } from './tasks/clock.resolver.js';
import { TaskDeadlineMoveResolver, TaskDeadlineResolver } from './tasks/deadline.resolver.js';
import { ExtensionResolver, TaskExtensionsResolver } from './tasks/extension.resolver.js';
import { GapTaskResolver } from './tasks/gap.resolver.js';
import { TaskMoveResolver, TaskMovesResolver } from './tasks/move.resolver.js';
import { TaskProgressReportResolver, TaskProgressResolver } from './tasks/progress.resolver.js';
import { ShiftResolver } from './tasks/shift.resolver.js';
import { SubtaskResolver } from './tasks/subtask.resolver.js';
import { TaskResolver } from './tasks/task.resolver.js';
import { TaskTimelineResolver, TimelineEntryResolver } from './tasks/timeline.resolver.js';
import { WorkResolver } from './tasks/work.resolver.js';

const RESOLVERS = [
  TargetsResolver,
  TargetLineResolver,
  TargetAdjustmentResolver,
  RegionResolver,
  SessionResolver,
  OwnAccountResolver,
  AdministrationResolver,
  GrantResolver,
  HouseholdResolver,
  HouseholdIncomeResolver,
  HouseholdMemberResolver,
  RevealRequestResolver,
  RevealPayloadResolver,
  ExitStandardResolver,
  StandardItemResolver,
  MeasurementResolver,
  VerdictResolver,
  GapResolver,
  GapCountResolver,
  CalendarResolver,
  TaskResolver,
  TaskMovesResolver,
  TaskMoveResolver,
  TaskDeadlineResolver,
  TaskDeadlineMoveResolver,
  TaskClockResolver,
  TaskSuspensionResolver,
  ShiftResolver,
  TaskAssignmentResolver,
  TaskReceiptResolver,
  TaskProgressResolver,
  TaskProgressReportResolver,
  SubtaskResolver,
  GapTaskResolver,
  WorkResolver,
  ExitResolver,
  ExitMoveResolver,
  ExitItemResolver,
  NoticeResolver,
  ObjectionResolver,
  ExtensionResolver,
  TaskExtensionsResolver,
  TaskTimelineResolver,
  TimelineEntryResolver,
  ProjectResolver,
  ProjectMoveResolver,
  RegionProjectsResolver,
  InspectionResolver,
  InspectionMoveResolver,
  InspectionFindingsResolver,
  RegionInspectionsResolver,
  FindingResolver,
  AlertResolver,
  AlertRuleResolver,
  EscalationResolver,
  InboxResolver,
  InboxItemResolver,
  InterviewResolver,
  InterviewCauseResolver,
  ReferralResolver,
  ReferralNoteResolver,
  LedgerResolver,
  OverviewResolver,
  BenchmarkResolver,
  ItemNumbersResolver,
  TrendResolver,
  CampaignClockResolver,
  FeedResolver,
  FeedEventResolver,
  FeedHistoryResolver,
] as const;

/** type-graphql asks for a bus; the log is the only one, so this one refuses. */
const noBus: PubSub = {
  publish: () => {
    throw new Error('Nobody publishes: state a fact.');
  },
  subscribe: () => {
    throw new Error('Nobody subscribes to a bus: read the log.');
  },
};

/** The API. Throws when a resolver has no declared right. */
export const openSchema = async (): Promise<GraphQLSchema> =>
  guardRights(await buildSchema({ resolvers: [...RESOLVERS], validate: false, pubSub: noBus }));

/** The API as text: sorted, so that schema/schema.graphql changes only where the API does. */
export const printApi = (schema: GraphQLSchema): string =>
  `${printSchema(lexicographicSortSchema(schema))}\n`;
