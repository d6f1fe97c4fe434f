import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { everything, press, signedIn } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { forgetDecisions } from './support/approvals.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const EVE = 'eve@example.com';
const BOB = 'bob@example.com';
const LOCAL = 'http://localhost:4711/callback';
const HOST = 'https://host.example/callback';

describe('decisions before anybody asks', () => {
  let service: Standalone;
  let token: string;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_CLIENT_POLICY: 'approval' });
    for (const email of [EVE, BOB]) await service.addMember(email, []);
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    await forgetDecisions(service);
    await renew();
    ada = await signedIn(service);
  });

  /** What ends for everybody lets every access token be asked for anew. */
  const renew = async () => {
    service.clock.advance(10);
    token = await adminToken(service, 'admin:policy');
  };
  const register = (name: string, redirectUri = LOCAL) =>
    new ServiceClient(service, service.mcpUrl, redirectUri).register({ client_name: name });
  /** What somebody sees who wants to use it. */
  const sees = async ({ clientId, redirectUri }: ServiceClient, email = EVE) => {
    const own = new ServiceClient(service, service.mcpUrl, redirectUri);
    own.clientId = clientId;
    const { body } = await own.authorize(email, 'mcp:tools');
    return body.includes('value="approve"') ? 'allowed' : 'waiting';
  };
  const decisions = async () => {
    const { body } = await api(service, token, 'GET', '/decisions');
    const items = body['items'] as Record<string, unknown>[];
    return items.filter(({ clientName }) => clientName !== 'A client');
  };
  const beforehand = (body: object) =>
    api(service, token, 'POST', '/decisions', { body: { person: null, until: null, ...body } });

  it.each([
    ['a program by its name', 'loopback:Tool', LOCAL, 'Tool'],
    ['a host that it returns to', 'https://host.example/', HOST, 'Anything'],
    ['a host, however it is written', 'https://HOST.example', HOST, 'Anything'],
  ])('are of %s: nobody waits for it, and others do', async (_name, kind, redirectUri, name) => {
    const decided = await beforehand({ kind });
    expect([decided.status, decided.headers.get('etag')]).toEqual([201, expect.stringMatching(/^"/)]);
    expect((await beforehand({ kind })).body).toEqual(decided.body);
    await eventually(async () => (await sees(await register(name, redirectUri))) === 'allowed');
    expect(await sees(await register('Another', 'https://other.example/'))).toBe('waiting');
    expect((await auditEvents(service)).findLast(({ action }) => action === 'client.approve')).toMatchObject({
      detail: { kind: decided.body['kind'], target: null },
    });
  });

  it('let those go on who wait, and are for one person alone where it is said', async () => {
    const client = await register('Tool');
    for (const email of [EVE, BOB]) await sees(client, email);
    expect((await beforehand({ kind: 'loopback:Tool', person: BOB })).status).toBe(201);
    await eventually(async () => (await sees(client, BOB)) === 'allowed');
    expect(await sees(client, EVE)).toBe('waiting');
    expect((await beforehand({ kind: 'loopback:Tool' })).status).toBe(201);
    expect((await api(service, token, 'GET', '/waiting')).body['items']).toEqual([]);
  });

  it('let go on who waits for a client that is of that kind among others', async () => {
    const client = await register('Tool');
    await sees(client);
    const [{ kinds } = { kinds: [] }] = await service.dataSource.query<{ kinds: string[] }[]>(
      'SELECT "kinds" FROM mcp_auth."approvalRequest"',
    );
    expect(kinds).toEqual(['loopback:Tool']);
    // As one with a metadata document has it.
    await service.dataSource.query(
      `UPDATE mcp_auth."approvalRequest" SET "kind" = 'https://tool.example/', "kinds" = $1`,
      [['https://tool.example/', 'loopback:Tool']],
    );
    expect((await beforehand({ kind: 'loopback:Tool', person: BOB })).status).toBe(201);
    expect((await api(service, token, 'GET', '/waiting')).body['items']).toHaveLength(1);
    expect((await beforehand({ kind: 'loopback:Tool' })).status).toBe(201);
    expect((await api(service, token, 'GET', '/waiting')).body['items']).toEqual([]);
  });

  it('are asked for by all who wait, however many programs one of them has asked for', async () => {
    await service.dataSource.query(
      `INSERT INTO mcp_auth."approvalRequest" ("id", "clientId", "userId", "resource", "clientName", "redirectUri", "kind", "requestedAt")
      SELECT 'request-' || n, 'client-' || n, 'person-' || n / 20, $1, 'Tool ' || n, $2, 'loopback:Tool ' || n,
        $3::timestamptz - n / 7 * interval '1 second' FROM generate_series(1, 95) n`,
      [service.mcpUrl, LOCAL, new Date(service.clock.now())],
    );
    const all = new Set(Array.from({ length: 95 }, (_, n) => `loopback:Tool ${n + 1}`));
    const kinds: unknown[] = [];
    let next: string | null = null;
    do {
      const { body } = await api(service, token, 'GET', `/waiting${next === null ? '' : `?cursor=${next}`}`);
      kinds.push(...(body['items'] as { kind: string }[]).map(({ kind }) => kind));
      next = body['next'] as string | null;
    } while (next !== null);
    expect([kinds.length, new Set(kinds)]).toEqual([95, all]);
    expect((await api(service, token, 'GET', '/waiting?cursor=x')).status).toBe(400);

    const first = await ada.get(`${service.issuer}/admin/access/applications`);
    expect(first.body).toContain('href="/admin/access/applications/waiting"');
    const seen = new Set<string>();
    let path: string | undefined = '/admin/access/applications/waiting';
    let pages = 0;
    while (path) {
      const { body } = await ada.get(service.issuer + path);
      for (const [, name = ''] of body.matchAll(/>(Tool \d+)</g)) seen.add(`loopback:${name}`);
      expect(body).toContain('95 kinds of applications');
      path = /href="([^"]+)"[^>]*>Next/.exec(body)?.[1]?.replaceAll('&amp;', '&');
      pages += 1;
    }
    expect([pages, seen]).toEqual([3, all]);
    expect((await ada.get(`${service.issuer}/admin/access/applications/waiting?after=x`)).status).toBe(400);
  });

  it('do not open administration to whoever takes a name', async () => {
    await beforehand({ kind: 'loopback:Tool' });
    const client = await new ServiceClient(service, `${service.issuer}/admin/api/v1`, LOCAL).register({
      client_name: 'Tool',
    });
    const page = await client.authorize('ada@example.com', 'admin:read');
    expect(page.body).toContain('An administrator must agree to this application first');
  });

  it.each<[string, object, number, string]>([
    ['a kind that is none', { kind: 'Tool' }, 400, 'The kind must be a host'],
    ['http', { kind: 'http://host.example/' }, 400, 'The kind must be a host'],
    ['this computer', { kind: 'https://localhost/' }, 400, 'The kind must be a host'],
    ['a part of a host', { kind: 'https://host.example/a/' }, 400, 'The kind must be a host'],
    ['a query', { kind: 'https://host.example/?a' }, 400, 'The kind must be a host'],
    ['a person in a host', { kind: 'https://claude.ai@evil.example/' }, 400, 'The kind must be a host'],
    ['a name that looks like another', { kind: 'loopback:To\u200bol' }, 400, 'The kind must be a host'],
    ['no name', { kind: 'loopback:' }, 400, 'The kind must be a host'],
    ['an outcome that is none', { kind: 'loopback:Tool', outcome: 'perhaps' }, 400, 'must be one of'],
    ['null for its outcome', { kind: 'loopback:Tool', outcome: null }, 400, 'must be one of'],
    ['an end that has passed', { kind: 'loopback:Tool', until: '2020-01-01' }, 400, 'has passed already'],
    ['nobody', { kind: 'loopback:Tool', person: 'nobody@example.com' }, 400, 'no such person'],
  ])('are refused with %s, and nothing is decided', async (_name, body, status, sentence) => {
    const before = await everything(service);
    const answer = await beforehand(body);
    expect([answer.status, await everything(service)]).toEqual([status, before]);
    expect(answer.body['detail']).toContain(sentence);
  });

  it('do not undo what another administrator has just decided', async () => {
    await beforehand({ kind: 'loopback:Tool', outcome: 'refused' });
    await renew();
    const before = await everything(service);
    const answer = await beforehand({ kind: 'loopback:Tool' });
    expect([answer.status, await everything(service)]).toEqual([409, before]);
    expect(answer.body['detail']).toContain('refused already');
  });

  it('are made on the page, which keeps what was typed', async () => {
    const action = '/admin/access/applications/beforehand';
    const form = { of: 'host', name: ' host.example ', person: '', until: '', outcome: 'approved' };
    const wrong = await press(service, ada, action, { ...form, name: 'host.example/a' });
    expect([wrong.status, await decisions()]).toEqual([400, []]);
    expect(wrong.body).toContain('value="host.example/a"');
    expect(wrong.body).toContain('The kind must be a host');
    expect((await press(service, ada, action, form)).status).toBe(303);
    expect((await press(service, ada, action, { ...form, of: 'program', name: 'Tool' })).status).toBe(303);
    expect(new Set((await decisions()).map(({ kind }) => kind))).toEqual(
      new Set(['https://host.example/', 'loopback:Tool']),
    );
    await eventually(async () => (await sees(await register('Tool'))) === 'allowed');
  });
});
