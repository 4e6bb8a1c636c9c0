import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { Under } from '../auth/right.js';
import { ChangeInput } from '../http/inputs.js';
import { DateTime } from '../http/scalars.js';

@Under('task.read')
@ObjectType('TaskProgressReport', {
  description: 'How far a task had come, as somebody said who works on it.',
})
export class TaskProgressReportType {
  byId!: string;

  @Field(() => Int, { description: 'Per cent, 0 to 100.' })
  percent!: number;

  @Field(() => DateTime, { description: 'When it was said, campaign time.' })
  at!: Date;

  @Field(() => String, { nullable: true, description: 'What the reporter wrote.' })
  note?: string | null;
}

@InputType({ description: 'Says how far an open task has come.' })
export class ReportProgressInput extends ChangeInput {
  @Field(() => ID, { description: 'Which task.' })
  taskId!: string;

  @Field(() => Int, { description: 'Per cent, 0 to 100. Less than before needs a note.' })
  percent!: number;

  @Field(() => String, { nullable: true, description: 'At most 500 characters, no personal data.' })
  note?: string | null;
}
