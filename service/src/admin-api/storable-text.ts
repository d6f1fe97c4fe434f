import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, IsArray, IsString, Matches, MaxLength, MinLength, ValidateIf } from 'class-validator';
import { Visible } from '../web/form-fields.js';

/** What a database takes: without NUL, and without half a character. */
const STORABLE = /^[^\0\p{Surrogate}]*$/u;

/** What is said of a member that is no email address. */
export const NO_EMAIL = '$property must be a whole address, such as ada@example.com';

/** A text of a query or a body. */
export const StorableText = (max: number, min = 0): PropertyDecorator =>
  applyDecorators(
    IsString({ message: '$property must be a text' }),
    MinLength(min, { message: '$property must not be empty' }),
    MaxLength(max, { message: '$property must have at most $constraint1 characters' }),
    Matches(STORABLE, { message: '$property has a character that cannot be kept' }),
  );

/** A name that people tell things apart by. */
export const StorableName = (max: number, min = 0): PropertyDecorator =>
  applyDecorators(StorableText(max, min), Visible('$property'));

/** A list of texts of a body. @param most how many. @param longest of each, in characters. */
export const StorableTexts = (most: number, longest: number): PropertyDecorator =>
  applyDecorators(
    IsArray({ message: '$property must be a list' }),
    ArrayMaxSize(most, { message: '$property must have at most $constraint1 members' }),
    IsString({ each: true, message: '$property must hold texts alone' }),
    MinLength(1, { each: true, message: '$property must hold no empty text' }),
    MaxLength(longest, {
      each: true,
      message: '$property must hold texts of at most $constraint1 characters',
    }),
    Matches(STORABLE, { each: true, message: '$property holds a character that cannot be kept' }),
  );

/** Null stands for all, everybody or no end: whoever leaves such a member out may have meant something else. */
export const OrNull = (): PropertyDecorator => ValidateIf((_body, value) => value !== null);
