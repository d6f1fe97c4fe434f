import { InvalidArgumentError } from 'commander';

/** ISO 8601: a day, or a moment with its distance from UTC. Without one it would be another moment on another computer. */
const TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;

/** @throws InvalidArgumentError for anything but a time. */
export function readTime(text: string): Date {
  const time = new Date(TIME.test(text) && isDay(text.slice(0, 10)) ? text : NaN);
  if (Number.isNaN(time.getTime()))
    throw new InvalidArgumentError('It must be a time such as 2026-11-30T08:00:00Z.');
  return time;
}

/** JavaScript takes the 31st of February for the 3rd of March. */
function isDay(day: string): boolean {
  const date = new Date(day);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}
