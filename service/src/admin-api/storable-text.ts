import { applyDecorators } from '@nestjs/common';
import { IsString, Matches, MaxLength } from 'class-validator';

/** What a database takes: without NUL, and without half a character. */
const STORABLE = /^[^\0\p{Surrogate}]*$/u;

/** A text of a query or a body. */
export const StorableText = (max: number): PropertyDecorator =>
  applyDecorators(
    IsString({ message: '$property must be a text' }),
    MaxLength(max, { message: '$property must have at most $constraint1 characters' }),
    Matches(STORABLE, { message: '$property has a character that cannot be kept' }),
  );
