import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AuditExport } from '../../src/app/audit/audit-export.js';
import { AuditRetention } from '../../src/app/audit/audit-retention.js';
import { AuditSealer } from '../../src/app/audit/audit-sealer.js';
import { AuditTrail } from '../../src/app/audit/audit-trail.js';
import { parseLink } from '../../src/app/audit/audit-chain.js';
import { AuditVerifier } from '../../src/app/audit/audit-verifier.js';
import { AuditEventRow } from '../../src/app/entities/audit-event.entity.js';
import { statementsSoFar } from '../support/app.js';
import { newDatabase, postgresUrl } from '../support/postgres.js';
import { ServiceClient } from '../support/service-client.js';
import { fillSignIn, PASSWORD, startStandalone, type Standalone } from '../support/standalone.js';
import { Browser } from '../support/browser.js';

const MEMBER = 'eve@example.com';
const DAY = 86_400;
const TABLE = 'mcp_auth."auditEvent"';

const flushed = (service: Standalone) => service.application.get(AuditTrail).flush();

async function events(service: Standalone): Promise<AuditEventRow[]> {
  await flushed(service);
  return service.dataSource.getRepository(AuditEventRow).find({ order: { sequence: 'ASC' } });
}

async function sealed(service: Standalone): Promise<void> {
  await flushed(service);
  await service.application.get(AuditSealer).round();
}

const verify = (service: Standalone, ...heads: string[]) =>
  service.application.get(AuditVerifier).verify(heads.flatMap((head) => parseLink(head) ?? []));

describe('the audit', () => {
  let service: Standalone;
  let member: string;

  beforeAll(async () => {
    service = await startStandalone();
    member = await service.addMember(MEMBER, []);
  });
  afterAll(() => service.close());

  it('has what led to a token, in order, with the person, the client, the server and whence', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: refreshToken } = await client.tokens(MEMBER, 'mcp:tools');
    await client.refresh(refreshToken);
    const mine = (await events(service)).filter(({ clientId }) => clientId === client.clientId);
    expect(mine.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'client.register success',
      'policy.decide success',
      'policy.decide success',
      'consent success',
      'policy.decide success',
      'token.issue success',
      'policy.decide success',
      'token.issue success',
    ]);
    for (const { userId, resource, address, requestId } of mine.slice(1)) {
      expect([userId, resource]).toEqual([member, service.mcpUrl]);
      expect(address).toMatch(/^(::1|(::ffff:)?127\.0\.0\.1)$/);
      expect(requestId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('has sign-ins and sign-outs, and why somebody was refused', async () => {
    const before = (await events(service)).length;
    const browser = new Browser();
    const { issuer } = service;
    const page = await browser.get(`${issuer}/sign-in`);
    await fillSignIn(browser, page, MEMBER, 'a wrong password');
    const home = await browser.follow(await fillSignIn(browser, page, MEMBER, PASSWORD), issuer);
    await browser.send(home, '/sign-out');
    const [refused, success, out] = (await events(service)).slice(before);
    expect(refused).toMatchObject({
      action: 'sign-in',
      outcome: 'refused',
      userId: null,
      detail: { method: 'password', email: MEMBER, reason: 'The email or the password is wrong.' },
    });
    expect(success).toMatchObject({
      action: 'sign-in',
      outcome: 'success',
      userId: member,
      detail: { method: 'password' },
    });
    expect(out).toMatchObject({ action: 'sign-out', userId: member });
  });

  it('has refusals with what was claimed, replays, revocations, and a no', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const { refresh_token: first } = await client.tokens(MEMBER, 'mcp:tools');
    await client.refresh('unknown');
    await client.refresh(first);
    service.clock.advance(91);
    await client.refresh(first);
    const other = await new ServiceClient(service, service.mcpUrl).register();
    const page = await other.authorize(MEMBER, 'mcp:tools');
    await other.browser.submit(page, ['decision', 'deny']);
    const all = await events(service);
    const of = (clientId: string, action: string) =>
      all.filter((event) => event.clientId === clientId && event.action === action);
    const refusals = of(client.clientId, 'token.issue').filter(({ outcome }) => outcome === 'refused');
    expect(refusals.map(({ detail }) => [detail['grantType'], detail['error']])).toEqual([
      ['refresh_token', 'invalid_grant'],
      ['refresh_token', 'invalid_grant'],
    ]);
    const [ended] = of(client.clientId, 'grant.revoke');
    expect(ended).toMatchObject({ userId: member, resource: service.mcpUrl });
    const replay = all.find(({ action }) => action === 'token.replay');
    expect(replay?.detail).toEqual({ grantId: ended?.detail['grantId'], what: 'refresh token' });
    expect(of(other.clientId, 'consent')).toMatchObject([{ outcome: 'refused', userId: member }]);
  });

  it('never has a secret, and takes whatever a request claims', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register({
      client_name: 'NUL-free \u202e name',
    });
    const tokens = await client.tokens(MEMBER, 'mcp:tools');
    const rotated = await client.refresh(tokens.refresh_token);
    const claim = encodeURIComponent('x'.repeat(5_000));
    const half = '%ED%A0%80';
    for (const clientId of [claim, half, encodeURIComponent("'; DROP TABLE")])
      await fetch(`${service.issuer}/token`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: `client_id=${clientId}&grant_type=refresh_token&refresh_token=secret-of-somebody`,
      });
    const text = JSON.stringify(await events(service));
    const secrets = [tokens.access_token, tokens.refresh_token, rotated.body.refresh_token, PASSWORD];
    for (const secret of [...secrets, 'secret-of-somebody']) expect(text).not.toContain(secret);
    expect(text).toContain(`"${'x'.repeat(1_000)}"`);
  });

  it('refuses to be changed: UPDATE, DELETE and TRUNCATE', async () => {
    await sealed(service);
    const before = await events(service);
    for (const statement of [
      `UPDATE ${TABLE} SET "outcome" = 'success'`,
      `UPDATE ${TABLE} SET "mac" = 'other'`,
      `UPDATE ${TABLE} SET "position" = NULL, "mac" = NULL`,
      `DELETE FROM ${TABLE}`,
      `TRUNCATE ${TABLE}`,
    ])
      await expect(service.dataSource.query(statement)).rejects.toThrow('The audit is written once');
    expect(await events(service)).toEqual(before);
  });

  it('does not make a token answer wait for the database', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register();
    let { refresh_token: refreshToken } = await client.tokens(MEMBER, 'mcp:tools');
    const counts: number[] = [];
    for (let round = 0; round < 8; round++) {
      await sealed(service);
      const before = statementsSoFar();
      const { body } = await client.refresh(refreshToken);
      counts.push(statementsSoFar() - before);
      refreshToken = body.refresh_token;
    }
    // The rotation and the account; other rounds have the background's statements in them.
    expect(Math.min(...counts)).toBe(2);
  });
});

describe('the chain of the audit', () => {
  let service: Standalone;
  const query = (text: string) => service.dataSource.query(text);

  beforeAll(async () => {
    service = await startStandalone();
    const client = await new ServiceClient(service, service.mcpUrl).register();
    await service.addMember(MEMBER, []);
    await client.tokens(MEMBER, 'mcp:tools');
    await sealed(service);
    await query(`CREATE TABLE backup AS SELECT * FROM ${TABLE}`);
  });
  afterAll(() => service.close());

  /** What is found after statements of somebody who owns the database, and has everything put back then. */
  const found = async (statements: string[], ...heads: string[]) => {
    await query(`ALTER TABLE ${TABLE} DISABLE TRIGGER USER`);
    for (const statement of statements) await query(statement);
    const result = await verify(service, ...heads);
    await query(`DELETE FROM ${TABLE}`);
    await query(`DELETE FROM mcp_auth."auditCheckpoint"`);
    await query(`INSERT INTO ${TABLE} OVERRIDING SYSTEM VALUE SELECT * FROM backup`);
    await query(`ALTER TABLE ${TABLE} ENABLE TRIGGER USER`);
    return result;
  };

  it('stands when nothing was changed, with a head that is in it', async () => {
    const { head } = await verify(service);
    const result = await found([], head);
    expect(result).toMatchObject({ problems: [], unsealed: 0, head });
    expect(result.intact).toBeGreaterThan(5);
  });

  it.each([
    [
      'a word',
      `UPDATE ${TABLE} SET "outcome" = 'refused' WHERE "position" = 3`,
      'Event 3 is not as it was written.',
    ],
    [
      'a detail',
      `UPDATE ${TABLE} SET "detail" = '{}' WHERE "position" = 4`,
      'Event 4 is not as it was written.',
    ],
    [
      'a time',
      `UPDATE ${TABLE} SET "at" = "at" + interval '1 ms' WHERE "position" = 2`,
      'Event 2 is not as it was written.',
    ],
    ['an event that is gone', `DELETE FROM ${TABLE} WHERE "position" = 3`, 'Events 3 to 3 are missing.'],
    ['the beginning', `DELETE FROM ${TABLE} WHERE "position" < 3`, 'Events 1 to 2 are missing.'],
    [
      'a forged checkpoint',
      `INSERT INTO mcp_auth."auditCheckpoint" SELECT "position", "mac", "at", "mac" FROM ${TABLE} WHERE "position" = 2;
       DELETE FROM ${TABLE} WHERE "position" < 3`,
      'The checkpoint at 2 was not signed by this service.',
    ],
  ])('shows that %s was changed', async (_, statements, sentence) => {
    expect((await found(statements.split(';'))).problems).toEqual([sentence]);
  });

  it('shows two events that changed places', async () => {
    const away = `UPDATE ${TABLE} SET "position" = -"position" WHERE "position" IN (2, 3)`;
    const back = `UPDATE ${TABLE} SET "position" = 5 + "position" WHERE "position" < 0`;
    expect((await found([away, back])).problems).toEqual([
      'Event 2 is not as it was written.',
      'Event 3 is not as it was written.',
      'Event 4 is not as it was written.',
    ]);
  });

  it('shows that its end is gone to whoever has a head from the log', async () => {
    const gone = [`DELETE FROM ${TABLE} WHERE "position" > 4`];
    const { head } = await verify(service);
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
    await sealed(service);
    const old = await events(service);
    service.clock.advance(DAY + 1);
    await new ServiceClient(service, service.mcpUrl).register();
    await sealed(service);
    await service.application.get(AuditRetention).prune();
    await sealed(service);
    const left = await events(service);
    expect(left.map(({ id }) => id)).not.toContain(old[0]?.id);
    expect(left.some(({ clientId }) => clientId === client.clientId)).toBe(false);
    expect(left.map(({ action }) => action)).toEqual(['client.register', 'audit.prune']);
    expect(left[1]?.detail).toEqual({ position: old.at(-1)?.position });
    expect(await verify(service)).toMatchObject({ problems: [], intact: 2, unsealed: 0 });
    await service.close();
  });
});

describe('the export of the audit', () => {
  it('is one line of JSON per event, with these members in this order', async () => {
    const service = await startStandalone();
    await new ServiceClient(service, service.mcpUrl).register();
    await sealed(service);
    const lines: string[] = [];
    for await (const line of service.application.get(AuditExport).lines()) lines.push(line);
    expect(lines.length).toBe((await events(service)).length);
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
      await Promise.all([flushed(first), flushed(second)]);
      await Promise.all([first, second].map(({ application }) => application.get(AuditSealer).round()));
    }
    await sealed(first);
    await sealed(second);
    const rows = await events(first);
    expect(rows.filter(({ action }) => action === 'client.register').length).toBe(100);
    expect(await verify(second)).toMatchObject({ problems: [], unsealed: 0, intact: rows.length });
    await second.close();
    await first.close();
    await database.drop();
  });
});
