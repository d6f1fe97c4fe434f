import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/support/free-port.js';
import { addPerson } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { connectAdminMcp, postTool } from './support/admin-mcp-client.js';
import { openApi } from './support/documented.js';
import { generateClient } from './support/generated-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

describe('administration by programs at a service whose issuer has a path', () => {
  let service: Standalone;

  beforeAll(async () => {
    const port = String(await freePort());
    service = await startStandalone({ PORT: port, MCP_AUTH_ISSUER: `http://localhost:${port}/auth` });
    await addPerson(service, 'member@example.com', 'member');
  });
  afterAll(() => service.close());

  const metadataOf = async (challenge: string | null) => {
    const url = /resource_metadata="([^"]+)"/.exec(challenge ?? '')?.[1] ?? '';
    return [url, await (await fetch(url)).json()] as [string, Record<string, unknown>];
  };

  it('leads to its metadata, which names the API and the authorization server below the path (RFC 9728 §3.1)', async () => {
    const { port } = new URL(service.issuer);
    for (const [path, challenge] of [
      ['/admin/api/v1', (await api(service, null, 'GET', '/people')).headers.get('www-authenticate')],
      ['/admin/mcp', (await postTool(service, '', 'find_client')).headers.get('www-authenticate')],
    ] as const) {
      const [url, metadata] = await metadataOf(challenge);
      expect(url).toBe(`http://localhost:${port}/.well-known/oauth-protected-resource/auth${path}`);
      expect(metadata).toMatchObject({
        resource: `${service.issuer}${path}`,
        authorization_servers: [service.issuer],
      });
    }
  });

  it('describes operations where they are', async () => {
    const document = await openApi(service);
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => [method.toUpperCase(), path] as const),
    );
    const [{ url } = { url: '' }] = (document as unknown as { servers: { url: string }[] }).servers;
    for (const [method, path] of operations) {
      const { status } = await fetch(`${url}${path}`.replace('{id}', 'x'), { method });
      expect([method, path, status]).toEqual([
        method,
        expect.stringMatching(/^\/auth\/admin\/api\/v1\//),
        401,
      ]);
      const root = await fetch(`${url}${path.replace('/auth', '')}`, { method });
      expect([method, path, root.status]).toEqual([method, path, 404]);
    }
  });

  it('is driven by a generated client and by the MCP SDK', async () => {
    const client = await generateClient(service, await adminToken(service, 'admin:people admin:clients'));
    const { data } = await client.run('listPeople', { query: { search: 'member' } });
    expect(data).toMatchObject({ items: [{ email: 'member@example.com' }] });
    const invited = await client.run('invite', { body: { email: 'new@example.com', role: 'member' } });
    expect(invited.data?.['link']).toContain(`${service.issuer}/invitation?token=`);
    await client.close();
    const token = await adminToken(service, 'admin:read', undefined, `${service.issuer}/admin/mcp`);
    const mcp = await connectAdminMcp(service, token);
    expect((await mcp.call('find_person', { search: 'member' })).value).toMatchObject({
      people: [{ email: 'member@example.com' }],
    });
    await mcp.client.close();
  });
});
