import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import { addPerson, everything } from './support/administration.js';
import { adminToken } from './support/admin-client.js';
import { connectAdminMcp, postTool } from './support/admin-mcp-client.js';
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

  const connect = (token: string) => connectAdminMcp(service, token);

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
    const counted = await call('count_connections', { person: 'member@example.com' });
    expect(counted.value).toMatchObject({ connections: 1, people: 1 });
    const { connections, at } = counted.value ?? {};
    const ended = await call('revoke_connections', { person: 'member@example.com', connections, at });
    expect(ended.value).toEqual({ ended: 1 });
    const event = (await auditEvents(service)).find(({ action }) => action === 'grants.revoke');
    expect(event?.detail).toMatchObject({ via: expect.any(String) });
    await client.close();
  });

  it('asks for the scope of a tool when it is called, and does nothing until then', async () => {
    const token = await adminToken(service, 'admin:read', undefined, mcp);
    const { client, call } = await connect(token);
    const before = await everything(service);
    await expect(call('revoke_connections', { connections: 1 })).rejects.toThrow();
    const refused = await postTool(service, token, 'revoke_connections', { connections: 1 });
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toContain('error="insufficient_scope"');
    expect(refused.headers.get('www-authenticate')).toContain('admin:connections');
    expect(await everything(service)).toBe(before);
    await client.close();
  });

  it('adds a server and lets people in, changes its mind, and takes it away', async () => {
    const all = ALL_ADMIN_SCOPES.join(' ');
    const { client, call } = await connect(await adminToken(service, all, undefined, mcp));
    const identifier = 'https://files.example.com/mcp';
    const definition = { identifier, name: 'Files', scopes: { read: 'Read', write: 'Write' } };
    const added = await call('add_server', definition);
    expect(added.value).toMatchObject({ ...definition, enabled: true, configured: false });
    expect((await call('list_servers')).value?.['servers']).toContainEqual(added.value);
    const changed = await call('change_server', {
      ...definition,
      scopeHierarchy: { write: ['read'] },
      etag: added.value?.['etag'],
    });
    expect(changed.value).toMatchObject({ scopeHierarchy: { write: ['read'] } });
    const checked = await call('check_server', { server: identifier });
    expect(checked.value).toMatchObject({ findings: [{ right: false }] });

    const email = 'member@example.com';
    const tried = async () => (await call('try_access', { email, server: identifier })).value;
    await expect.poll(tried).toMatchObject({ servers: [{ answers: [{ outcome: 'denied' }] }] });
    const words = { name: 'Readers', groups: null, clients: null, until: null };
    const rules = await call('add_rule', { ...words, servers: [{ resource: identifier, scopes: ['read'] }] });
    const [made] = (rules.value?.['rules'] ?? []) as { id: string; etag: string }[];
    const { id, etag } = made ?? {};
    await expect.poll(tried).toMatchObject({
      servers: [{ answers: [{ outcome: 'allowed', scopes: ['read'] }] }],
    });
    const rule = { ...words, id, resource: identifier, scopes: null };
    const changedRule = await call('change_rule', { ...rule, etag });
    await expect.poll(tried).toMatchObject({ servers: [{ answers: [{ scopes: ['read', 'write'] }] }] });
    const stale = await call('remove_rule', { id, etag });
    expect([stale.isError, stale.text]).toEqual([true, expect.stringContaining('"current":')]);
    const removed = await call('remove_rule', { id, etag: changedRule.value?.['etag'] });
    expect(removed.value).toEqual({ removed: true });
    expect((await call('list_rules', { server: identifier })).value).toEqual({ rules: [], more: false });

    const disabled = await call('disable_server', { server: identifier, etag: changed.value?.['etag'] });
    expect(disabled.value).toMatchObject({ enabled: false });
    const enabled = await call('enable_server', { server: identifier, etag: disabled.value?.['etag'] });
    expect(enabled.value).toMatchObject({ enabled: true });

    const keys = (await call('list_keys')).value?.['keys'] as { kid: string; alg: string; etag: string }[];
    const { kid, etag: seen } = keys.find(({ alg }) => alg === 'RS256') ?? {};
    const rotated = await call('rotate_keys', { kid, etag: seen, leaked: false });
    expect(rotated.value).toMatchObject({ alg: 'RS256' });
    await client.close();
  });

  it('approves what waits as it was seen, and a kind before anybody waits', async () => {
    const { client, call } = await connect(await adminToken(service, 'admin:policy', undefined, mcp));
    const waiting = await new ServiceClient(service, `${service.issuer}/admin/api/v1`).register({
      client_name: 'Deployer',
    });
    expect((await waiting.authorize('ada@example.com', 'admin:read')).body).toContain(
      'agree to this application',
    );
    const listed = await call('list_waiting');
    expect(listed.value).toMatchObject({ waiting: [{ kind: 'https://client.example/', name: 'Deployer' }] });
    const [asked] = (listed.value?.['waiting'] ?? []) as { id: string }[];
    const id = asked?.id;
    const one = await call('list_waiting', { id });
    expect(one.value).toMatchObject({ application: { clientId: waiting.clientId } });
    const decision = { waiting: id, kind: null, person: null, until: null };
    const made = await call('approve', { ...decision, etag: '"made-up"' });
    expect([made.isError, made.text]).toEqual([true, expect.stringContaining('Deployer')]);
    const approved = await call('approve', { ...decision, etag: one.value?.['etag'] });
    expect(approved.value).toMatchObject({ outcome: 'approved', clientId: waiting.clientId, person: null });
    const kind = { kind: 'loopback:Claude Code', person: 'member@example.com', until: '2999-12-31' };
    expect((await call('approve', kind)).value).toMatchObject({ outcome: 'approved', kind: kind.kind });
    expect((await call('refuse', { ...kind, kind: 'loopback:Other' })).value).toMatchObject({
      outcome: 'refused',
    });
    await client.close();
  });
});
