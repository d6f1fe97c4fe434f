import { expect } from 'vitest';
import type { AuditEvent } from '../../src/index.js';
import type { TestService } from './app.js';
import type { ForeignIssuer } from './foreign-issuer.js';

/** Sends an assertion that must be refused: nothing is written of it but its event. */
export async function expectRefused(
  service: TestService,
  events: readonly AuditEvent[],
  send: () => Promise<{ status: number; body: object }>,
  error: string,
  status = 400,
): Promise<void> {
  const before = await service.snapshot();
  const answer = await send();
  expect([answer.status, answer.body]).toEqual([status, expect.objectContaining({ error })]);
  // What has expired may be gone meanwhile.
  for (const [table, count] of Object.entries(await service.snapshot()))
    expect(count, table).toBeLessThanOrEqual(before[table] ?? 0);
  expect(events.some(({ outcome }) => outcome === 'success')).toBe(false);
  if (status < 500) expect(events).toMatchObject([{ action: 'token.issue', outcome: 'refused' }]);
}

/** What the keys of an issuer may be, with what assertions are answered then. */
export const BROKEN_KEYS: [
  what: string,
  breakThem: (issuer: ForeignIssuer) => void,
  status: number,
  error: string,
][] = [
  [
    'away',
    ({ documents }) => documents.answer('/jwks', (_, response) => response.destroy()),
    503,
    'temporarily_unavailable',
  ],
  [
    'failing',
    ({ documents }) => documents.answer('/jwks', (_, response) => response.writeHead(500).end()),
    503,
    'temporarily_unavailable',
  ],
  [
    'slow',
    ({ documents }) =>
      documents.answer('/jwks', (_, response) => void setTimeout(() => response.end(), 4_000).unref()),
    503,
    'temporarily_unavailable',
  ],
  [
    'huge',
    ({ documents }) => documents.serve('/jwks', { keys: [], more: 'x'.repeat(100_000) }),
    400,
    'invalid_grant',
  ],
  [
    'elsewhere',
    ({ documents }) =>
      documents.answer('/jwks', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()),
    400,
    'invalid_grant',
  ],
  ['no keys', ({ documents }) => documents.serve('/jwks', { nothing: true }), 400, 'invalid_grant'],
];
