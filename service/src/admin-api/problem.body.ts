import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';

@ApiSchema({ name: 'ProblemError' })
class ProblemErrorBody {
  @ApiProperty({ description: 'Of the query, or of the body.' })
  parameter: string;

  @ApiProperty()
  detail: string;
}

/** As clients read it (RFC 9457). */
@ApiSchema({ name: 'Problem' })
export class ProblemBody {
  @ApiProperty()
  title: string;

  @ApiProperty({ type: 'integer' })
  status: number;

  @ApiPropertyOptional({ description: 'A sentence.' })
  detail?: string;

  @ApiPropertyOptional({ description: 'The registered code of OAuth, where there is one.' })
  error?: string;

  @ApiPropertyOptional({ description: 'Of an access token that is for too little: all that it takes.' })
  scope?: string;

  @ApiPropertyOptional({ description: 'Finds the request in the log and in the audit.' })
  requestId?: string;

  @ApiPropertyOptional({
    type: [String],
    description: 'Of a rule: groups that nobody is in who has signed in so far.',
  })
  unseenGroups?: string[];

  @ApiPropertyOptional({ type: [ProblemErrorBody] })
  errors?: ProblemErrorBody[];

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: true,
    description: 'Of a change that was refused, since somebody else was there first: how it is now.',
  })
  current?: Record<string, unknown>;

  @ApiPropertyOptional({
    type: 'integer',
    description: 'Of an end that was refused: how many connections there are by now.',
  })
  connections?: number;
}
