import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsString, Matches, MaxLength, ValidateIf } from 'class-validator';

/** What a database takes: without NUL, and without half a character. */
const STORABLE = /^[^\0\p{Surrogate}]*$/u;

/** A text of a query or a body. */
export const StorableText = (max: number): PropertyDecorator =>
  applyDecorators(
    IsString({ message: '$property must be a text' }),
    MaxLength(max, { message: '$property must have at most $constraint1 characters' }),
    Matches(STORABLE, { message: '$property has a character that cannot be kept' }),
  );

/** A list of texts, `most` at most. */
export const StorableTexts = (most: number, max: number): PropertyDecorator =>
  applyDecorators(
    IsArray({ message: '$property must be a list of texts' }),
    ArrayMaxSize(most, { message: '$property must have at most $constraint1 entries' }),
    IsString({ each: true, message: '$property must be a list of texts' }),
    MaxLength(max, {
      each: true,
      message: '$property must have at most $constraint1 characters in an entry',
    }),
    Matches(STORABLE, { each: true, message: '$property has a character that cannot be kept' }),
  );

/** Null stands for all, everybody or no end: whoever leaves such a member out may have meant something else. */
export const OrNull = (): PropertyDecorator => ValidateIf((_body, value) => value !== null);
