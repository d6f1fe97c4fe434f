import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { auditRecord } from '../src/audit/audit-record.js';
import { AuditTrail } from '../src/audit/audit-trail.js';
import { AuditWriter } from '../src/audit/audit-writer.js';
import { auditEvents, auditSealed, auditVerified } from './support/audit.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { proxyTo } from '../../test/support/proxy.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone } from './support/standalone.js';

const MCP_AUTH_SECRET = randomBytes(32).toString('base64');
/** Events that wait in memory at the most. */
const MOST_WAITING = 20_000;

describe.skipIf(!postgresUrl)('the audit of a service', () => {
  it('that stops in order has everything, chained', async () => {
    const database = await newDatabase();
    const service = await startStandalone({ DATABASE_URL: database.url, MCP_AUTH_SECRET });
    const clients = await Promise.all(
      Array.from({ length: 20 }, () => new ServiceClient(service, service.mcpUrl).register()),
    );
    await service.close();
    const connection = new pg.Client({ connectionString: database.url });
    await connection.connect();
    const { rows } = await connection.query<{ clientId: string }>(
      `SELECT "clientId" FROM mcp_auth."auditEvent" WHERE "action" = 'client.register' AND "position" IS NOT NULL`,
    );
    await connection.end();
    expect(rows.map(({ clientId }) => clientId).toSorted()).toEqual(
      clients.map(({ clientId }) => clientId).toSorted(),
    );
    await database.drop();
  });

  it('has an event once, though it was written twice because the first answer got lost', async () => {
    const service = await startStandalone();
    const writer = service.application.get(AuditWriter);
    const waiting = (action: 'sign-in' | 'sign-out') => ({
      record: auditRecord({ action, outcome: 'success' }, service.clock.now()),
    });
    const first = waiting('sign-out');
    await writer.write([first]);
    await writer.write([first, waiting('sign-in')]);
    const events = await auditEvents(service);
    expect(events.filter(({ action }) => action.startsWith('sign-')).map(({ action }) => action)).toEqual([
      'sign-out',
      'sign-in',
    ]);
    expect(await auditVerified(service)).toMatchObject({ problems: [] });
    await service.close();
  });

  it('whose database was away has what waited meanwhile, and says how much it could not keep', async () => {
    const database = await newDatabase();
    const proxy = await proxyTo(database.url);
    const service = await startStandalone({
      DATABASE_URL: proxy.url,
      MCP_AUTH_SECRET,
      MCP_AUTH_LOG_LEVEL: 'silent',
    });
    const trail = service.application.get(AuditTrail);
    await trail.flush();
    proxy.cut();
    for (let index = 0; index < MOST_WAITING + 5; index++)
      trail.record({ action: 'sign-in', outcome: 'refused', detail: { index } });
    await trail.flush();
    proxy.restore();
    await trail.flush();
    const events = await auditEvents(service);
    const waited = events.filter(({ action }) => action === 'sign-in');
    // Many have one millisecond, and a machine's clock may step back by one: they are written as they were recorded.
    waited.sort((one, other) => Number(one.sequence) - Number(other.sequence));
    expect(waited.map(({ detail }) => detail['index'])).toEqual(
      Array.from({ length: MOST_WAITING }, (_, index) => index),
    );
    expect(events.at(-1)).toMatchObject({ action: 'audit.loss', outcome: 'refused', detail: { events: 5 } });
    await auditSealed(service);
    expect(await auditVerified(service)).toMatchObject({ problems: [], notes: [] });
    await service.close();
    proxy.close();
    await database.drop();
  });
});
