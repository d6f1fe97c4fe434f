/** What of a form is filled in: one that is sent by GET has all of its fields, also those that nobody touched. */
export function filled(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''));
}
