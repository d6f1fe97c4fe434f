const DAY = /^\d{4}-\d{2}-\d{2}$/;
/** Of the ways to write a time, those that name their zone (RFC 3339 §5.6). */
const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/;
const ONE_DAY = 86_400_000;

/** What an end looks like, in words that follow its name. */
export const END_TIME =
  'must be the last day on which it holds, such as 2027-01-31, or a time such as 2027-01-31T18:00:00Z';

/** When something ends: with the day that is named, in UTC, or at the time; null for what is neither. */
export function readEndTime(text: string): Date | null {
  const isDay = DAY.test(text);
  if (!isDay && !TIME.test(text)) return null;
  const at = Date.parse(isDay ? `${text}T00:00:00Z` : text);
  // 31 February is read as a day of March.
  if (Number.isNaN(at) || !isOfCalendar(text.slice(0, 10))) return null;
  return new Date(isDay ? at + ONE_DAY : at);
}

/** As `readEndTime` reads it: a day where it ends with one. */
export function writeEndTime(end: Date): string {
  const isMidnight = end.getTime() % ONE_DAY === 0;
  return isMidnight
    ? new Date(end.getTime() - ONE_DAY).toISOString().slice(0, 10)
    : end.toISOString().replace('.000Z', 'Z');
}

function isOfCalendar(day: string): boolean {
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
}
