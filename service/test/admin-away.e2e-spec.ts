import { randomBytes } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AuditTrail } from '../src/audit/audit-trail.js';
import { postgresUrl } from '../../test/support/app.js';
import { eventually } from '../../test/support/eventually.js';
import { newDatabase } from '../../test/support/postgres.js';
import { type DatabaseProxy, proxyTo } from '../../test/support/proxy.js';
import { SigningKeyStore } from '../../src/persistence/signing-key.store.js';
import { addPerson, everything } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { postTool } from './support/admin-mcp-client.js';
import { openApi } from './support/documented.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const PROBLEM = 'application/problem+json; charset=utf-8';

describe.skipIf(!postgresUrl)('the admin API while PostgreSQL is away', () => {
  let database: Awaited<ReturnType<typeof newDatabase>>;
  let proxy: DatabaseProxy;
  let service: Standalone;
  let token: string;
  let member: string;
  let application: string;
  let server: string;
  let account: string;

  beforeAll(async () => {
    database = await newDatabase();
    proxy = await proxyTo(database.url);
    service = await startStandalone({
      DATABASE_URL: proxy.url,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
      MCP_AUTH_LOG_LEVEL: 'silent',
    });
    member = await addPerson(service, 'member@example.com', 'member');
    token = await adminToken(
      service,
      'admin:people admin:clients admin:connections admin:audit admin:policy admin:servers admin:settings',
    );
    await new ServiceClient(service, service.mcpUrl).register({ client_name: 'Notes' });
    const found = await api(service, token, 'GET', '/clients?search=Notes');
    [{ id: application } = { id: '' }] = found.body['items'] as { id: string }[];
    const files = { identifier: 'https://files.example.com/mcp', name: 'Files', scopes: { read: 'Read' } };
    const added = await api(service, token, 'POST', '/servers', { body: files });
    server = String(added.body['id']);
    const body = { ...NIGHTLY, clientId: 'nightly-report' };
    account = String((await api(service, token, 'POST', '/service-accounts', { body })).body['id']);
    await openApi(service);
  });
  afterAll(async () => {
    await service.close();
    proxy.close();
    await database.drop();
  });

  const TEXT = expect.any(String) as string;
  const NIGHTLY = { resources: ['https://files.example.com/mcp'], scopes: ['read'] };
  const RULE = {
    name: 'All',
    groups: null,
    clients: null,
    until: null,
    servers: [{ resource: NIGHTLY.resources[0], scopes: null }],
  };
  const SEEN = { connections: 9, at: '2026-01-01T00:00:00Z' };
  const SERVER = { identifier: 'https://wiki.example.com/mcp', name: 'Wiki', scopes: {} };
  const WIKI = { name: 'Wiki', redirectUris: ['https://wiki.example.com/'], confidential: true };

  it.each<[string, string, () => string, object | undefined, number]>([
    ['a list', 'GET', () => '/people', undefined, 200],
    ['the audit', 'GET', () => '/audit', undefined, 200],
    ['the rules', 'GET', () => '/rules', undefined, 200],
    ['one application', 'GET', () => `/clients/${application}`, undefined, 200],
    ['a role', 'PUT', () => `/people/${member}/role`, { role: 'auditor' }, 200],
    ['a new application', 'POST', () => '/clients', WIKI, 201],
    ['a block', 'POST', () => `/clients/${application}/block`, undefined, 200],
    ['a server', 'POST', () => '/servers', SERVER, 201],
    ['a secret of a server', 'POST', () => `/servers/${server}/credentials`, { leaked: true }, 200],
    ['the settings', 'PATCH', () => '/settings', { companyName: 'Acme' }, 200],
    ['an end of many', 'POST', () => '/connections/end', SEEN, 200],
    ['an end for good', 'DELETE', () => `/clients/${application}`, undefined, 204],
  ])(
    'answers %s with 503 and Retry-After, has done nothing, and does the same later',
    async (_what, method, path, body, status) => {
      const headers = { 'if-match': '*' };
      const before = await everything(service);
      proxy.cut();
      const away = await api(service, token, method, path(), { body, headers });
      proxy.restore();
      expect([away.status, away.headers.get('content-type'), away.headers.get('retry-after')]).toEqual([
        503,
        PROBLEM,
        '1',
      ]);
      expect(away.body).toMatchObject({ status: 503, title: 'Service Unavailable' });
      expect(JSON.stringify(away.body)).not.toMatch(/ECONN|terminated|query/i);
      await expect.poll(async () => (await api(service, token, 'GET', '/rules')).status).toBe(200);
      expect(await everything(service)).toBe(before);
      expect((await api(service, token, method, path(), { body, headers })).status).toBe(status);
    },
  );

  /** The database goes away as soon as a transaction has committed that has an event of the audit in it. */
  function cutAfterAChange(): () => void {
    const events = vi.spyOn(service.application.get(AuditTrail), 'commit');
    type Work = (manager: EntityManager) => Promise<unknown>;
    const transaction = service.dataSource.transaction.bind(service.dataSource);
    const spy = vi.spyOn(service.dataSource, 'transaction').mockImplementation((async (work: Work) => {
      let own: EntityManager | undefined;
      const result = await transaction((manager) => work((own = manager)));
      if (events.mock.calls.some(([, manager]) => manager === own)) proxy.cut();
      return result;
    }) as DataSource['transaction']);
    return () => {
      events.mockRestore();
      spy.mockRestore();
    };
  }

  it.each<[string, string, () => string, object | undefined, number, object]>([
    ['a role', 'PUT', () => `/people/${member}/role`, { role: 'member' }, 200, { role: 'member' }],
    [
      'an email',
      'PUT',
      () => `/people/${member}/email`,
      { email: 'a@b.example' },
      200,
      { email: 'a@b.example' },
    ],
    ['a disabled account', 'POST', () => `/people/${member}/disable`, undefined, 200, { disabled: true }],
    ['an enabled account', 'POST', () => `/people/${member}/enable`, undefined, 200, { disabled: false }],
    ['a block', 'POST', () => `/clients/${account}/block`, undefined, 200, { blocked: true }],
    ['the end of a block', 'POST', () => `/clients/${account}/unblock`, undefined, 200, { blocked: false }],
    ['a new secret', 'POST', () => `/clients/${account}/secret`, { overlap: 0 }, 200, { clientSecret: TEXT }],
    [
      'a service account',
      'PUT',
      () => `/service-accounts/${account}`,
      { ...NIGHTLY, name: 'N' },
      200,
      { name: 'N' },
    ],
    ['a new application', 'POST', () => '/clients', WIKI, 201, { clientSecret: TEXT }],
    [
      'a new server',
      'POST',
      () => '/servers',
      { ...SERVER, identifier: `${SERVER.identifier}/2` },
      201,
      { enabled: true },
    ],
    ['a server', 'PUT', () => `/servers/${server}`, { name: 'F', scopes: { read: 'R' } }, 200, { name: 'F' }],
    ['a disabled server', 'POST', () => `/servers/${server}/disable`, undefined, 200, { enabled: false }],
    ['an enabled server', 'POST', () => `/servers/${server}/enable`, undefined, 200, { enabled: true }],
    [
      'a secret of a server',
      'POST',
      () => `/servers/${server}/credentials`,
      { leaked: true },
      200,
      { clientSecret: TEXT },
    ],
    ['the settings', 'PATCH', () => '/settings', { companyName: 'Globex' }, 200, { companyName: 'Globex' }],
    ['a rule', 'POST', () => '/rules', RULE, 201, { items: [{ name: 'All' }] }],
    [
      'a decision',
      'POST',
      () => '/decisions',
      { kind: 'https://claude.ai/', person: null, until: null },
      201,
      { outcome: 'approved' },
    ],
  ])(
    'says that %s is done, where the database goes away right after that',
    async (_what, method, path, body, status, answered) => {
      const restore = cutAfterAChange();
      const answer = await api(service, token, method, path(), { body, headers: { 'if-match': '*' } });
      restore();
      proxy.restore();
      expect([answer.status, answer.body]).toMatchObject([status, answered]);
      await expect.poll(async () => (await api(service, token, 'GET', '/rules')).status).toBe(200);
    },
  );

  it('and its MCP server say so, and the same call of a tool works later', async () => {
    const own = await adminToken(service, 'admin:read', undefined, `${service.issuer}/admin/mcp`);
    expect((await postTool(service, own, 'find_client')).status).toBe(200);
    proxy.cut();
    const away = await postTool(service, own, 'find_client');
    proxy.restore();
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1']);
    await expect.poll(async () => (await postTool(service, own, 'find_client')).status).toBe(200);
  });

  it('answers a change whose connection ends between two statements with 503, and has done nothing', async () => {
    const trail = service.application.get(AuditTrail);
    const commit = trail.commit.bind(trail);
    const spy = vi.spyOn(trail, 'commit').mockImplementationOnce(async (event, manager) => {
      const [{ pid } = {}] = await manager.query<{ pid?: number }[]>('SELECT pg_backend_pid() AS pid');
      await service.dataSource.query('SELECT pg_terminate_backend($1)', [pid]);
      await eventually(() => manager.queryRunner?.isReleased === true);
      return commit(event, manager);
    });
    const before = await everything(service);
    const answer = await api(service, token, 'POST', '/clients', { body: WIKI });
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('retry-after')]).toEqual([
      503,
      PROBLEM,
      '1',
    ]);
    expect(spy).toHaveBeenCalledOnce();
    spy.mockRestore();
    expect(await everything(service)).toBe(before);
    expect((await api(service, token, 'POST', '/clients', { body: WIKI })).status).toBe(201);
  });

  // The last one: the token of the others goes with the key.
  it('says that keys are replaced, where the database goes away right after that; the audit has it', async () => {
    const store = service.application.get(SigningKeyStore, { strict: false });
    const replace = store.replace.bind(store);
    const spy = vi.spyOn(store, 'replace').mockImplementationOnce(async (...given) => {
      const withdrawn = await replace(...given);
      proxy.cut();
      return withdrawn;
    });
    const { body } = await api(service, token, 'GET', '/keys');
    const [{ kid } = { kid: '' }] = body['items'] as { kid: string }[];
    const headers = { 'if-match': '*' };
    const answer = await api(service, token, 'POST', `/keys/${kid}/compromised`, { headers });
    proxy.restore();
    spy.mockRestore();
    expect([answer.status, answer.body]).toMatchObject([200, { kid: TEXT }]);
    await expect
      .poll(async () => (await auditEvents(service)).filter(({ action }) => action === 'key.rotate'))
      .toMatchObject([{ detail: { keyId: answer.body['kid'], revoked: [kid] } }]);
  });
});
