import type { EntitySchema } from '@mikro-orm/postgresql';
import { InterviewCauseSchema, InterviewSchema } from './accountability/interview.entity.js';
import { ReferralNoteSchema, ReferralSchema } from './accountability/referral.entity.js';
import { AlertSchema } from './alerts/alert.entity.js';
import {
  EscalationRungSchema,
  EscalationSchema,
  EscalationStepSchema,
  QuietHoursSchema,
} from './alerts/escalation.entity.js';
import { AlertRuleSchema } from './alerts/rule.entity.js';
import { AwaitedCalendarSchema, CalendarTableSchema, SpecialDaySchema } from './calendars/calendar.entity.js';
import { DeadlineSchema, DeadlineWarningSchema } from './deadlines/deadline.entity.js';
import { EvaluationSchema } from './exits/evaluation.entity.js';
import { ExitHouseholdSchema, ExitMoveSchema, ExitSchema } from './exits/exit.entity.js';
import { ObjectionSchema, PublicNoticeSchema } from './exits/notice.entity.js';
import {
  HouseholdIncomeSchema,
  HouseholdMemberSchema,
  HouseholdSchema,
} from './households/household.entity.js';
import { RevealRequestSchema, RevealSlotSchema } from './households/reveal.entity.js';
import { InboxItemSchema, InboxNoticeSchema } from './inbox/inbox.entity.js';
import { CountedDaysSchema, CounterDaySchema, CounterSchema } from './indicators/counter.entity.js';
import { FindingSchema } from './inspections/finding.entity.js';
import {
  InspectionInspectorSchema,
  InspectionMoveSchema,
  InspectionSchema,
  InspectionVillageSchema,
} from './inspections/inspection.entity.js';
import { LedgerDaySchema, LedgerEntrySchema, LedgerSealSchema } from './ledger/ledger.entity.js';
import {
  AccountSchema,
  RoleGrantSchema,
  SecondFactorSchema,
  SessionSchema,
} from './people/account.entity.js';
import { ProjectMoveSchema, ProjectSchema } from './projects/project.entity.js';
import { RegionSchema } from './regions/region.entity.js';
import { MeasurementSchema } from './standards/measurement.entity.js';
import { ExitStandardSchema, StandardItemSchema } from './standards/standard.entity.js';
import { VerdictItemSchema, VerdictSchema } from './standards/verdict.entity.js';
import {
  TargetAdjustmentSchema,
  TargetLineSchema,
  TargetPlanSchema,
  TargetVillageSchema,
} from './targets/target.entity.js';
import { TaskAssistingSchema } from './tasks/assisting.entity.js';
import { TaskExtensionSchema } from './tasks/extension.entity.js';
import { TaskProgressSchema } from './tasks/progress.entity.js';
import { TaskReceiptSchema } from './tasks/receipt.entity.js';
import {
  TaskDeadlineMoveSchema,
  TaskMoveSchema,
  TaskSchema,
  TaskSuspensionSchema,
} from './tasks/task.entity.js';

/** Every table the rooms and callers write. Kept at the door, so that db/ knows no room. */
export const entities = [
  RegionSchema,
  CalendarTableSchema,
  SpecialDaySchema,
  AwaitedCalendarSchema,
  AccountSchema,
  RoleGrantSchema,
  SessionSchema,
  SecondFactorSchema,
  HouseholdSchema,
  HouseholdMemberSchema,
  HouseholdIncomeSchema,
  RevealRequestSchema,
  RevealSlotSchema,
  ExitStandardSchema,
  StandardItemSchema,
  MeasurementSchema,
  VerdictSchema,
  VerdictItemSchema,
  TaskSchema,
  TaskMoveSchema,
  TaskDeadlineMoveSchema,
  TaskReceiptSchema,
  TaskAssistingSchema,
  TaskProgressSchema,
  TaskExtensionSchema,
  TaskSuspensionSchema,
  PublicNoticeSchema,
  ExitSchema,
  ExitMoveSchema,
  ExitHouseholdSchema,
  ObjectionSchema,
  EvaluationSchema,
  TargetPlanSchema,
  TargetLineSchema,
  TargetVillageSchema,
  TargetAdjustmentSchema,
  ProjectSchema,
  ProjectMoveSchema,
  InspectionSchema,
  InspectionVillageSchema,
  InspectionInspectorSchema,
  InspectionMoveSchema,
  FindingSchema,
  EscalationSchema,
  EscalationStepSchema,
  EscalationRungSchema,
  QuietHoursSchema,
  AlertRuleSchema,
  AlertSchema,
  InboxNoticeSchema,
  InboxItemSchema,
  InterviewSchema,
  InterviewCauseSchema,
  ReferralSchema,
  ReferralNoteSchema,
  DeadlineSchema,
  DeadlineWarningSchema,
  CounterSchema,
  CounterDaySchema,
  CountedDaysSchema,
  LedgerEntrySchema,
  LedgerSealSchema,
  LedgerDaySchema,
] as unknown as readonly EntitySchema[];
