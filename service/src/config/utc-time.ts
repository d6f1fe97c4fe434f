/** Of the ways to write a time, those that JavaScript reads (ECMA-262 §21.4.1.32): a day, or a moment with its zone (RFC 3339 §5.6). */
export const TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** The same in a form, whose times are in UTC where they name no zone. */
export const TIME_OF_FORM = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/;

const WITHOUT_ZONE = /T[\d:.]+$/;

/** What such a text says; JavaScript would read a moment without a zone in that of this computer. */
export function readTime(text: string): Date {
  return new Date(WITHOUT_ZONE.test(text) ? `${text}Z` : text);
}
