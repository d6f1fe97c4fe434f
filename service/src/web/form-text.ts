/** A field of a form or query when it is one piece of text, else undefined: nested and repeated ones are nobody's. */
export function formText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && !value.includes('\0') ? value : undefined;
}
