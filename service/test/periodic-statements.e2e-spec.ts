import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { postgresUrl } from '../../test/support/app.js';
import { AuditRetention } from '../src/audit/audit-retention.js';
import { AuditSealer } from '../src/audit/audit-sealer.js';
import { AuditTrail } from '../src/audit/audit-trail.js';
import { LimitStore } from '../src/operations/limit-store.js';
import { plansOf, readWhole, sentDuring } from './support/sent-statements.js';
import { type Standalone, startStandalone } from './support/standalone.js';

const ROWS = 30_000;
/** Events at the beginning of the chain that have reached their age. */
const OLD = 2_000;

const FILL = [
  `INSERT INTO mcp_auth."rateLimit" SELECT 'page:' || n, 1, (extract(epoch FROM now()) + 3600) * 1000
    FROM generate_series(1, ${ROWS}) n`,
  `INSERT INTO mcp_auth."auditEvent" ("id", "at", "writtenAt", "action", "outcome", "detail", "position", "mac")
    SELECT gen_random_uuid(), t, t, 'consent', 'success', '{}', n, md5(n::text)
    FROM (SELECT n + 1000 AS n, now() - CASE WHEN n <= ${OLD} THEN interval '800 days' ELSE '0' END AS t
      FROM generate_series(1, ${ROWS}) n) AS filled`,
  // What the start wrote is as old.
  'ALTER TABLE mcp_auth."auditEvent" DISABLE TRIGGER USER',
  `UPDATE mcp_auth."auditEvent" SET "at" = now() - interval '800 days', "writtenAt" = now() - interval '800 days'
    WHERE "position" < 1000`,
  'ALTER TABLE mcp_auth."auditEvent" ENABLE TRIGGER USER',
  'ANALYZE',
];
const LARGE = ['rateLimit', 'auditEvent'];

describe.skipIf(!postgresUrl)('the background of the service, among many rows', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
    await service.application.get(AuditSealer, { strict: false }).round();
    // All that there is has its place: what is filled in is behind it.
    await service.dataSource.query('DELETE FROM mcp_auth."rateLimit"');
    for (const statement of FILL) await service.dataSource.query(statement);
  });
  afterAll(() => service.close());

  const part = <Part>(type: new (...args: never[]) => Part) =>
    service.application.get<Part>(type, { strict: false });

  it.each<[string, number, () => Promise<unknown>]>([
    [
      'the chaining of an event',
      4,
      async () => {
        await part(AuditTrail).commit({ action: 'sign-in', outcome: 'success' }, service.dataSource.manager);
        await part(AuditSealer).round();
      },
    ],
    ['a round of the chain without an event', 1, () => part(AuditSealer).round()],
    [
      'the end of the oldest events',
      8,
      async () => {
        // A service that has just begun deletes nothing.
        const now = performance.now();
        const clock = vi.spyOn(performance, 'now').mockImplementation(() => now + 61_000);
        await part(AuditRetention).prune();
        clock.mockRestore();
      },
    ],
    [
      'the end of the counts of limits',
      1,
      () => service.application.get(LimitStore, { strict: false }).prune(),
    ],
  ])('reads no large table from end to end in %s', async (_, least, run) => {
    const plans = await plansOf(service.dataSource, await sentDuring(run));
    expect(plans.length).toBeGreaterThanOrEqual(least);
    for (const { text, plans: each } of plans)
      expect(
        each.flatMap((plan) => readWhole(plan, LARGE)),
        text,
      ).toEqual([]);
  });
});
