/** Whether a value has the form of our ids (RFC 9562 §4): PostgreSQL takes no other, and is not asked for one. */
export function isUuid(value: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value);
}
