import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { DocumentServer } from '../../test/support/document-server.js';
import { eventually } from '../../test/support/eventually.js';
import { everything, signedIn } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { decide, forgetDecisions, waitingPath } from './support/approvals.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const EVE = 'eve@example.com';
const BOB = 'bob@example.com';
const LOCAL = 'http://localhost:4711/callback';
const HOST = 'https://host.example/callback';
const DOCUMENT = '/client.json';
const FOR_ALL = { kind: null, person: null, until: null };

interface Application {
  name: string;
  redirectHosts: string[];
  kinds: string[];
}

describe('approvals by the admin API', () => {
  let service: Standalone;
  let documents: DocumentServer;
  let token: string;
  let ada: Browser;

  beforeAll(async () => {
    documents = await DocumentServer.start();
    service = await startStandalone({
      MCP_AUTH_CLIENT_POLICY: 'approval',
      MCP_AUTH_CLIENT_DOCUMENTS: 'loopback',
    });
    for (const email of [EVE, BOB]) await service.addMember(email, []);
  });
  afterAll(async () => {
    await service.close();
    await documents.close();
  });
  beforeEach(async () => {
    await forgetDecisions(service);
    token = await adminToken(service, 'admin:policy');
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
    if (body.includes('value="approve"')) return 'allowed';
    return body.includes('Waiting for approval') ? 'waiting' : 'refused';
  };
  /** The application that a domain publishes, with its document as it is now. */
  const published = (metadata: Record<string, unknown> = {}) => {
    documents.serve(DOCUMENT, documents.client(DOCUMENT, { redirect_uris: [HOST], ...metadata }));
    const client = new ServiceClient(service, service.mcpUrl, HOST);
    client.clientId = documents.url(DOCUMENT);
    return client;
  };
  const idOf = async ({ clientId }: ServiceClient) =>
    (await waitingPath(service, clientId)).split('/').at(-1) ?? '';
  const look = async (client: ServiceClient) => {
    const { status, headers, body } = await api(service, token, 'GET', `/waiting/${await idOf(client)}`);
    return { status, etag: headers.get('etag') ?? '', application: body['application'] as Application, body };
  };
  const send = async (
    client: ServiceClient,
    outcome: 'approve' | 'refuse',
    etag: string | null,
    body: object = FOR_ALL,
  ) =>
    api(service, token, 'POST', `/waiting/${await idOf(client)}/${outcome}`, {
      body,
      headers: etag === null ? {} : { 'if-match': etag },
    });
  /** Without the one by which this test administers. */
  const decisions = async () => {
    const { body } = await api(service, token, 'GET', '/decisions');
    const items = body['items'] as Record<string, unknown>[];
    return items.filter(({ clientName }) => clientName !== 'A client');
  };
  const beforehand = (body: object) =>
    api(service, token, 'POST', '/decisions', { body: { person: null, until: null, ...body } });

  it('show kinds that wait, and all that is known of one', async () => {
    const [client, equal] = await Promise.all([register('Tool'), register('Tool')]);
    for (const each of [client, equal]) expect(await sees(each)).toBe('waiting');
    const listed = await api(service, token, 'GET', '/waiting');
    expect(listed.body['items']).toEqual([
      {
        id: expect.any(String) as string,
        kind: 'loopback:Tool',
        name: 'Tool',
        clients: 2,
        people: 1,
        requestedAt: expect.any(String) as string,
      },
    ]);
    const { body, etag } = await look(client);
    expect(etag).toMatch(/^"/);
    expect(body).toMatchObject({
      kind: 'loopback:Tool',
      application: {
        name: 'Tool',
        source: 'registered',
        redirectHosts: ['localhost'],
        kinds: ['loopback:Tool'],
      },
      requests: [{ resource: service.mcpUrl }, { resource: service.mcpUrl }],
    });
  });

  it.each([
    ['alone', null, 'waiting'],
    ['by its kind', 'loopback:Tool', 'allowed'],
  ])('approve what was seen %s, for everybody, and withdraw it', async (_name, kind, other) => {
    const [client, equal] = [await register('Tool'), await register('Tool')];
    for (const each of [client, equal]) await sees(each);
    const { etag } = await look(client);
    const approved = await send(client, 'approve', etag, { ...FOR_ALL, kind });
    expect([approved.status, approved.body]).toMatchObject([
      200,
      { outcome: 'approved', kind, person: null },
    ]);
    await eventually(async () => (await sees(client, BOB)) === 'allowed');
    expect(await sees(equal)).toBe(other);
    expect(await decisions()).toEqual([approved.body]);
    const path = `/decisions/${String(approved.body['id'])}`;
    const one = await api(service, token, 'GET', path);
    expect(one.headers.get('etag')).toBe(approved.headers.get('etag'));
    const headers = { 'if-match': one.headers.get('etag') ?? '' };
    expect((await api(service, token, 'DELETE', path, { headers })).status).toBe(204);
    await eventually(async () => (await sees(client, BOB)) === 'waiting');
    await renew();
    expect((await api(service, token, 'DELETE', path, { headers })).status).toBe(404);
    const actions = (await auditEvents(service)).filter(({ action }) =>
      /^client\.(approve|take-back)$/.test(action),
    );
    expect(actions.slice(-2).map(({ action, detail }) => [action, detail['via']])).toEqual([
      ['client.approve', expect.any(String)],
      ['client.take-back', expect.any(String)],
    ]);
  });

  it.each(['email', 'id', 'subject'])('approve for one person, by %s, until a day', async (by) => {
    const client = await register('Tool', HOST);
    for (const email of [EVE, BOB]) await sees(client, email);
    const [person] = await service.dataSource.query<Record<string, string>[]>(
      'SELECT * FROM mcp_auth."user" WHERE "email" = $1',
      [EVE],
    );
    const until = new Date(service.clock.now()).toISOString().slice(0, 10);
    const body = { kind: 'https://host.example/', person: person?.[by], until };
    const { etag } = await look(client);
    const approved = await send(client, 'approve', etag, body);
    expect([approved.status, approved.body['person']]).toEqual([200, person?.['subject']]);
    await eventually(async () => (await sees(client)) === 'allowed');
    expect(await sees(client, BOB)).toBe('waiting');
  });

  it('refuse, which people are told', async () => {
    const client = await register('Tool');
    await sees(client);
    expect((await send(client, 'refuse', (await look(client)).etag)).body).toMatchObject({
      outcome: 'refused',
    });
    await eventually(async () => (await sees(client)) === 'refused');
  });

  it.each<[string, Record<string, unknown>, Partial<Application>]>([
    ['another name', { client_name: 'Somebody else' }, { name: 'Somebody else' }],
    ['another host', { redirect_uris: ['https://evil.example/'] }, { redirectHosts: ['evil.example'] }],
    [
      'one host more',
      { redirect_uris: [HOST, 'https://evil.example/'] },
      { redirectHosts: ['evil.example', 'host.example'] },
    ],
  ])('are not given to what a document says by the time of the click: %s', async (_name, change, now) => {
    const client = published();
    service.clock.advance(61);
    expect(await sees(client)).toBe('waiting');
    const { etag } = await look(client);
    const path = await waitingPath(service, client.clientId);
    const page = await ada.get(service.issuer + path);
    published(change);
    service.clock.advance(61);
    const before = await everything(service);
    const refused = await send(client, 'approve', etag);
    expect([refused.status, refused.body['current']]).toMatchObject([412, now]);
    const clicked = await ada.send(page, path, { kind: 'this', person: 'all', outcome: 'approved' });
    expect([clicked.status, await everything(service)]).toEqual([409, before]);
    expect(clicked.body).toContain('The application has changed since this page was shown.');
    // What it is now can be decided.
    expect((await send(client, 'approve', refused.headers.get('etag'))).status).toBe(200);
  });

  it('are of nothing while a document is away', async () => {
    const client = published({ client_name: 'Away' });
    service.clock.advance(61);
    await sees(client);
    const { etag } = await look(client);
    documents.answer(DOCUMENT, (_, response) => response.writeHead(404).end());
    service.clock.advance(61);
    expect(await look(client)).toMatchObject({ status: 200, application: null });
    expect((await send(client, 'approve', etag)).status).toBe(409);
    expect(await decisions()).toEqual([]);
  });

  it('are taken by one of two administrators, at whatever doors', async () => {
    const client = await register('Tool');
    await sees(client);
    const { etag } = await look(client);
    const id = await idOf(client);
    const both = await Promise.all([send(client, 'approve', etag), decide(service, ada, client.clientId)]);
    const [rest, page] = both.map(({ status }) => status);
    expect([
      [200, 303],
      [200, 409],
      [409, 303],
      [404, 303],
    ]).toContainEqual([rest, page]);
    expect((await decisions()).length).toBe(1);
    const late = await api(service, token, 'POST', `/waiting/${id}/approve`, {
      body: FOR_ALL,
      headers: { 'if-match': etag },
    });
    expect(late.status).toBe(404);
  });

  it.each(['none', '%00', 'x'.repeat(4_000)])('of nobody at %s are not there', async (id) => {
    const path = `/waiting/${id}`;
    const headers = { 'if-match': '"x"' };
    expect((await api(service, token, 'GET', path)).status).toBe(404);
    const refused = await api(service, token, 'POST', `${path}/refuse`, { body: FOR_ALL, headers });
    expect([refused.status, await decisions()]).toEqual([404, []]);
  });

  it('are withdrawn as they were seen, by the API and on the page', async () => {
    await beforehand({ kind: 'loopback:Tool' });
    const [seen = {}] = await decisions();
    const path = `/decisions/${String(seen['id'])}`;
    const etag = (await api(service, token, 'GET', path)).headers.get('etag') ?? '';
    const takeBack = '/admin/access/applications/take-back';
    const key = { kind: 'loopback:Tool', isClient: 'no', person: '' };
    const page = await ada.get(`${service.issuer}${takeBack}?${String(new URLSearchParams(key))}`);
    await api(service, token, 'DELETE', path, { headers: { 'if-match': etag } });
    await renew();
    await beforehand({ kind: 'loopback:Tool', outcome: 'refused' });
    await renew();
    const before = await everything(service);
    const stale = await api(service, token, 'DELETE', path, { headers: { 'if-match': etag } });
    expect([stale.status, stale.body['current']]).toMatchObject([412, { outcome: 'refused' }]);
    const clicked = await ada.send(page, takeBack, {});
    expect([clicked.status, await everything(service)]).toEqual([409, before]);
    expect(clicked.body).toContain('Somebody has decided anew');
  });

  it.each<[string, string | null, object, number, string]>([
    ['nothing seen', null, {}, 428, 'If-Match'],
    ['whatever it is', '*', {}, 400, 'must have seen it'],
    ['a tag that was made up', '"x"', {}, 412, 'since you looked'],
    ['a kind that it is not of', '', { kind: 'https://host.example/' }, 400, 'not of that kind'],
    ['a person that there is not', '', { person: 'nobody@example.com' }, 400, 'no such person'],
    ['an end that has passed', '', { until: '2020-01-01' }, 400, 'has passed already'],
    ['a person that is left out, which could mean everybody', '', { person: undefined }, 400, 'person must'],
    ['a kind that is left out, which could mean it alone', '', { kind: undefined }, 400, 'kind must'],
    ['a kind with NUL', '', { kind: 'loopback:\0' }, 400, 'cannot be kept'],
    ['an unknown member', '', { force: true }, 400, 'is not known here'],
  ])('are refused with %s, and nothing is decided', async (_name, tag, more, status, sentence) => {
    const client = await register('Tool');
    await sees(client);
    const etag = tag === '' ? (await look(client)).etag : tag;
    const before = await everything(service);
    const answer = await send(client, 'approve', etag, { ...FOR_ALL, ...more });
    expect([answer.status, await everything(service)]).toEqual([status, before]);
    expect(answer.body['detail']).toContain(sentence);
  });
});
