import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Approvals } from '../src/policy/approvals.js';
import { AccessRules } from '../src/policy/access-rules.js';
import { ServerChanges } from '../src/servers/server-changes.js';
import { adminToken, api } from './support/admin-client.js';
import { connectAdminMcp } from './support/admin-mcp-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const MANY = 45;

describe('lists of the admin API and its tools', () => {
  let service: Standalone;
  let token: string;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_CLIENT_POLICY: 'approval' });
    token = await adminToken(service, 'admin:read');
    const [row] = await service.dataSource.query<{ id: string }[]>(
      'SELECT id FROM mcp_auth."user" WHERE email = $1',
      [ADMINISTRATOR.email],
    );
    const scopes = ['admin:policy', 'admin:servers'] as const;
    const author = { userId: row?.id ?? '', clientId: null, scopes };
    const resource = service.mcpUrl;
    for (let number = 0; number < MANY; number++) {
      const name = `Rule ${number}`;
      const words = { name, groups: null, clients: null, until: null };
      await service.application
        .get(AccessRules)
        .add({ ...words, servers: [{ resource, scopes: null }] }, author);
      const server = {
        identifier: `https://s${number}.example.com/mcp`,
        name: `Server ${number}`,
        scopes: {},
      };
      await service.application.get(ServerChanges).add(author, server);
      const decision = { outcome: 'approved', person: null, until: null } as const;
      await service.application.get(Approvals).decideBeforehand(`loopback:Tool ${number}`, decision, author);
    }
  });
  afterAll(() => service.close());

  const pages = async (path: string) => {
    const found: Record<string, unknown>[][] = [];
    let cursor: string | null = '';
    while (cursor !== null && found.length < 9) {
      const query: string = cursor === '' ? '' : `?${new URLSearchParams({ cursor }).toString()}`;
      const { body } = await api(service, token, 'GET', path + query);
      const { items, next } = body as { items: Record<string, unknown>[]; next: string | null };
      found.push(items);
      cursor = next;
    }
    return found;
  };

  it.each([
    ['/rules', 'name', 'Rule'],
    ['/servers', 'name', 'Server'],
    ['/decisions', 'kind', 'loopback:Tool'],
  ])('of %s have pages of forty at most, with everything on one of them', async (path, member, word) => {
    const found = await pages(path);
    expect(found.length).toBe(2);
    expect(found[0]).toHaveLength(40);
    const names = found.flat().map((item) => item[member]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(Array.from({ length: MANY }, (_, number) => `${word} ${number}`)),
    );
    const wrong = await api(service, token, 'GET', `${path}?cursor=x`);
    expect(wrong.body).toMatchObject({ status: 400, errors: [{ parameter: 'cursor' }] });
  });

  it.each([
    ['list_rules', 'rules', 'Rule 44'],
    ['list_servers', 'servers', 'Server 44'],
  ])(
    'of %s say whether there are more, and are narrowed by a part of the name',
    async (tool, member, search) => {
      const reader = await adminToken(service, 'admin:read', undefined, `${service.issuer}/admin/mcp`);
      const { client, call } = await connectAdminMcp(service, reader);
      const all = (await call(tool)).value;
      expect([all?.['more'], all?.[member]]).toEqual([true, expect.any(Array)]);
      expect(all?.[member]).toHaveLength(40);
      const one = (await call(tool, { search })).value;
      expect([one?.['more'], one?.[member]]).toEqual([false, [expect.objectContaining({ name: search })]]);
      await client.close();
    },
  );
});
