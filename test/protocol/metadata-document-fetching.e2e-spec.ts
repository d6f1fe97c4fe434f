import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { DocumentServer } from '../support/document-server.js';
import { eventually } from '../support/eventually.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe('fetching Client ID Metadata Documents', () => {
  let first: TestService;
  let documents: DocumentServer;
  let path: string;
  let client: OAuthTestClient;

  beforeAll(async () => {
    first = await startService();
  });
  afterAll(() => first.close());
  beforeEach(async () => {
    // A server of its own for each test: what is fetched from one origin is limited.
    await documents?.close();
    documents = await DocumentServer.start();
    path = `/${randomUUID()}/client.json`;
    documents.serve(path, documents.client(path));
    client = clientOf(path);
  });
  afterAll(() => documents.close());

  const clientOf = (at: string) => {
    const known = new OAuthTestClient(first);
    known.credentials = { client_id: documents.url(at) };
    return known;
  };

  it('are kept as their headers say, a minute at least (RFC 9111 §4.2)', async () => {
    documents.serve(path, documents.client(path), { 'cache-control': 'no-store' });
    const fetched = async (times: number) => {
      await client.authorize();
      await client.refresh('unknown');
      expect(documents.requests).toHaveLength(times);
    };
    await fetched(1);
    first.clock.advance(59);
    await fetched(1);
    first.clock.advance(2);
    documents.serve(path, documents.client(path), { 'cache-control': 'max-age=600' });
    await fetched(2);
    first.clock.advance(599);
    await fetched(2);
    first.clock.advance(2);
    documents.serve(path, documents.client(path), { 'cache-control': 'max-age=31536000' });
    await fetched(3);
    first.clock.advance(86_399);
    await fetched(3);
    first.clock.advance(2);
    await fetched(4);
  });

  it('are fetched once however many ask', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => client.authorize()));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([303]));
    expect(documents.requests).toEqual([path]);
  });

  it('are not asked for again and again when they are broken', async () => {
    documents.serve(path, 'broken', { 'content-type': 'text/html' });
    for (let run = 0; run < 5; run++) expect((await client.authorize()).status).toBe(400);
    expect(documents.requests).toEqual([path]);
    documents.serve(path, documents.client(path));
    first.clock.advance(11);
    expect((await client.authorize()).status).toBe(303);
  });

  it('of one host connect however many there are, and are not shut out by some that are missing', async () => {
    for (let index = 0; index < 35; index++) {
      const at = `/many/${index}.json`;
      documents.serve(at, documents.client(at));
      expect((await clientOf(at).authorize()).status).toBe(303);
    }
    for (let index = 0; index < 31; index++)
      expect((await clientOf(`/missing/${index}.json`).authorize()).status).toBe(400);
    documents.serve('/late.json', documents.client('/late.json'));
    expect((await clientOf('/late.json').authorize()).status).toBe(303);
  });

  it('that are larger than 5 kB are refused (draft-ietf-oauth-client-id-metadata-document-02 §6.6)', async () => {
    documents.serve(path, documents.client(path, { padding: 'x'.repeat(5_000) }));
    expect((await client.authorize()).status).toBe(400);
  });

  it('that are known are not shut out by any number that are never answered', async () => {
    const tokens = await client.tokens();
    first.clock.advance(61);
    const hosts = await Promise.all(Array.from({ length: 3 }, () => DocumentServer.start()));
    const hanging = hosts.flatMap((host) =>
      Array.from({ length: 5 }, (_, index) => {
        const at = `/hanging/${index}.json`;
        host.answer(at, () => undefined);
        const slow = new OAuthTestClient(first);
        slow.credentials = { client_id: host.url(at) };
        return slow.authorize();
      }),
    );
    await eventually(() => hosts.every(({ requests }) => requests.length > 0));
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
    expect(documents.requests.filter((each) => each === path).length).toBeGreaterThan(1);
    expect(new Set((await Promise.all(hanging)).map(({ status }) => status))).toEqual(new Set([503]));
    await Promise.all(hosts.map((host) => host.close()));
  });

  it('are those that a person last consented to when a replica that has just started cannot reach them', async () => {
    const tokens = await client.tokens();
    documents.answer(path, (request) => request.socket.destroy());
    const replica = await startService({ instanceOf: first });
    const refreshed = await client.refresh(tokens.refresh_token, {}, replica);
    // The embedded database has room for one instance.
    if (first.database.url) expect(refreshed.status).toBe(200);
    first.clock.advance(86_401);
    const refused = await client.refresh(refreshed.body.refresh_token, {}, replica);
    if (first.database.url)
      expect([refused.status, refused.body.error]).toEqual([503, 'temporarily_unavailable']);
    await replica.close();
  });

  it.each([
    ['a name that nobody knows', 'https://nobody.invalid/client.json'],
    ['a private address', 'https://10.0.0.1/client.json'],
    ['the address of a cloud', 'https://169.254.169.254/client.json'],
  ])('at %s are a page with status 400, in the same words', async (_, id) => {
    const stranger = new OAuthTestClient(first);
    stranger.credentials = { client_id: id };
    const before = await first.snapshot();
    const page = await stranger.authorize();
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.body).toContain('It is not at a public address.');
    const token = await stranger.refresh('unknown');
    expect([token.status, token.body.error]).toEqual([401, 'invalid_client']);
    expect(await first.snapshot()).toEqual(before);
  });

  it.each([
    [404, 'invalid_client'],
    [410, 'invalid_client'],
  ])('stop a client with a %i at once', async (status, error) => {
    const tokens = await client.tokens();
    documents.answer(path, (_, response) => response.writeHead(status).end());
    first.clock.advance(61);
    const refused = await client.refresh(tokens.refresh_token);
    expect([refused.status, refused.body.error]).toEqual([401, error]);
    expect((await client.authorize()).status).toBe(400);
  });

  it.each([
    ['the server fails', 500],
    ['nobody answers', 0],
  ])('serve for a day while %s, and no longer', async (_, status) => {
    const tokens = await client.tokens();
    documents.answer(path, (request, response) =>
      status ? response.writeHead(status).end() : request.socket.destroy(),
    );
    first.clock.advance(86_000);
    const refreshed = await client.refresh(tokens.refresh_token);
    expect(refreshed.status).toBe(200);
    first.clock.advance(500);
    const refused = await client.refresh(refreshed.body.refresh_token);
    expect([refused.status, refused.body.error, refused.headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '1',
    ]);
    documents.serve(path, documents.client(path));
    first.clock.advance(11);
    expect((await client.refresh(refreshed.body.refresh_token)).status).toBe(200);
  });
});

describe('Client ID Metadata Documents by the rules of the options', () => {
  it('are not taken when they are turned off', async () => {
    const documents = await DocumentServer.start();
    documents.serve('/client.json', documents.client('/client.json'));
    const service = await startService({ clientDocuments: { enabled: false, allowLoopback: true } });
    const metadata = await fetch(`${service.origin}/.well-known/oauth-authorization-server`);
    expect(await metadata.json()).toMatchObject({ client_id_metadata_document_supported: false });
    const client = new OAuthTestClient(service);
    client.credentials = { client_id: documents.url('/client.json') };
    expect((await client.authorize()).status).toBe(400);
    expect(documents.requests).toEqual([]);
    await service.close();
    await documents.close();
  });

  it.each<[string, object, string[], string[]]>([
    [
      'nothing private',
      {},
      [],
      ['https://127.0.0.1/c.json', 'https://10.0.0.1/c.json', 'https://[::1]/c.json'],
    ],
    ['no loopback', { allowLoopback: false }, [], ['LOOPBACK']],
    ['nobody denied', { allowLoopback: true, deniedDomains: ['127.0.0.1'] }, [], ['LOOPBACK']],
    [
      'nobody but the allowed',
      { allowLoopback: true, allowedDomains: ['app.example.com', '.example.org'] },
      [],
      ['LOOPBACK'],
    ],
    [
      'who is allowed',
      { allowLoopback: true, allowedDomains: ['127.0.0.1'] },
      ['LOOPBACK'],
      ['https://example.com/c.json'],
    ],
  ])('let in %s', async (_, clientDocuments, admitted, refused) => {
    const documents = await DocumentServer.start();
    documents.serve('/client.json', documents.client('/client.json'));
    const service = await startService({ clientDocuments });
    const status = async (id: string) => {
      const client = new OAuthTestClient(service);
      client.credentials = { client_id: id === 'LOOPBACK' ? documents.url('/client.json') : id };
      return (await client.authorize()).status;
    };
    for (const id of admitted) expect(await status(id)).toBe(303);
    const before = documents.requests.length;
    for (const id of refused) expect([400, 401]).toContain(await status(id));
    expect(documents.requests).toHaveLength(before);
    await service.close();
    await documents.close();
  });
});
