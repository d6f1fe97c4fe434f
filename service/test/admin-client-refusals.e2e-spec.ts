import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everything } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const PROBLEM = 'application/problem+json; charset=utf-8';
const NO_ONE = '00000000-0000-4000-8000-000000000000';

describe('what the admin API refuses about clients and connections', () => {
  let service: Standalone;
  let token: string;

  beforeAll(async () => {
    service = await startStandalone();
    token = await adminToken(service, 'admin:clients admin:connections');
  });
  afterAll(() => service.close());

  const clients = async () =>
    JSON.stringify([
      await everything(service),
      await service.dataSource.query<object[]>('SELECT * FROM mcp_auth."oauthApplication" ORDER BY 1'),
    ]);
  const account = (clientId: string, scopes: readonly string[] = []) => ({
    clientId,
    resources: [`${service.issuer}/admin/api/v1`],
    scopes,
  });
  const added = async (clientId: string, scopes?: readonly string[], held = token) => {
    const body = account(clientId, scopes);
    return (await api(service, held, 'POST', '/service-accounts', { body })).body['id'] as string;
  };
  const tag = async (id: string) =>
    (await api(service, token, 'GET', `/clients/${id}`)).headers.get('etag') ?? '';

  const CHANGES: readonly [string, string, string, object | undefined][] = [
    ['unblock', 'POST', '/clients/:id/unblock', undefined],
    ['delete', 'DELETE', '/clients/:id', undefined],
    ['secret', 'POST', '/clients/:id/secret', { overlap: 0 }],
    ['ceiling', 'PUT', '/service-accounts/:id', { resources: [], scopes: [] }],
  ];

  it.each(CHANGES)('to %s what nobody has looked at (RFC 6585 §3)', async (name, method, path, body) => {
    const id = await added(`unseen-${name}`);
    const before = await clients();
    const answer = await api(service, token, method, path.replace(':id', id), { body });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([428, PROBLEM]);
    expect(await clients()).toBe(before);
  });

  it.each(CHANGES)(
    'to %s by the second of two, with what has changed (RFC 9110 §13.1.1)',
    async (name, method, path, body) => {
      const id = await added(`contested-${name}`);
      const headers = { 'if-match': await tag(id) };
      service.clock.advance(1);
      const first = await api(service, token, 'POST', `/clients/${id}/block`);
      const before = await clients();
      const second = await api(service, token, method, path.replace(':id', id), { body, headers });
      expect([first.status, second.status]).toEqual([200, 412]);
      expect(second.body['current']).toMatchObject({ blocked: true, updatedAt: first.body['updatedAt'] });
      expect(second.headers.get('etag')).toBe(first.headers.get('etag'));
      expect(await clients()).toBe(before);
    },
  );

  it('one of two at once: the other hears what has changed', async () => {
    const id = await added('at-once');
    const headers = { 'if-match': await tag(id) };
    service.clock.advance(1);
    const both = await Promise.all(
      [['a'], ['b']].map((scopes) =>
        api(service, token, 'PUT', `/service-accounts/${id}`, { body: { resources: [], scopes }, headers }),
      ),
    );
    const [won, lost] = both.toSorted((one, other) => one.status - other.status);
    expect([won?.status, lost?.status]).toEqual([200, 412]);
    expect(lost?.body['current']).toMatchObject({ scopes: won?.body['scopes'] });
    expect((await api(service, token, 'GET', `/clients/${id}`)).body['scopes']).toEqual(won?.body['scopes']);
  });

  describe('a token that could make itself more than it is', () => {
    it('by a service account that may do what it may not', async () => {
      const before = await clients();
      const body = account('risen', ['admin:read', 'admin:people']);
      const answer = await api(service, token, 'POST', '/service-accounts', { body });
      expect(answer.body).toMatchObject({ status: 403, detail: 'That takes the scope admin:people.' });
      expect(await clients()).toBe(before);
      const event = (await auditEvents(service)).findLast(({ action }) => action === 'administration');
      expect(event).toMatchObject({
        outcome: 'refused',
        detail: { reason: 'That takes the scope admin:people.' },
      });
      const own = account('no-more', ['admin:read', 'admin:clients']);
      expect((await api(service, token, 'POST', '/service-accounts', { body: own })).status).toBe(201);
    });

    it.each<[string, string, string, object]>([
      ['by the secret of such an account', 'POST', '/clients/:id/secret', { overlap: 0 }],
      [
        'by leaving the rest to such an account',
        'PUT',
        '/service-accounts/:id',
        { resources: [], scopes: [] },
      ],
    ])('%s', async (what, method, path, body) => {
      const all = await adminToken(service, 'admin:clients admin:people');
      const id = await added(`strong-${what.length}`, ['admin:people'], all);
      const headers = { 'if-match': await tag(id) };
      const before = await clients();
      const answer = await api(service, token, method, path.replace(':id', id), { body, headers });
      expect(answer.body).toMatchObject({ status: 403, detail: 'That takes the scope admin:people.' });
      expect(await clients()).toBe(before);
      expect((await api(service, all, method, path.replace(':id', id), { body, headers })).status).toBe(200);
    });

    it('by giving such a scope to an account that has none', async () => {
      const id = await added('rising');
      const headers = { 'if-match': await tag(id) };
      const before = await clients();
      const body = { resources: [`${service.issuer}/admin/api/v1`], scopes: ['admin:settings'] };
      const answer = await api(service, token, 'PUT', `/service-accounts/${id}`, { body, headers });
      expect(answer.body).toMatchObject({ status: 403, detail: 'That takes the scope admin:settings.' });
      expect(await clients()).toBe(before);
    });
  });

  it('a ceiling for what is no service account', async () => {
    const app = { name: 'Wiki', redirectUris: ['https://wiki.example.com/'], confidential: true };
    const { body } = await api(service, token, 'POST', '/clients', { body: app });
    const headers = { 'if-match': await tag(body['id'] as string) };
    const before = await clients();
    const path = `/service-accounts/${String(body['id'])}`;
    const answer = await api(service, token, 'PUT', path, { body: { resources: [], scopes: [] }, headers });
    expect(answer.body).toMatchObject({ status: 409, detail: 'This application is no service account.' });
    expect(await clients()).toBe(before);
  });

  it.each<[string, string, object | undefined]>([
    ['GET', '/clients/:id', undefined],
    ['POST', '/clients/:id/block', undefined],
    ...CHANGES.map(([, method, path, body]) => [method, path, body] as [string, string, object | undefined]),
    ['DELETE', '/connections/:id', undefined],
  ])('%s %s of none that there is, and of what is no id', async (method, path, body) => {
    const before = await clients();
    for (const id of [NO_ONE, 'x', '%00']) {
      const headers = { 'if-match': '*' };
      const answer = await api(service, token, method, path.replace(':id', id), { body, headers });
      expect([id, answer.status]).toEqual([id, 404]);
    }
    expect(await clients()).toBe(before);
  });
});
