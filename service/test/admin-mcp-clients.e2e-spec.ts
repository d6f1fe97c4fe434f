import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { addPerson, everything } from './support/administration.js';
import { adminToken } from './support/admin-client.js';
import { connectAdminMcp } from './support/admin-mcp-client.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

type Connected = Awaited<ReturnType<typeof connectAdminMcp>>;

describe('the admin MCP server, about applications and connections', () => {
  let service: Standalone;
  let mcp: Connected;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, 'carol@example.com', 'member');
    await addPerson(service, 'dave@example.com', 'member');
    const at = `${service.issuer}/admin/mcp`;
    mcp = await connectAdminMcp(
      service,
      await adminToken(service, 'admin:clients admin:connections', undefined, at),
    );
  });
  afterAll(async () => {
    await mcp.client.close();
    await service.close();
  });

  const call: Connected['call'] = (name, args) => mcp.call(name, args);
  const connected = async (name: string, email = 'carol@example.com') => {
    const app = await new ServiceClient(service, service.mcpUrl).register({ client_name: name });
    const tokens = await app.tokens(email, 'mcp:tools');
    return { app, works: async () => (await app.refresh(tokens.refresh_token)).status === 200 };
  };
  const stored = () =>
    service.dataSource.query<object[]>('SELECT * FROM mcp_auth."oauthApplication" ORDER BY 1');
  const lastOf = async (action: string) =>
    (await auditEvents(service)).findLast((event) => event.action === action);

  it('finds an application by name, says all about it by its id or its client_id, and shows no secret', async () => {
    const { app } = await connected('Notes');
    const { clientId } = app;
    const { value: found } = await call('find_client', { search: 'notes', kind: 'registered' });
    expect(found).toMatchObject({ clients: [{ clientId, redirectHosts: ['client.example'] }], count: 1 });
    const [{ id } = { id: '' }] = (found?.['clients'] ?? []) as { id: string }[];
    const { value: one } = await call('get_client', { client: id });
    expect(one).toMatchObject({ clientId, connections: 1, people: 1, blocked: false });
    expect((await call('get_client', { client: clientId })).value).toEqual(one);
    expect((await call('find_client', { state: 'blocked' })).value).toMatchObject({ clients: [] });
    expect((await call('list_service_accounts')).value).toMatchObject({ clients: [] });
    const { tools } = await mcp.client.listTools();
    expect(tools.filter(({ name }) => name.includes('secret'))).toEqual([]);
  });

  it('blocks, unblocks and deletes what was seen, and nothing that has changed since', async () => {
    const { app, works } = await connected('Rogue');
    const client = app.clientId;
    const { value: seen } = await call('get_client', { client });
    service.clock.advance(1);
    const { value: blocked } = await call('block_client', { client });
    expect(blocked).toMatchObject({ blocked: true, connections: 0 });
    expect(await works()).toBe(false);
    expect(await lastOf('client.block')).toMatchObject({
      clientId: client,
      detail: { grants: 1, via: expect.any(String) as string },
    });
    const before = await stored();
    for (const tool of ['unblock_client', 'delete_client']) {
      const late = await call(tool, { client, updatedAt: seen?.['updatedAt'] });
      expect([tool, late.isError, late.text]).toEqual([
        tool,
        true,
        expect.stringMatching(/was blocked meanwhile.*Nothing was done/),
      ]);
    }
    expect(await stored()).toEqual(before);
    service.clock.advance(1);
    const { value: allowed } = await call('unblock_client', { client, updatedAt: blocked?.['updatedAt'] });
    expect(allowed).toMatchObject({ blocked: false });
    const gone = await call('delete_client', { client, updatedAt: allowed?.['updatedAt'] });
    expect(gone.value).toEqual({ deleted: client });
    const none = await call('get_client', { client });
    expect([none.isError, none.text]).toEqual([true, 'There is no such application any more.']);
  });

  it('ends many with the number named, and none when they are more by now', async () => {
    const first = await connected('Fleet');
    const second = await connected('Fleet', 'dave@example.com');
    const other = await connected('Other');
    const filters = { client: 'fleet', server: service.mcpUrl, scope: 'mcp:tools' };
    const { value: list } = await call('list_connections', filters);
    expect(list).toMatchObject({ count: 2, more: false });
    const { value: counted } = await call('count_connections', filters);
    expect(counted).toMatchObject({ connections: 2, people: 2 });
    const before = await everything(service);
    const refused = await call('revoke_connections', {
      ...filters,
      ...counted,
      connections: 1,
      people: undefined,
    });
    expect([refused.isError, refused.text]).toEqual([true, expect.stringContaining('Nothing was ended')]);
    expect(await everything(service)).toBe(before);
    const ended = await call('revoke_connections', { ...filters, connections: 2, at: counted?.['at'] });
    expect(ended.value).toEqual({ ended: 2 });
    await eventually(async () => !(await first.works()));
    expect([await second.works(), await other.works()]).toEqual([false, true]);
    expect(await lastOf('grants.revoke')).toMatchObject({
      resource: service.mcpUrl,
      detail: { grants: 2, client: 'fleet', scope: 'mcp:tools' },
    });
  });

  it('ends one', async () => {
    const { app, works } = await connected('Single');
    const { value } = await call('list_connections', { client: app.clientId, person: 'carol@example.com' });
    const [{ grantId } = { grantId: '' }] = (value?.['connections'] ?? []) as { grantId: string }[];
    expect((await call('end_connection', { grantId })).value).toEqual({ ended: 1 });
    await eventually(async () => !(await works()));
    const again = await call('end_connection', { grantId });
    expect([again.isError, again.text]).toEqual([true, 'There is no such connection any more.']);
  });
});
