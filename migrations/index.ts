import type { MigrationObject } from '@mikro-orm/core';
import { Migration20261123000100_log } from './Migration20261123000100_log.js';
import { Migration20261123000200_rooms } from './Migration20261123000200_rooms.js';
import { Migration20261124000100_wall } from './Migration20261124000100_wall.js';
import { Migration20261125000100_ledger } from './Migration20261125000100_ledger.js';
import { Migration20261125000200_sealed } from './Migration20261125000200_sealed.js';
import { Migration20261125000300_reveal } from './Migration20261125000300_reveal.js';
import { Migration20261125000400_sessions } from './Migration20261125000400_sessions.js';
import { Migration20261126000100_county } from './Migration20261126000100_county.js';
import { Migration20261126000300_calendars } from './Migration20261126000300_calendars.js';
import { Migration20261126000400_tasks } from './Migration20261126000400_tasks.js';
import { Migration20261126000500_standards } from './Migration20261126000500_standards.js';
import { Migration20261126000600_exits } from './Migration20261126000600_exits.js';
import { Migration20261127000100_escalation } from './Migration20261127000100_escalation.js';
import { Migration20261127000200_targets } from './Migration20261127000200_targets.js';
import { Migration20261127000300_accountability } from './Migration20261127000300_accountability.js';
import { Migration20261127000400_log_days } from './Migration20261127000400_log_days.js';

/** All migrations in order, named one by one, so that neither a build nor a packed start has to scan a folder. */
export const migrations: MigrationObject[] = [
  { name: 'Migration20261123000100_log', class: Migration20261123000100_log },
  { name: 'Migration20261123000200_rooms', class: Migration20261123000200_rooms },
  { name: 'Migration20261124000100_wall', class: Migration20261124000100_wall },
  { name: 'Migration20261125000100_ledger', class: Migration20261125000100_ledger },
  { name: 'Migration20261125000200_sealed', class: Migration20261125000200_sealed },
  { name: 'Migration20261125000300_reveal', class: Migration20261125000300_reveal },
  { name: 'Migration20261125000400_sessions', class: Migration20261125000400_sessions },
  { name: 'Migration20261126000100_county', class: Migration20261126000100_county },
  { name: 'Migration20261126000300_calendars', class: Migration20261126000300_calendars },
  { name: 'Migration20261126000400_tasks', class: Migration20261126000400_tasks },
  { name: 'Migration20261126000500_standards', class: Migration20261126000500_standards },
  { name: 'Migration20261126000600_exits', class: Migration20261126000600_exits },
  { name: 'Migration20261127000100_escalation', class: Migration20261127000100_escalation },
  { name: 'Migration20261127000200_targets', class: Migration20261127000200_targets },
  { name: 'Migration20261127000300_accountability', class: Migration20261127000300_accountability },
  { name: 'Migration20261127000400_log_days', class: Migration20261127000400_log_days },
];
