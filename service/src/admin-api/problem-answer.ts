import type { HttpStatus } from '@nestjs/common';
import { PROBLEM_TYPE } from '../operations/problem-details.js';

type Headers = Readonly<Record<string, { description: string; schema: { type: 'string' } }>>;

const header = (name: string, description: string): Headers => ({
  [name]: { description, schema: { type: 'string' } },
});

export const CHALLENGE = header('WWW-Authenticate', 'What a token has to be (RFC 6750 §3, RFC 9728 §5.1).');
export const RETRY = header('Retry-After', 'Seconds to wait.');
export const TAG = header('ETag', 'For If-Match.');

/** How a refusal is described. */
export function problemAnswer(status: HttpStatus, description: string, headers: Headers = {}) {
  const content = { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } };
  return { status, description, content, headers: { ...headers } };
}
