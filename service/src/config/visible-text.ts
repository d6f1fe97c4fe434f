import { displayText } from 'nestjs-mcp-auth/service-kit';

/** Said of such a name. */
export const INVISIBLE =
  'must be one line, without characters that cannot be seen or turn the text around them';

/**
 * What is wrong with a name that somebody has typed, in words that follow what it is called; null when nothing is. One with
 * letters that nobody sees, or that turn the text around them, looks like another.
 */
export function visibleProblem(text: string): string | null {
  const plain = text.trim().replaceAll(/[ \t\u00a0]+/g, ' ');
  return displayText(plain, Infinity) === plain ? null : INVISIBLE;
}
