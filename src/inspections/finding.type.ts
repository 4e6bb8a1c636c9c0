import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { Severity } from '../events/facts.js';
import { connectionOf } from '../http/connection.js';
import { wordEnum } from '../http/enums.js';
import { ChangeInput } from '../http/inputs.js';
import { Payload } from '../http/payload.js';
import { CalendarDate, DateTime, RegionCode } from '../http/scalars.js';
