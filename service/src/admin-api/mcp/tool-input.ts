import { z } from 'zod';
import { END_TIME, readEndTime } from '../../config/end-time.js';

/** What a database takes: without NUL, and without half a character. */
export const TEXT = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\0\p{Surrogate}]*$/u, 'has a character that cannot be kept');

const TIME_EXAMPLE = 'A time such as 2026-11-30T08:00:00Z.';

export const TIME_INPUT = z.iso.datetime({ offset: true }).describe(TIME_EXAMPLE);

/** When something ends. */
export const END_INPUT = TEXT(40)
  .refine((text) => readEndTime(text) !== null, END_TIME)
  .nullable()
  .describe(
    'The last day on which it holds, such as 2027-01-31, in UTC; or a time such as 2027-01-31T18:00:00Z; null for no end.',
  );

/**
 * Of what is changed: a change of somebody else in between is not lost. One tag of one thing that was seen: `*`, which stands
 * for any, and a list of tags are for If-Match alone.
 */
export const ETAG_INPUT = TEXT(100)
  .regex(/^"[\x21\x23-\x7E]*"$/, 'must be the one `etag` of what you have seen')
  .describe(
    'The `etag` of what you have seen, with its quotes. Where somebody has changed it since, nothing is done, and you are told how it is now.',
  );
