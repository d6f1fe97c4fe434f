import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { signedIn } from './support/administration.js';
import { decide, forgetDecisions, takeBack, waitingPath } from './support/approvals.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const EVE = 'eve@example.com';
const BOB = 'bob@example.com';
const LOCAL = 'http://localhost:4711/callback';

describe('an approval', () => {
  let service: Standalone;
  let ada: Browser;
  let subjects: Record<string, string>;

  beforeAll(async () => {
    service = await startStandalone({
      MCP_AUTH_CLIENT_POLICY: 'approval',
      MCP_AUTH_REGISTRATION_MANAGEMENT: 'on',
    });
    for (const email of [EVE, BOB]) await service.addMember(email, []);
    const rows = await service.dataSource.query<{ email: string; subject: string }[]>(
      'SELECT "email", "subject" FROM mcp_auth."user"',
    );
    subjects = Object.fromEntries(rows.map(({ email, subject }) => [email, subject]));
    ada = await signedIn(service);
  });
  afterAll(() => service.close());
  beforeEach(() => forgetDecisions(service));

  const register = (name: string, redirectUri: string) =>
    new ServiceClient(service, service.mcpUrl, redirectUri).register({ client_name: name });
  /** What somebody sees who wants to use it. */
  const sees = async (client: ServiceClient, email: string) => {
    const inBrowserOfTheirs = new ServiceClient(service, service.mcpUrl, client.redirectUri);
    inBrowserOfTheirs.clientId = client.clientId;
    const { body } = await inBrowserOfTheirs.authorize(email, 'mcp:tools');
    if (body.includes('value="approve"')) return 'allowed';
    return body.includes('Waiting for approval') ? 'waiting' : 'refused';
  };
  const decisions = () => service.dataSource.query<object[]>('SELECT * FROM mcp_auth."clientDecision"');

  it.each([
    [
      'https://host.example/callback',
      'https://host.example/',
      'https://host.example/other',
      'https://other.example/callback',
    ],
    [LOCAL, 'loopback:Tool', 'http://127.0.0.1:99/cb', 'https://host.example/callback'],
  ])('of a kind of %s is for all of that kind (%s), and for no others', async (uri, kind, same, another) => {
    const one = await register('Tool', uri);
    expect(await sees(one, EVE)).toBe('waiting');
    const equal = await register('Tool', same);
    expect(await sees(equal, BOB)).toBe('waiting');
    expect((await decide(service, ada, one.clientId, 'approved', { kind })).status).toBe(303);
    await eventually(async () => (await sees(one, EVE)) === 'allowed');
    expect(await sees(equal, BOB)).toBe('allowed');
    expect(await sees(await register('Tool', another), EVE)).toBe('waiting');
    expect((await takeBack(service, ada, kind, { isClient: 'no' })).status).toBe(303);
    await eventually(async () => (await sees(one, EVE)) === 'waiting');
  });

  it('is asked for again by whoever asks when the fortnight for which it waits is over', async () => {
    const client = await register('Tool', LOCAL);
    await sees(client, EVE);
    const listed = async () => {
      ada = await signedIn(service);
      return (await ada.get(`${service.issuer}/admin/access/applications`)).body.includes(
        '/admin/access/applications/requests/',
      );
    };
    expect(await listed()).toBe(true);
    const path = await waitingPath(service, client.clientId);
    service.clock.advance(14 * 86_400 + 1);
    expect(await listed()).toBe(false);
    expect((await ada.get(service.issuer + path)).status).toBe(404);
    const overview = await ada.get(`${service.issuer}/admin`);
    expect(overview.body).toContain('Nothing waits for you');
    expect(await sees(client, EVE)).toBe('waiting');
    expect(await listed()).toBe(true);
    expect((await decide(service, ada, client.clientId)).status).toBe(303);
  });

  it.each(['none', '%00', 'x'.repeat(4_000)])('of nobody at %s is a page that is not there', async (id) => {
    const page = await ada.get(`${service.issuer}/admin/access/applications/requests/${id}`);
    expect([page.status, page.body]).toEqual([404, expect.stringContaining('Nobody waits')]);
  });

  it('is not of a kind that the application is not of', async () => {
    const client = await register('Tool', LOCAL);
    await sees(client, EVE);
    for (const kind of ['https://host.example/', 'loopback:Other', 'loopback:']) {
      const answer = await decide(service, ada, client.clientId, 'approved', { kind });
      expect([answer.status, await decisions()]).toEqual([400, []]);
      expect(answer.body).toContain('The application is not of that kind.');
    }
  });

  it('for one person is for nobody else, and ends with its day', async () => {
    const client = await register('Tool', 'https://host.example/callback');
    await sees(client, EVE);
    await sees(client, BOB);
    const day = new Date(service.clock.now()).toISOString().slice(0, 10);
    const more = { person: subjects[EVE] ?? '', until: day };
    expect((await decide(service, ada, client.clientId, 'approved', more)).status).toBe(303);
    await eventually(async () => (await sees(client, EVE)) === 'allowed');
    expect(await sees(client, BOB)).toBe('waiting');
    service.clock.advance(86_400);
    expect(await sees(client, EVE)).toBe('waiting');
    ada = await signedIn(service);
  });

  it('counts less than a refusal, which people are told of', async () => {
    const client = await register('Tool', LOCAL);
    await sees(client, EVE);
    expect((await decide(service, ada, client.clientId, 'approved', { kind: 'loopback:Tool' })).status).toBe(
      303,
    );
    const other = await register('Tool', LOCAL);
    await eventually(async () => (await sees(other, EVE)) === 'allowed');
    await service.dataSource.query(
      `INSERT INTO mcp_auth."approvalRequest" ("id", "clientId", "userId", "resource", "clientName", "redirectUri", "kind", "requestedAt")
      VALUES ('x', $1, $2, $3, 'Tool', $4, 'loopback:Tool', $5)`,
      [other.clientId, subjects[EVE], service.mcpUrl, LOCAL, new Date(service.clock.now())],
    );
    expect((await decide(service, ada, other.clientId, 'refused')).status).toBe(303);
    await eventually(async () => (await sees(other, EVE)) === 'refused');
    expect(await sees(client, EVE)).toBe('allowed');
  });

  it.each<[string, { client_name?: string; redirect_uris?: string[] }]>([
    ['another name', { client_name: 'Somebody else' }],
    ['another host', { redirect_uris: ['https://evil.example/callback'] }],
    ['one host more', { redirect_uris: ['https://host.example/callback', 'https://evil.example/callback'] }],
  ])('is not given to what the application is by the time of the click: %s', async (_name, change) => {
    const metadata = {
      client_name: 'Tool',
      redirect_uris: ['https://host.example/callback'],
      token_endpoint_auth_method: 'none',
    };
    const send = async (url: string, method: string, body: object, token?: string) =>
      (await (
        await fetch(url, {
          method,
          headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
          body: JSON.stringify(body),
        })
      ).json()) as Record<string, string>;
    const registered = await send(`${service.issuer}/register`, 'POST', metadata);
    const client = new ServiceClient(service, service.mcpUrl, 'https://host.example/callback');
    client.clientId = registered['client_id'] ?? '';
    expect(await sees(client, EVE)).toBe('waiting');
    const path = await waitingPath(service, client.clientId);
    const seen = await ada.get(service.issuer + path);
    const [row] = await service.dataSource.query<object[]>('SELECT * FROM mcp_auth."approvalRequest"');
    const updated = { ...metadata, ...change, client_id: client.clientId };
    await send(
      registered['registration_client_uri'] ?? '',
      'PUT',
      updated,
      registered['registration_access_token'],
    );
    // The person's page has asked again meanwhile.
    await service.dataSource.query(
      `INSERT INTO mcp_auth."approvalRequest" SELECT * FROM jsonb_populate_record(NULL::mcp_auth."approvalRequest", $1)`,
      [JSON.stringify(row)],
    );
    const answer = await ada.send(seen, path, { outcome: 'approved' });
    expect([answer.status, await decisions()]).toEqual([409, []]);
    expect(answer.body).toContain('The application has changed since this page was shown.');
    expect(answer.body).toContain(change.client_name ?? 'evil.example');
    // What the page shows now can be decided.
    expect((await ada.send(answer, path, { outcome: 'approved' })).status).toBe(303);
  });

  it.each([
    ['no such person', { person: 'nobody' }, 400],
    ['an end that has passed', { until: '2020-01-01' }, 400],
    ['an end that is none', { until: 'never' }, 400],
    ['a digest that was made up', { shown: 'x' }, 409],
    ['no outcome', { outcome: 'perhaps' }, 400],
  ])('is refused with %s, and nothing is decided', async (_name, more, status) => {
    const client = await register('Tool', LOCAL);
    await sees(client, EVE);
    expect((await decide(service, ada, client.clientId, 'approved', more)).status).toBe(status);
    expect(await decisions()).toEqual([]);
    expect(await sees(client, EVE)).toBe('waiting');
  });
});
