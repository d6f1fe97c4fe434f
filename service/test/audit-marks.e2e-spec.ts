import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { McpSecrets } from 'nestjs-mcp-auth';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { AuditKeys } from '../src/audit/audit-keys.js';
import { AuditTrail } from '../src/audit/audit-trail.js';
import { freePort } from '../../test/support/free-port.js';
import { newDatabase } from '../../test/support/postgres.js';
import { AUDIT_TABLE, auditSealed, auditVerified, PROCESS_TABLE } from './support/audit.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/g;
/** A key of the audit as versions made them whose processes marked nothing: purpose, generation, key. */
const OLDER_KEY = ['audit-key', '1', randomBytes(32).toString('base64url')] as const;

describe('events without the mark of a process', () => {
  let service: Standalone;
  afterEach(() => service.close());

  const start = async () => {
    service = await startStandalone();
    await auditSealed(service);
  };
  const problems = async () =>
    (await auditVerified(service)).problems.map((problem) => problem.replaceAll(UUID, '…'));
  const query = <Row>(text: string) => service.dataSource.query<Row[]>(text);

  it('are of an older version for a day after the first that marks them, and are told', async () => {
    const database = await newDatabase();
    const environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_ISSUER: `http://localhost:${await freePort()}`,
    };
    service = await startStandalone(environment);
    const sealed = service.application.get(McpSecrets).seal(...OLDER_KEY);
    await service.close();
    // As an older version would have begun.
    const client = new pg.Client(database.url);
    await client.connect();
    await client.query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
    await client.query(`DELETE FROM ${AUDIT_TABLE}`);
    await client.query(`DELETE FROM ${PROCESS_TABLE}`);
    const older = 'UPDATE mcp_auth."auditKey" SET "sealed" = $1, "marksSince" = NULL, "marksMac" = NULL';
    await client.query(older, [sealed]);
    await client.end();
    service = await startStandalone(environment);
    onTestFinished(() => database.drop());
    service.application.get(AuditTrail).record({ action: 'sign-out', outcome: 'success' });
    await auditSealed(service);
    const old = (at: string) =>
      `INSERT INTO ${AUDIT_TABLE} ("id", "at", "action", "outcome", "detail")
      VALUES (gen_random_uuid(), ${at}, 'sign-in', 'success', '{}')`;
    await query(old('now()'));
    await auditSealed(service);
    const { problems: none, notes } = await auditVerified(service);
    expect(none).toEqual([]);
    expect(notes).toEqual([expect.stringMatching(/^1 events carry no mark of a process: an older version/)]);
    // A day later, whatever date it bears.
    service.clock.advance(86_400 + 60);
    service.application.get(AuditTrail).record({ action: 'sign-out', outcome: 'success' });
    await auditSealed(service);
    await query(old('now()'));
    await auditSealed(service);
    expect(await problems()).toEqual([
      expect.stringMatching(/^Event \d+ was not written by a process of this service\.$/),
    ]);
  });

  it.each([
    ['now', 'now()'],
    ['before the first start', "now() - interval '1 year'"],
  ])(
    'are foreign where this version was the first, dated %s, before they are chained and after',
    async (_, at) => {
      await start();
      await query(`INSERT INTO ${AUDIT_TABLE} ("id", "at", "action", "outcome", "detail")
        VALUES (gen_random_uuid(), ${at}, 'sign-in', 'success', '{}')`);
      expect(await problems()).toContain(
        'Event …, which has no place yet, was not written by a process of this service.',
      );
      await auditSealed(service);
      expect(await problems()).toEqual([
        expect.stringMatching(/^Event \d+ was not written by a process of this service\.$/),
      ]);
    },
  );

  it('are foreign where the marks were taken off, with everything that says there were any', async () => {
    await start();
    await query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
    await query(`UPDATE ${AUDIT_TABLE} SET "process" = NULL, "number" = NULL, "processMac" = NULL`);
    await query(`DELETE FROM ${PROCESS_TABLE}`);
    await query('UPDATE mcp_auth."auditKey" SET "marksSince" = NULL, "marksMac" = NULL');
    expect(await problems()).toContain('Event 1 was not written by a process of this service.');
  });

  it('are missed, and those with it, where all are gone with what their processes said', async () => {
    await start();
    await query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
    await query(`DELETE FROM ${AUDIT_TABLE}`);
    await query(`DELETE FROM ${PROCESS_TABLE}`);
    await query('DELETE FROM mcp_auth."auditKey"');
    const keys = () =>
      new AuditKeys(service.dataSource, service.application.get(McpSecrets), service.clock).current();
    await keys();
    // A first start, which has written nothing yet.
    expect(await problems()).toEqual([]);
    await query('DELETE FROM mcp_auth."auditKey"');
    service.clock.advance(-61);
    await keys();
    expect(await problems()).toEqual([
      expect.stringMatching(/^The audit is empty, and has been written since .+: all of it is gone\.$/),
    ]);
  });
});
