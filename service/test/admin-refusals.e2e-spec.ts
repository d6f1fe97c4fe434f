import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AccountChanges } from '../src/people/account-changes.js';
import { atPage } from '../src/web/author.js';
import { addPerson, everything, signedIn, WHATEVER_IT_IS } from './support/administration.js';
import { adminToken, API, api, approve, approvedClient } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const PROBLEM = 'application/problem+json; charset=utf-8';
const NO_ONE = '00000000-0000-4000-8000-000000000000';
const forged = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('what the admin API refuses', () => {
  let service: Standalone;
  let member: string;
  let administrator: string;
  let token: string;

  beforeAll(async () => {
    service = await startStandalone();
    member = await addPerson(service, 'member@example.com', 'member');
    await addPerson(service, 'auditor@example.com', 'auditor');
    administrator = await addPerson(service, 'second@example.com', 'administrator');
    token = await adminToken(service, 'admin:people admin:connections admin:audit');
  });
  afterAll(() => service.close());

  const person = (id = member) => api(service, token, 'GET', `/people/${id}`);
  const tag = async (id = member) => (await person(id)).headers.get('etag') ?? '';

  describe('a token', () => {
    it.each<[string, () => Promise<string | null>, number, string]>([
      ['none', async () => null, 401, 'invalid_token'],
      ['one that is none', async () => 'x.y.z', 401, 'invalid_token'],
      [
        'one for another MCP server',
        async () => {
          const client = await new ServiceClient(service, service.mcpUrl).register();
          return (await client.tokens(ADMINISTRATOR.email, 'mcp:tools')).access_token;
        },
        401,
        'invalid_token',
      ],
      [
        'one for the admin MCP server',
        () => adminToken(service, 'admin:people', undefined, `${service.issuer}/admin/mcp`),
        401,
        'invalid_token',
      ],
      ['one for less', () => adminToken(service, 'admin:read'), 403, 'insufficient_scope'],
      [
        'one of an auditor, who asked for everything',
        () => adminToken(service, 'admin:read admin:people', 'auditor@example.com'),
        403,
        'insufficient_scope',
      ],
    ])('is %s', async (_what, get, status, error) => {
      const presented = await get();
      const headers = { 'if-match': await tag() };
      const before = await everything(service);
      const answer = await api(service, presented, 'POST', `/people/${member}/disable`, { headers });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([status, PROBLEM]);
      expect(answer.body).toMatchObject({ status, error });
      expect(answer.headers.get('www-authenticate')).toContain(
        '/.well-known/oauth-protected-resource/admin/api/v1',
      );
      expect(await everything(service)).toBe(before);
    });

    it('is none, where there is the cookie of an administrator', async () => {
      const browser = await signedIn(service);
      const before = await everything(service);
      const answer = await browser.request(`${service.issuer}${API}/people/${member}/disable`, {
        method: 'POST',
      });
      expect([answer.status, answer.headers.get('content-type')]).toEqual([401, PROBLEM]);
      expect((await browser.get(`${service.issuer}${API}/people`)).status).toBe(401);
      expect(await everything(service)).toBe(before);
    });

    it('is worth nothing after it was revoked', async () => {
      const client = await approvedClient(service);
      const { access_token: own } = await client.tokens(ADMINISTRATOR.email, 'admin:read');
      expect((await api(service, own, 'GET', '/people')).status).toBe(200);
      await fetch(`${service.issuer}/revoke`, {
        method: 'POST',
        body: new URLSearchParams({ client_id: client.clientId, token: own }),
      });
      await expect.poll(async () => (await api(service, own, 'GET', '/people')).status).toBe(401);
    });
  });

  describe('a role', () => {
    it('that was lost in the middle, at the next call', async () => {
      const own = await adminToken(service, 'admin:people admin:audit', 'second@example.com');
      expect((await api(service, own, 'GET', '/people')).status).toBe(200);
      const ada = (await api(service, token, 'GET', `/people?search=${ADMINISTRATOR.email}`)).body;
      const [{ id } = { id: '' }] = ada['items'] as { id: string }[];
      const changes = service.application.get(AccountChanges);
      await changes.setRole(atPage({ id, role: 'administrator' }), administrator, 'auditor', WHATEVER_IT_IS);
      const headers = { 'if-match': await tag() };
      const before = await everything(service);
      const refused = await api(service, own, 'POST', `/people/${member}/disable`, { headers });
      expect(refused.body).toMatchObject({ status: 403, detail: 'Your role does not allow this any more.' });
      expect(await everything(service)).toBe(before);
      // What is left of the role, the token still opens.
      expect((await api(service, own, 'GET', '/people')).status).toBe(200);
      await changes.setRole(atPage({ id, role: 'administrator' }), administrator, 'member', WHATEVER_IT_IS);
      expect((await api(service, own, 'GET', '/people')).status).toBe(403);
      const events = await auditEvents(service);
      const event = events.findLast(({ action }) => action === 'administration');
      expect(event).toMatchObject({ outcome: 'refused', userId: administrator });
    });

    it.each([
      ['of a member, for whom there is no scope at all', 'member@example.com', 'admin:read'],
      ['of an auditor, for whom there is none that changes', 'auditor@example.com', 'admin:people'],
    ])('%s, when the token is asked for', async (_what, email, scope) => {
      const client = await approvedClient(service);
      const page = await client.authorize(email, scope);
      expect(page.body).toContain('may not administer this service');
    });
  });

  it('a client that registered itself and no administrator approved, until one does', async () => {
    const client = await new ServiceClient(service, `${service.issuer}${API}`).register();
    const page = await client.authorize(ADMINISTRATOR.email, 'admin:read');
    expect(page.body).toContain('An administrator must agree to this application first');
    const approvals = await client.browser.get(`${service.issuer}/admin/access/applications`);
    expect(approvals.body).toContain('Applications that administer this service need approval');
    await approve(service, client.clientId);
    const again = await client.authorize(ADMINISTRATOR.email, 'admin:read');
    const { body } = await client.token(client.codeFrom(await client.approve(again)));
    expect((await api(service, body.access_token, 'GET', '/people')).status).toBe(200);
  });

  it.each<[string, string, string, unknown, string, string]>([
    ['an unknown parameter', 'GET', '/people?limit=5', undefined, 'limit', 'is not known here'],
    ['a parameter where none is read', 'GET', `/people/${NO_ONE}?x=1`, undefined, 'x', 'is not known here'],
    ['a parameter twice', 'GET', '/people?search=a&search=b', undefined, 'search', 'must be a text'],
    ['a parameter that is nested', 'GET', '/people?search[a]=b', undefined, 'search[a]', 'is not known here'],
    [
      'a search of 10,000 characters',
      'GET',
      `/people?search=${'x'.repeat(10_000)}`,
      undefined,
      'search',
      'must have at most 100 characters',
    ],
    ['a search with NUL', 'GET', '/people?search=%00', undefined, 'search', 'cannot be kept'],
    [
      'a cursor that is none',
      'GET',
      '/people?cursor=!!',
      undefined,
      'cursor',
      'none that this list has given',
    ],
    ['a cursor of JSON', 'GET', `/people?cursor=${forged({ a: 1 })}`, undefined, 'cursor', 'none that'],
    ['a cursor of two', 'GET', `/people?cursor=${forged(['a', 'b'])}`, undefined, 'cursor', 'none that'],
    ['a cursor of no email', 'GET', `/people?cursor=${forged(['x'])}`, undefined, 'cursor', 'none that'],
    ['a cursor with NUL', 'GET', `/people?cursor=${forged(['\0'])}`, undefined, 'cursor', 'none that'],
    ['a cursor of the audit', 'GET', `/audit?cursor=${forged(['x'])}`, undefined, 'cursor', 'none that'],
    [
      'a number too large',
      'GET',
      `/audit?cursor=${forged([new Date(0).toISOString(), '9'.repeat(40)])}`,
      undefined,
      'cursor',
      'none that',
    ],
    ['an action that there is not', 'GET', '/audit?action=x', undefined, 'action', 'an action of the audit'],
    ['a time that is none', 'GET', '/audit?since=yesterday', undefined, 'since', 'must be a time'],
    ['a time of no zone', 'GET', '/audit?until=2026-07-01T08:00', undefined, 'until', 'must be a time'],
    [
      'an unknown member',
      'POST',
      '/invitations',
      { email: 'a@example.com', role: 'member', admin: true },
      'admin',
      'is not known',
    ],
    [
      'a role that there is not',
      'POST',
      '/invitations',
      { email: 'a@example.com', role: 'root' },
      'role',
      'one of',
    ],
    [
      'an email that is none',
      'POST',
      '/invitations',
      { email: 'a', role: 'member' },
      'email',
      'must be a whole address',
    ],
    [
      'half a character in an email',
      'POST',
      '/invitations',
      { email: '\ud800@example.com', role: 'member' },
      'email',
      'must be a whole address',
    ],
    [
      'null for what may be left out',
      'POST',
      '/invitations',
      { email: 'a@example.com', role: 'member', name: null },
      'name',
      'must be a text',
    ],
    [
      'null for one connection of all',
      'POST',
      `/people/${NO_ONE}/disconnect`,
      { grantId: null },
      'grantId',
      'must be the id of a connection',
    ],
    [
      'all connections of a person without their number',
      'POST',
      `/people/${NO_ONE}/disconnect`,
      {},
      'connections',
      'must be the number that was counted',
    ],
    [
      'a name with NUL',
      'POST',
      '/invitations',
      { email: 'a@example.com', role: 'member', name: '\0' },
      'name',
      'cannot be kept',
    ],
    ['a list', 'POST', '/invitations', [], '', 'a JSON object'],
    ['no body', 'POST', '/invitations', undefined, 'email', 'whole address'],
    ['a body where none is read', 'POST', `/people/${NO_ONE}/sign-out`, { a: 1 }, 'a', 'is not known here'],
  ])('%s, saying where', async (_what, method, path, body, parameter, detail) => {
    const before = await everything(service);
    const answer = await api(service, token, method, path, { body });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, PROBLEM]);
    expect(answer.body['errors']).toContainEqual({
      parameter,
      detail: expect.stringContaining(detail) as string,
    });
    expect(await everything(service)).toBe(before);
  });

  it.each([
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain',
    'application/merge-patch+json',
    'json',
  ])('a body of %s, which would be taken for none, and then for all', async (type) => {
    const { body: found } = await api(service, token, 'GET', `/people?search=${ADMINISTRATOR.email}`);
    const [{ id } = { id: '' }] = found['items'] as { id: string }[];
    const before = await everything(service);
    const answer = await api(service, token, 'POST', `/people/${id}/disconnect`, {
      body: { grantId: NO_ONE },
      headers: { 'content-type': type },
    });
    expect([answer.status, answer.headers.get('accept')]).toEqual([415, 'application/json']);
    expect(answer.body).toMatchObject({
      status: 415,
      detail: expect.stringContaining('must be JSON') as string,
    });
    expect(await everything(service)).toBe(before);
  });

  it.each<[string, string, string, string, number]>([
    ['JSON that is none', 'POST', '/invitations', '{', 400],
    ['a body that is too large', 'POST', '/invitations', `{"email":"${'x'.repeat(1_100_000)}"}`, 413],
    ['a person that there is not', 'GET', `/people/${NO_ONE}`, '', 404],
    ['an id that is none', 'GET', '/people/x', '', 404],
    ['an address that there is not', 'GET', '/nothing', '', 404],
    ['a method that there is not', 'PATCH', '/people', '', 405],
  ])('%s, as problem details without the words of a framework', async (_what, method, path, body, status) => {
    const response = await fetch(`${service.issuer}${API}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/html' },
      ...(body !== '' && { body }),
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([status, PROBLEM]);
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({ status, title: expect.any(String) as string });
    expect(text).not.toMatch(/Cannot|Unexpected|JSON at|entity too large/);
  });
});
