import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditExport } from '../src/audit/audit-export.js';
import { AuditSealer } from '../src/audit/audit-sealer.js';
import {
  AUDIT_TABLE,
  auditEvents,
  auditFlushed,
  auditSealed,
  auditVerified,
  PROCESS_TABLE,
} from './support/audit.js';
import { newDatabase, postgresUrl } from '../../test/support/postgres.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const MEMBER = 'eve@example.com';
const UUID = /[0-9a-f]{8}-[0-9a-f-]{27}/g;

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
    await query(`CREATE TABLE processes AS SELECT * FROM ${PROCESS_TABLE}`);
    await query(`CREATE TABLE keys AS SELECT * FROM mcp_auth."auditKey"`);
  });
  afterAll(() => service.close());

  /** What is found after statements of somebody who owns the database, and has everything put back then. */
  const found = async (statements: string[], ...heads: string[]) => {
    await query(`ALTER TABLE ${AUDIT_TABLE} DISABLE TRIGGER USER`);
    for (const statement of statements)
      if (statement.trim() === 'SEAL') await service.application.get(AuditSealer).round();
      else await query(statement);
    const { problems, ...result } = await auditVerified(service, ...heads);
    await query(`DELETE FROM ${AUDIT_TABLE}`);
    await query(`DELETE FROM ${PROCESS_TABLE}`);
    await query(`DELETE FROM mcp_auth."auditKey"`);
    await query(`INSERT INTO mcp_auth."auditKey" SELECT * FROM keys`);
    await query(`INSERT INTO ${PROCESS_TABLE} SELECT * FROM processes`);
    await query(`DELETE FROM mcp_auth."auditCheckpoint"`);
    await query(`INSERT INTO ${AUDIT_TABLE} OVERRIDING SYSTEM VALUE SELECT * FROM backup`);
    await query(`ALTER TABLE ${AUDIT_TABLE} ENABLE TRIGGER USER`);
    return { ...result, problems: problems.map((problem) => problem.replaceAll(UUID, '…')) };
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
      ['Event 3 is not as it was written.'],
    ],
    [
      'a detail',
      `UPDATE ${AUDIT_TABLE} SET "detail" = '{}' WHERE "position" = 4`,
      ['Event 4 is not as it was written.'],
    ],
    [
      'a time',
      `UPDATE ${AUDIT_TABLE} SET "at" = "at" + interval '1 ms' WHERE "position" = 2`,
      ['Event 2 is not as it was written.'],
    ],
    [
      'an event that is gone',
      `DELETE FROM ${AUDIT_TABLE} WHERE "position" = 3`,
      ['Events 3 to 3 are missing.', 'Events 3 of process … are missing.'],
    ],
    [
      'the beginning',
      `DELETE FROM ${AUDIT_TABLE} WHERE "position" < 3`,
      ['Events 1 to 2 are missing.', 'Events 1 to 2 of process … are missing.'],
    ],
    [
      'an event that is not chained yet',
      `UPDATE ${AUDIT_TABLE} SET "position" = NULL, "mac" = NULL WHERE "position" = (SELECT max("position") FROM ${AUDIT_TABLE});
       DELETE FROM ${AUDIT_TABLE} WHERE "position" IS NULL`,
      [expect.stringMatching(/^Events \d+ of process … are missing\.$/)],
    ],
    [
      'a row that somebody else put in, and the service chained,',
      `INSERT INTO ${AUDIT_TABLE} ("id", "at", "action", "outcome", "detail", "process", "number", "processMac")
         SELECT gen_random_uuid(), "at", "action", 'success', "detail", "process", 1000, "processMac" FROM ${AUDIT_TABLE} WHERE "position" = 3;
       SEAL`,
      [expect.stringMatching(/^Event \d+ was not written by a process of this service\.$/)],
    ],
    [
      'a row without a mark that somebody else put in, dated as by an older version,',
      `UPDATE mcp_auth."auditKey" SET "marksSince" = NULL, "marksMac" = NULL;
       INSERT INTO ${AUDIT_TABLE} ("id", "at", "action", "outcome", "detail") VALUES (gen_random_uuid(), now(), 'sign-in', 'success', '{}')`,
      [
        'Event …, which has no place yet, was not written by a process of this service.',
        'The note since when processes mark their events is gone, or was put off.',
      ],
    ],
    [
      'a copy of a row',
      `INSERT INTO ${AUDIT_TABLE} ("id", "at", "action", "outcome", "userId", "clientId", "resource", "address", "requestId", "detail", "process", "number", "processMac")
         SELECT gen_random_uuid(), "at", "action", "outcome", "userId", "clientId", "resource", "address", "requestId", "detail", "process", 1000, "processMac"
         FROM ${AUDIT_TABLE} WHERE "position" = 3`,
      ['Event …, which has no place yet, was not written by a process of this service.'],
    ],
    [
      'what a process says of its events',
      `UPDATE ${PROCESS_TABLE} SET "last" = 2; DELETE FROM ${AUDIT_TABLE} WHERE "position" = (SELECT max("position") FROM ${AUDIT_TABLE})`,
      ['What process … says of its events was not signed by this service.'],
    ],
    [
      'a void',
      `DELETE FROM ${AUDIT_TABLE} WHERE "position" = (SELECT max("position") FROM ${AUDIT_TABLE}); UPDATE ${PROCESS_TABLE} SET "voids" = ARRAY["last"]`,
      ['What process … says of its events was not signed by this service.'],
    ],
    [
      'how much of a process is gone for its age',
      `UPDATE ${PROCESS_TABLE} SET "prunedThrough" = 3, "prunedMac" = "mac"`,
      ['What is gone of process … for its age was not signed by this service.'],
    ],
    [
      'a forged checkpoint',
      `INSERT INTO mcp_auth."auditCheckpoint" SELECT "position", "mac", "at", "mac" FROM ${AUDIT_TABLE} WHERE "position" = 2;
       DELETE FROM ${AUDIT_TABLE} WHERE "position" < 3`,
      ['The checkpoint at 2 was not signed by this service.', 'Events 1 to 2 of process … are missing.'],
    ],
  ])('shows that %s was changed', async (_, statements, sentences) => {
    expect((await found(statements.split(';'))).problems).toEqual(sentences);
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
    // What its process says can be put back as well, by somebody who kept it.
    gone.push(`DELETE FROM ${PROCESS_TABLE}`);
    expect((await found(gone)).problems).toEqual([]);
    expect((await found(gone, head)).problems).toEqual([
      `${head} stood in the log, and does not stand in the audit.`,
    ]);
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
        'process',
        'number',
        'processMac',
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
