import { applyDecorators } from '@nestjs/common';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min, ValidateIf } from 'class-validator';
import { TimeText } from '../time-text.js';

/** What a column of the database could count. */
export const MOST_CONNECTIONS = 2_147_483_647;

const COUNTED = { message: '$property must be the number that was counted' };
const NUMBER = 'How many there were when they were counted. Where they are more by now, none ends.';
const TIME = 'When they were counted: what was connected since lives on.';

/** How many connections there were, of a body where it says by `isNeeded` that they end. */
export const CountedConnections = (isNeeded: (body: never) => boolean): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: MOST_CONNECTIONS, description: NUMBER }),
    ValidateIf((body) => isNeeded(body as never)),
    IsInt(COUNTED),
    Min(0, COUNTED),
    Max(MOST_CONNECTIONS, COUNTED),
  );

/** When that was. */
export const CountedAt = (isNeeded: (body: never) => boolean): PropertyDecorator =>
  applyDecorators(
    ApiPropertyOptional({ format: 'date-time', description: TIME }),
    ValidateIf((body) => isNeeded(body as never)),
    TimeText(),
  );
