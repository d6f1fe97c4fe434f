import { InvalidArgumentError } from 'commander';

/** ISO 8601: a day, or a moment with its distance from UTC. Without one it would be another moment on another computer. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** @throws InvalidArgumentError for anything but a time. */
export function readTime(text: string): Date {
  const time = new Date(TIME.test(text) ? text : NaN);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It must be a time such as 2026-11-30T08:00:00Z.');
  return time;
}
