import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { END_TIME, readEndTime } from '../config/end-time.js';
import { OrNull } from './storable-text.js';

const isEnd = (value: unknown) => typeof value === 'string' && readEndTime(value) !== null;

/** When something ends: a day or a time; null for no end. */
export const EndText = (): PropertyDecorator =>
  applyDecorators(
    OrNull(),
    ValidateBy({ name: 'endText', validator: { validate: isEnd } }, { message: `$property ${END_TIME}` }),
    ApiProperty({
      type: String,
      nullable: true,
      description: 'The last day on which it holds, in UTC, or a time; null for no end.',
      examples: ['2027-01-31', '2027-01-31T18:00:00Z'],
    }),
  );

/** What such a text says. */
export function endOf(text: string | null): Date | null {
  return text === null ? null : readEndTime(text);
}
