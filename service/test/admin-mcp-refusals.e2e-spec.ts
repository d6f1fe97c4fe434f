import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { TOOL_SCOPES, type ToolName } from '../src/admin-api/mcp/tool-scopes.js';
import { AccountChanges } from '../src/people/account-changes.js';
import { User } from '../src/people/entities/user.entity.js';
import { Approvals } from '../src/policy/approvals.js';
import { atPage } from '../src/web/author.js';
import { addPerson, everything, WHATEVER_IT_IS } from './support/administration.js';
import { adminToken, approvedClient } from './support/admin-client.js';
import { connectAdminMcp, postTool } from './support/admin-mcp-client.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const NO_ONE = '00000000-0000-4000-8000-000000000000';
const NOW = '2026-01-01T00:00:00Z';
const LONG = 'x'.repeat(10_000);

/** Tools of people, applications, connections, settings and the audit: who may, what each does, what it is called with here. */
const TOOLS: Partial<
  Record<ToolName, ['auditor' | 'administrator', 'reads' | 'changes' | 'destructive', object]>
> = {
  find_person: ['auditor', 'reads', { search: 'a' }],
  find_client: ['auditor', 'reads', {}],
  list_service_accounts: ['auditor', 'reads', {}],
  get_client: ['auditor', 'reads', { client: NO_ONE }],
  block_client: ['administrator', 'destructive', { client: NO_ONE }],
  unblock_client: ['administrator', 'changes', { client: NO_ONE, updatedAt: NOW }],
  delete_client: ['administrator', 'destructive', { client: NO_ONE, updatedAt: NOW }],
  get_settings: ['auditor', 'reads', {}],
  list_connections: ['auditor', 'reads', {}],
  count_connections: ['auditor', 'reads', {}],
  revoke_connections: ['administrator', 'destructive', { client: 'nobody', connections: 1, at: NOW }],
  end_connection: ['administrator', 'destructive', { grantId: NO_ONE }],
  count_sign_outs: ['auditor', 'reads', {}],
  sign_everyone_out: ['administrator', 'destructive', { disconnect: 'perhaps' }],
  search_audit: ['auditor', 'reads', {}],
};
const NAMES = Object.keys(TOOLS) as ToolName[];

describe('the admin MCP server refuses', () => {
  let service: Standalone;
  let mcp: string;
  let second: string;
  const tokens = new Map<string, string>();

  beforeAll(async () => {
    service = await startStandalone();
    mcp = `${service.issuer}/admin/mcp`;
    await addPerson(service, 'member@example.com', 'member');
    await addPerson(service, 'auditor@example.com', 'auditor');
    second = await addPerson(service, 'second@example.com', 'administrator');
    const all = [...new Set(Object.values(TOOL_SCOPES))].join(' ');
    tokens.set('auditor', await adminToken(service, all, 'auditor@example.com', mcp));
    for (const scope of new Set(Object.values(TOOL_SCOPES)))
      tokens.set(scope, await adminToken(service, scope, undefined, mcp));
  });
  afterAll(() => service.close());

  const ada = async () => {
    const users = service.dataSource.getRepository(User);
    return atPage(await users.findOneByOrFail({ email: ADMINISTRATOR.email }));
  };
  const tokenOf = (name: string) => tokens.get(name) ?? '';
  const stored = async () =>
    JSON.stringify([
      await everything(service),
      await service.dataSource.query<object[]>('SELECT * FROM mcp_auth."oauthApplication" ORDER BY 1'),
    ]);

  it('nobody to know what each tool does before it is called', async () => {
    const { client } = await connectAdminMcp(service, tokenOf('admin:read'));
    const { tools } = await client.listTools();
    await client.close();
    expect(tools.map(({ name, annotations }) => [name, annotations])).toEqual(
      expect.arrayContaining(
        NAMES.map((name) => [
          name,
          {
            readOnlyHint: TOOLS[name]?.[1] === 'reads',
            destructiveHint: TOOLS[name]?.[1] === 'destructive',
            openWorldHint: false,
          },
        ]),
      ),
    );
  });

  it.each(NAMES)(
    '%s to whoever has less, asking for its scope by the challenge, and changes nothing',
    async (name) => {
      const [who, , args] = TOOLS[name] ?? ['administrator', 'reads', {}];
      const scope = TOOL_SCOPES[name];
      const before = await stored();
      for (const [holder, token] of tokens) {
        const response = await postTool(service, token, name, args as Record<string, unknown>);
        const implied = scope === 'admin:read' && holder !== 'admin:audit';
        const may = holder === scope || implied || (holder === 'auditor' && who === 'auditor');
        expect([holder, response.status]).toEqual([holder, may ? 200 : 403]);
        const text = await response.text();
        if (may) expect([holder, text]).not.toEqual([holder, expect.stringContaining('Your role')]);
        else {
          const challenge = response.headers.get('www-authenticate') ?? '';
          for (const words of [
            'error="insufficient_scope"',
            scope,
            '/.well-known/oauth-protected-resource/admin/mcp',
          ])
            expect([holder, challenge]).toEqual([holder, expect.stringContaining(words)]);
        }
      }
      expect(await stored()).toBe(before);
    },
  );

  it.each(NAMES)('%s without a token of its own, and with that of the REST API', async (name) => {
    const rest = await adminToken(service, 'admin:read');
    const before = await stored();
    for (const token of ['', 'x.y.z', rest])
      expect((await postTool(service, token, name, TOOLS[name]?.[2] as Record<string, unknown>)).status).toBe(
        401,
      );
    expect(await stored()).toBe(before);
  });

  it.each(['member@example.com', 'auditor@example.com'])(
    '%s, who asks to change something',
    async (email) => {
      const client = await approvedClient(service, mcp);
      const page = await client.authorize(email, 'admin:clients');
      expect(page.body).toContain('may not administer this service');
    },
  );

  it('a role that was lost in the middle, at the next call', async () => {
    const token = await adminToken(service, 'admin:clients', 'second@example.com', mcp);
    const { client, call } = await connectAdminMcp(service, token);
    const app = await new ServiceClient(service, service.mcpUrl).register();
    const changes = service.application.get(AccountChanges);
    await changes.setRole(await ada(), second, 'auditor', WHATEVER_IT_IS);
    const before = await stored();
    const refused = await call('block_client', { client: app.clientId });
    expect(refused).toMatchObject({ isError: true, text: 'Your role does not allow this any more.' });
    expect(await stored()).toBe(before);
    expect((await call('find_client')).isError).toBe(false);
    const event = (await auditEvents(service)).findLast(({ action }) => action === 'administration');
    expect(event).toMatchObject({ outcome: 'refused', userId: second, detail: { route: 'block_client' } });
    await changes.setRole(await ada(), second, 'member', WHATEVER_IT_IS);
    expect((await postTool(service, token, 'find_client')).status).toBe(403);
    await client.close();
  });

  it('a client that registered itself, until an administrator agrees, and again when they take it back', async () => {
    const client = await new ServiceClient(service, mcp).register();
    const page = await client.authorize(ADMINISTRATOR.email, 'admin:read');
    expect(page.body).toContain('An administrator must agree to this application first');
    const approved = await approvedClient(service, mcp);
    const { access_token: token, refresh_token: refresh } = await approved.tokens(
      ADMINISTRATOR.email,
      'admin:read',
    );
    expect((await postTool(service, token, 'find_client')).status).toBe(200);
    const decision = { kind: approved.clientId, isClient: true, userId: '' };
    await service.application.get(Approvals).takeBack(decision, () => {}, await ada());
    await eventually(async () => (await postTool(service, token, 'find_client')).status === 401);
    expect((await approved.refresh(refresh)).body.error).toBe('invalid_grant');
  });

  it.each<[string, ToolName, Record<string, unknown>]>([
    ['a search of 10,000 characters', 'find_client', { search: LONG }],
    ['a search with NUL', 'find_client', { search: '\0' }],
    ['a search with half a character', 'find_client', { search: '\ud800' }],
    ['a search that is a list', 'find_client', { search: ['a'] }],
    ['a kind that there is not', 'find_client', { kind: 'robots' }],
    ['an id of 10,000 characters', 'get_client', { client: LONG }],
    ['an id with NUL', 'block_client', { client: '\0' }],
    ['an id of nothing', 'block_client', { client: '' }],
    ['no id', 'block_client', {}],
    ['a change of what nobody has looked at', 'delete_client', { client: NO_ONE }],
    ['a week', 'delete_client', { client: NO_ONE, updatedAt: '2026-W01-1' }],
    ['a person of 10,000 characters', 'list_connections', { person: LONG }],
    ['a person of nothing', 'count_connections', { person: '' }],
    ['a server with half a character', 'list_connections', { server: 'https://\udc00' }],
    ['a time that nobody asks for', 'count_connections', { unused: 7 }],
    ['a filter that there is not', 'revoke_connections', { connections: 9, at: NOW, email: 'a@example.com' }],
    ['a filter of which nothing is counted', 'count_connections', { user: NO_ONE }],
    ['no number', 'revoke_connections', { at: NOW }],
    ['half a number', 'revoke_connections', { connections: 0.5, at: NOW }],
    ['a number of text', 'revoke_connections', { connections: '1', at: NOW }],
    ['no time', 'revoke_connections', { connections: 1 }],
    ['everybody without a number', 'sign_everyone_out', { disconnect: true }],
    ['everybody without a time', 'sign_everyone_out', { disconnect: true, connections: 9 }],
    ['everybody by a count of long ago', 'sign_everyone_out', { disconnect: true, connections: 9, at: NOW }],
    ['a grant that is none', 'end_connection', { grantId: 'x' }],
    ['a grant with a statement in it', 'end_connection', { grantId: `${NO_ONE}' OR true --` }],
  ])('%s, as an error of the tool, and changes nothing', async (_what, name, args) => {
    const { client, call } = await connectAdminMcp(service, tokenOf(TOOL_SCOPES[name]));
    const before = await stored();
    const { isError, text } = await call(name, args);
    expect([isError, text]).toEqual([true, expect.not.stringContaining('Something is wrong')]);
    expect(await stored()).toBe(before);
    await client.close();
  });

  it.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z'])(
    'nothing of %s, a time before all, and ends nothing by it',
    async (at) => {
      const { client, call } = await connectAdminMcp(service, tokenOf('admin:connections'));
      const { value } = await call('revoke_connections', { connections: 9, at });
      expect(value).toEqual({ ended: 0 });
      await client.close();
    },
  );
});
