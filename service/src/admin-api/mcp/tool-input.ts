import { z } from 'zod';

/** What a database takes: without NUL, and without half a character. */
export const TEXT = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[^\0\p{Surrogate}]*$/u, 'has a character that cannot be kept');

const TIME_EXAMPLE = 'A time such as 2026-11-30T08:00:00Z.';

export const TIME_INPUT = z.iso.datetime({ offset: true }).describe(TIME_EXAMPLE);
