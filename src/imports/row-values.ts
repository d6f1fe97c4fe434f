/** What a column holds, as text; null for nothing, and for an empty text. */
export function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A list, however it is stored: an array, JSON, JSON in a text, or words between commas or spaces. */
export function texts(value: unknown): string[] {
  if (Array.isArray(value)) return value.filter((each) => typeof each === 'string');
  if (typeof value !== 'string') return [];
  if (value.startsWith('[')) return texts(json(value));
  return value.split(/[\s,]+/).filter(Boolean);
}

/** A time; null for none. */
export function date(value: unknown): Date | null {
  const time = value instanceof Date ? value : typeof value === 'string' ? new Date(value) : null;
  return time && !Number.isNaN(time.getTime()) ? time : null;
}

/** Whether a column says so. */
export function isTrue(value: unknown): boolean {
  return value === true || value === 'true' || value === 't' || value === '1';
}

/** JSON, parsed already or not; null for what is none. */
export function json(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? null;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return null;
  }
}
