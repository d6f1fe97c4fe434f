import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditExport } from '../src/audit/audit-export.js';
import { AuditRetention } from '../src/audit/audit-retention.js';
import { AuditSealer } from '../src/audit/audit-sealer.js';
import { AUDIT_TABLE, auditEvents, auditFlushed, auditSealed, auditVerified } from './support/audit.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const MEMBER = 'eve@example.com';
const DAY = 86_400;

describe('the chain of the audit', () => {
  let service: Standalone;
  const query = (text: string) => service.dataSource.query(text);

  beforeAll(async () => {
    service = await startStandalone();
    const client = await new ServiceClient(service, service.mcpUrl).register();
    await service.addMember(MEMBER, []);
    await client.tokens(MEMBER, 'mcp:tools');
    await auditSealed(service);
    await query(`CREATE TABLE backup AS SELECT * FROM ${AUDIT_TABLE}`);
  });
  afterAll(() => service.close());

  /** What is found after statements of somebody who owns the database, and has everything put back then. */
  const found = async (statements: string[], ...heads: string[]) => {
    await query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
    for (const statement of statements) await query(statement);
    const result = await auditVerified(service, ...heads);
    await query(`DELETE FROM ${AUDIT_TABLE}`);
    await query(`DELETE FROM mcp_auth."auditCheckpoint"`);
    await query(`INSERT INTO ${AUDIT_TABLE} OVERRIDING SYSTEM VALUE SELECT * FROM backup`);
    await query(`ALTER TABLE ${AUDIT_TABLE} ENABLE TRIGGER USER`);
    return result;
  };

  it('stands when nothing was changed, with a head that is in it', async () => {
    const { head } = await auditVerified(service);
    const result = await found([], head);
    expect(result).toMatchObject({ problems: [], unsealed: 0, head });
    expect(result.intact).toBeGreaterThan(5);
  });

  it.each([
    [
      'a word',
      `UPDATE ${AUDIT_TABLE} SET "outcome" = 'refused' WHERE "position" = 3`,
      'Event 3 is not as it was written.',
    ],
    [
      'a detail',
      `UPDATE ${AUDIT_TABLE} SET "detail" = '{}' WHERE "position" = 4`,
      'Event 4 is not as it was written.',
    ],
    [
      'a time',
      `UPDATE ${AUDIT_TABLE} SET "at" = "at" + interval '1 ms' WHERE "position" = 2`,
      'Event 2 is not as it was written.',
    ],
    [
      'an event that is gone',
      `DELETE FROM ${AUDIT_TABLE} WHERE "position" = 3`,
      'Events 3 to 3 are missing.',
    ],
    ['the beginning', `DELETE FROM ${AUDIT_TABLE} WHERE "position" < 3`, 'Events 1 to 2 are missing.'],
    [
      'a forged checkpoint',
      `INSERT INTO mcp_auth."auditCheckpoint" SELECT "position", "mac", "at", "mac" FROM ${AUDIT_TABLE} WHERE "position" = 2;
       DELETE FROM ${AUDIT_TABLE} WHERE "position" < 3`,
      'The checkpoint at 2 was not signed by this service.',
    ],
  ])('shows that %s was changed', async (_, statements, sentence) => {
    expect((await found(statements.split(';'))).problems).toEqual([sentence]);
  });

  it('shows two events that changed places', async () => {
    const away = `UPDATE ${AUDIT_TABLE} SET "position" = -"position" WHERE "position" IN (2, 3)`;
    const back = `UPDATE ${AUDIT_TABLE} SET "position" = 5 + "position" WHERE "position" < 0`;
    expect((await found([away, back])).problems).toEqual([
      'Event 2 is not as it was written.',
      'Event 3 is not as it was written.',
      'Event 4 is not as it was written.',
    ]);
  });

  it('shows that its end was written anew, whichever head of the log is named first', async () => {
    const { head } = await auditVerified(service);
    const [position] = head.split(':');
    const other = `${position}:${randomBytes(32).toString('base64url')}`;
    for (const heads of [
      [head, other],
      [other, head],
    ])
      expect((await auditVerified(service, ...heads)).problems).toEqual([
        `${other} stood in the log, and does not stand in the audit.`,
      ]);
  });

  it('shows that its end is gone to whoever has a head from the log', async () => {
    const gone = [`DELETE FROM ${AUDIT_TABLE} WHERE "position" > 4`];
    const { head } = await auditVerified(service);
    expect((await found(gone)).problems).toEqual([]);
    expect((await found(gone, head)).problems).toEqual([
      `${head} stood in the log, and does not stand in the audit.`,
    ]);
  });
});

describe('the retention of the audit', () => {
  it('leaves a signed checkpoint where events have reached their age, and the chain stands', async () => {
    const service = await startStandalone({ MCP_AUTH_AUDIT_RETENTION: String(DAY) });
    const client = await new ServiceClient(service, service.mcpUrl).register();
    await auditSealed(service);
    const old = await auditEvents(service);
    service.clock.advance(DAY + 1);
    await new ServiceClient(service, service.mcpUrl).register();
    await auditSealed(service);
    await service.application.get(AuditRetention).prune();
    await auditSealed(service);
    const left = await auditEvents(service);
    expect(left.map(({ id }) => id)).not.toContain(old[0]?.id);
    expect(left.some(({ clientId }) => clientId === client.clientId)).toBe(false);
    expect(left.map(({ action }) => action)).toEqual(['client.register', 'audit.prune']);
    expect(left[1]?.detail).toEqual({ position: old.at(-1)?.position });
    expect(await auditVerified(service)).toMatchObject({ problems: [], intact: 2, unsealed: 0 });
    await service.close();
  });
});

describe('the export of the audit', () => {
  it('is one line of JSON per event, with these members in this order', async () => {
    const service = await startStandalone();
    await new ServiceClient(service, service.mcpUrl).register();
    await auditSealed(service);
    const lines: string[] = [];
    for await (const line of service.application.get(AuditExport).lines()) lines.push(line);
    expect(lines.length).toBe((await auditEvents(service)).length);
    const parsed = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    for (const line of parsed)
      expect(Object.keys(line)).toEqual([
        'id',
        'position',
        'at',
        'action',
        'outcome',
        'userId',
        'clientId',
        'resource',
        'address',
        'requestId',
        'detail',
        'mac',
      ]);
    expect(parsed.map(({ position }) => position)).toEqual(parsed.map((_, index) => index + 1));
    await service.close();
  });
});

describe.skipIf(!postgresUrl)('the audit of two replicas', () => {
  it('is one chain, whoever writes and whoever seals', async () => {
    const database = await newDatabase();
    const environment = {
      DATABASE_URL: database.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
    };
    const first = await startStandalone(environment);
    const second = await startStandalone(
      { ...environment, MCP_AUTH_ISSUER: first.issuer },
      false,
      first.clock,
    );
    const register = (origin: string) =>
      fetch(`${origin}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ redirect_uris: ['https://client.example/callback'] }),
      });
    for (let round = 0; round < 5; round++) {
      const origins = Array.from({ length: 20 }, (_, index) => (index % 2 ? first : second).origin);
      await Promise.all(origins.map(register));
      await Promise.all([auditFlushed(first), auditFlushed(second)]);
      await Promise.all([first, second].map(({ application }) => application.get(AuditSealer).round()));
    }
    await auditSealed(first);
    await auditSealed(second);
    const rows = await auditEvents(first);
    expect(rows.filter(({ action }) => action === 'client.register').length).toBe(100);
    expect(await auditVerified(second)).toMatchObject({ problems: [], unsealed: 0, intact: rows.length });
    await second.close();
    await first.close();
    await database.drop();
  });
});
