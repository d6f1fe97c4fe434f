import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson, everything } from './support/administration.js';
import { adminToken } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

describe('the admin MCP server', () => {
  let service: Standalone;
  let mcp: string;

  beforeAll(async () => {
    service = await startStandalone();
    mcp = `${service.issuer}/admin/mcp`;
    await addPerson(service, 'member@example.com', 'member');
    await addPerson(service, 'auditor@example.com', 'auditor');
  });
  afterAll(() => service.close());

  const connect = async (token: string) => {
    const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode: 'auto' } });
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(mcp), { requestInit }));
    const call = async (name: string, args: Record<string, unknown> = {}) => {
      const { content, isError = false } = await client.callTool({ name, arguments: args });
      const [{ text = '' } = {}] = content as { text?: string }[];
      return { isError, text, value: isError ? null : (JSON.parse(text) as Record<string, unknown>) };
    };
    return { client, call };
  };

  it('finds a person, and ends what they have connected, with the audit naming both', async () => {
    const { client, call } = await connect(
      await adminToken(service, 'admin:read admin:connections', undefined, mcp),
    );
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('revoke_connections');
    expect(tools.find(({ name }) => name === 'revoke_connections')?.annotations).toMatchObject({
      destructiveHint: true,
      readOnlyHint: false,
    });
    const app = await new ServiceClient(service, service.mcpUrl).register();
    await app.tokens('member@example.com', 'mcp:tools');
    const found = await call('find_person', { search: 'member@' });
    expect(found.value).toMatchObject({ people: [{ email: 'member@example.com' }] });
    const listed = await call('list_connections', { person: 'member@example.com' });
    expect(listed.value).toMatchObject({ connections: [{ clientId: app.clientId }] });
    const reach = await call('list_rules', { server: service.mcpUrl });
    expect(reach.value).toMatchObject({ rules: [{ resource: service.mcpUrl, groups: null, id: null }] });
    const ended = await call('revoke_connections', { person: 'member@example.com' });
    expect(ended.value).toEqual({ ended: 1, left: 0 });
    const event = (await auditEvents(service)).find(({ action }) => action === 'account.disconnect');
    expect(event?.detail).toMatchObject({ via: expect.any(String) });
    await client.close();
  });

  it('asks for the scope of a tool when it is called, and does nothing until then', async () => {
    const token = await adminToken(service, 'admin:read', undefined, mcp);
    const { client, call } = await connect(token);
    const before = await everything(service);
    await expect(call('revoke_connections', { person: 'member@example.com' })).rejects.toThrow();
    const refused = await fetch(mcp, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({
        jsonrpc: '2.0',
        id: 1,
        method: 'tools/call',
        params: { name: 'revoke_connections', arguments: { person: 'member@example.com' } },
      }),
    });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(refused.headers.get('www-authenticate')).toContain('admin:connections');
    expect(await everything(service)).toBe(before);
    await client.close();
  });
});
