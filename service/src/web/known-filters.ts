import { HttpStatus } from '@nestjs/common';
import { displayText } from 'nestjs-mcp-auth/service-kit';
import { Refusal } from './refusal.js';

/** Characters of a name that is none. */
const LONGEST_NAME = 40;

/**
 * Of the query of a list.
 * @param known names of its filters, and of what else its address may have.
 * @throws Refusal for one that it has not: it would leave nothing out, and look as if it had.
 */
export function requireKnown(query: object, known: readonly string[], list: string): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const sentence = `This list has no filter “${displayText(unknown, LONGEST_NAME)}”: it would have shown everything.`;
  throw new Refusal(HttpStatus.BAD_REQUEST, sentence, { path: list, text: 'Show everything' });
}
