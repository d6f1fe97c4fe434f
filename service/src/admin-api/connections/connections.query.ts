import { ApiProperty, ApiPropertyOptional, ApiSchema } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn } from 'class-validator';
import { UNUSED_FOR } from '../../clients/connections.dto.js';
import { StorableText } from '../storable-text.js';
import { TimeText } from '../time-text.js';
import { MayBeMissing } from '../may-be-missing.js';
import { WholeNumber } from '../whole-number.js';
import { MOST_CONNECTIONS } from './counted-connections.js';

const NO_SUCH_TIME = { message: `$property must be one of ${UNUSED_FOR.join(', ')}` };

/** Which connections: all of them, less what each member that is given leaves out. */
@ApiSchema({ name: 'ConnectionSelection' })
export class ConnectionSelectionBody {
  @ApiPropertyOptional({ maxLength: 254, description: 'The whole email, the id or the subject of a person.' })
  @MayBeMissing()
  @StorableText(254, 1)
  person?: string;

  @ApiPropertyOptional({
    maxLength: 2_000,
    description: 'The `client_id` of an application, or a part of its name.',
  })
  @MayBeMissing()
  @StorableText(2_000, 1)
  client?: string;

  @ApiPropertyOptional({ maxLength: 2_000, description: 'Identifier of the MCP server.' })
  @MayBeMissing()
  @StorableText(2_000, 1)
  resource?: string;

  @ApiPropertyOptional({ maxLength: 200 })
  @MayBeMissing()
  @StorableText(200, 1)
  scope?: string;

  @ApiPropertyOptional({ enum: UNUSED_FOR, type: 'integer', description: 'Not used in so many days.' })
  @MayBeMissing()
  @IsIn(UNUSED_FOR, NO_SUCH_TIME)
  unused?: (typeof UNUSED_FOR)[number];
}

export class ConnectionCountQuery extends ConnectionSelectionBody {
  @Transform(({ value }) => (value === undefined ? undefined : Number(value)))
  override unused?: (typeof UNUSED_FOR)[number];
}

export class ConnectionsQuery extends ConnectionCountQuery {
  @ApiPropertyOptional({ description: '`next` of the page before.' })
  @MayBeMissing()
  @StorableText(4_000)
  cursor?: string;
}

/** What whoever decides has seen: `connections` and `at` of the count. */
@ApiSchema({ name: 'ConnectionEnd' })
export class ConnectionEndBody extends ConnectionSelectionBody {
  @WholeNumber(
    { from: 0, to: MOST_CONNECTIONS },
    {
      is: 'the number that was counted',
      description: 'How many there were. Where they are more by now, none ends.',
    },
  )
  connections: number;

  @ApiProperty({
    format: 'date-time',
    description: 'When they were counted: what was connected since lives on.',
  })
  @TimeText()
  at: string;
}
