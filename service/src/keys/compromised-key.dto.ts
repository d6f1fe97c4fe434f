import type { SigningKeyInUse } from 'nestjs-mcp-auth';
import { HiddenText } from '../web/form-fields.js';

/** Somebody says that a key has leaked. */
export class CompromisedKeyDto {
  @HiddenText({ max: 100 })
  csrf: string;

  /** All that end with it, as the page has named them. */
  @HiddenText({ max: 2_000 })
  shown: string;
}

/** Keys in one line of a form. */
export function shownKeys(keys: readonly SigningKeyInUse[]): string {
  return keys.map(({ kid }) => kid).join(' ');
}
