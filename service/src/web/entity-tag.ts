import { createHash } from 'node:crypto';

/** A strong validator of what a representation says (RFC 9110 §8.8.3); the hidden field of a form has it, too. */
export function entityTag(representation: object): string {
  const digest = createHash('sha256').update(JSON.stringify(representation)).digest('base64url');
  return `"${digest.slice(0, 27)}"`;
}
