import type { EntitySchema } from '@mikro-orm/postgresql';
import { AccountSchema, RoleGrantSchema, SessionSchema } from './people/account.entity.js';
import { RegionSchema } from './regions/region.entity.js';
import { ExitStandardSchema, StandardItemSchema } from './standards/standard.entity.js';
import { TaskDeadlineMoveSchema, TaskMoveSchema, TaskSchema } from './tasks/task.entity.js';

/** Every table that people's work changes. Kept at the door, so that db/ knows no room. */
export const entities = [
  RegionSchema,
  AccountSchema,
  RoleGrantSchema,
  SessionSchema,
  ExitStandardSchema,
  StandardItemSchema,
  TaskSchema,
  TaskMoveSchema,
  TaskDeadlineMoveSchema,
] as unknown as readonly EntitySchema[];
