import { displayText } from 'nestjs-mcp-auth/service-kit';
import { programName } from '../../config/client-selector.js';

/** A kind of clients in words: a host, or a program of a name. */
export function kindWords(kind: string): string {
  const name = programName(kind);
  if (name !== null) return `${displayText(name)} on the person's own computer`;
  return displayText(kind.replace(/^https:\/\//, '').replace(/\/$/, ''), Infinity);
}
