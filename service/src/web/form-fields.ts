import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsISO8601,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  MaxLength,
  ValidateBy,
} from 'class-validator';
import { isEmailAddress } from '../config/email-address.js';
import { INVISIBLE, visibleProblem } from '../config/visible-text.js';
import { rowId } from './row-id.js';

/** What a page of ours always sends; whoever misses it has changed the form. */
const OUT_OF_DATE = { message: 'This form is out of date. Load the page again.' };

/** A field of text. @param label as the page calls it, at the beginning of a sentence. */
export function TextField(label: string, { min = 1, max }: { min?: number; max: number }): PropertyDecorator {
  const message =
    min > 1
      ? `${label} needs ${min} to ${max} characters.`
      : `${label} is missing, or longer than ${max} characters.`;
  return applyDecorators(IsString({ message }), Length(min, max, { message }));
}

/** A field of text that may be left empty. @param label as the page calls it. */
export function OptionalText(label: string, { max }: { max: number }): PropertyDecorator {
  const message = `${label} takes up to ${max} characters.`;
  return applyDecorators(IsOptional(), IsString({ message }), MaxLength(max, { message }));
}

/** A name, which people tell things apart by: nothing in it is invisible. @param label as the page calls it. */
export function NameField(label: string, { max }: { max: number }): PropertyDecorator {
  return applyDecorators(TextField(label, { max }), Visible(label));
}

/** The same where it may be left empty. */
export function OptionalName(label: string, { max }: { max: number }): PropertyDecorator {
  return applyDecorators(OptionalText(label, { max }), Visible(label));
}

/** An email address. @param message what is said of one that is none. */
export function EmailAddress(
  message = 'The email is not a whole address, such as ada@example.com.',
): PropertyDecorator {
  return ValidateBy({ name: 'emailAddress', validator: { validate: isEmail } }, { message });
}

/** One of a few. @param label as the page calls it. */
export function OneOf(label: string, values: readonly string[]): PropertyDecorator {
  return IsIn(values, { message: `${label} is none of the list.` });
}

/** What nobody types: a hidden field. */
export function HiddenText({ max }: { max: number }): PropertyDecorator {
  return applyDecorators(IsString(OUT_OF_DATE), MaxLength(max, OUT_OF_DATE));
}

/** A hidden field that a page may leave out. */
export function OptionalHiddenText({ max }: { max: number }): PropertyDecorator {
  return applyDecorators(IsOptional(), IsString(OUT_OF_DATE), MaxLength(max, OUT_OF_DATE));
}

/** A time in a hidden field, as `toISOString` writes it. */
export function HiddenTime(): PropertyDecorator {
  return applyDecorators(
    Matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, OUT_OF_DATE),
    IsISO8601({ strict: true }, OUT_OF_DATE),
  );
}

/** A number of things in a hidden field. */
export function HiddenNumber(): PropertyDecorator {
  return applyDecorators(
    Transform(
      ({ value }) =>
        (typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value) as unknown,
    ),
    IsInt(OUT_OF_DATE),
  );
}

/** The id of a row, in a hidden field. */
export function RowId(): PropertyDecorator {
  return applyDecorators(
    Transform(({ value }) => rowId(value) ?? (value as unknown)),
    IsUUID(undefined, OUT_OF_DATE),
  );
}

/** @param label as what is wrong with it begins; `$property` of a body. */
export function Visible(label: string): PropertyDecorator {
  return ValidateBy(
    { name: 'visible', validator: { validate: isVisible } },
    { message: `${label} ${INVISIBLE}${label.startsWith('$') ? '' : '.'}` },
  );
}

function isEmail(value: unknown): boolean {
  return typeof value === 'string' && isEmailAddress(value, { needsDot: true });
}

function isVisible(value: unknown): boolean {
  return typeof value !== 'string' || visibleProblem(value) === null;
}
