import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TOOL_SCOPES, type ToolName } from '../src/admin-api/mcp/tool-scopes.js';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import { User } from '../src/people/entities/user.entity.js';
import { addPerson, everything, signedIn } from './support/administration.js';
import { adminToken } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const AUDITOR = 'auditor@example.com';
const SECOND = 'second@example.com';
const ID = '00000000-0000-4000-8000-000000000000';
const FILES = 'https://files.example.com/mcp';
const WORDS = { name: 'A', groups: null, clients: null, until: null };
const DECISION = { kind: 'loopback:Tool', person: null, until: null };

type Reading = 'admin:read' | 'admin:audit';
/** Those that change something: a new one has its line here. */
type Changing = {
  [Name in ToolName]: (typeof TOOL_SCOPES)[Name] extends Reading ? never : Name;
}[ToolName];

/** What each could do harm with. */
const INPUTS: Record<Changing, Record<string, unknown>> = {
  block_client: { client: ID },
  unblock_client: { client: ID, updatedAt: '2026-11-30T08:00:00Z' },
  delete_client: { client: ID, updatedAt: '2026-11-30T08:00:00Z' },
  end_connection: { grantId: ID },
  revoke_connections: { person: AUDITOR, connections: 0, at: '2026-11-30T08:00:00Z' },
  sign_everyone_out: { disconnect: true, connections: 9, at: '2026-11-30T08:00:00Z' },
  add_rule: { ...WORDS, servers: [{ resource: 'MCP', scopes: null }] },
  change_rule: { ...WORDS, id: ID, etag: '"x"', resource: 'MCP', scopes: null },
  remove_rule: { id: ID, etag: '"x"' },
  add_server: { identifier: FILES, name: 'Files', scopes: {} },
  change_server: { identifier: 'MCP', name: 'Files', scopes: {}, etag: '"x"' },
  disable_server: { server: 'MCP', etag: '"x"' },
  enable_server: { server: 'MCP', etag: '"x"' },
  rotate_keys: { kid: 'KEY', leaked: true, etag: '"x"' },
  approve: DECISION,
  withdraw_decision: { id: 'x', etag: '"x"' },
  disable_person: { id: ID, etag: '"x"' },
  sign_out_person: { id: ID },
  refuse: DECISION,
};
const TOOLS = Object.entries(TOOL_SCOPES);
const READS = ['admin:read', 'admin:audit'];
const CHANGES = TOOLS.filter(([, scope]) => !READS.includes(scope));

interface Listed {
  tools: { name: string; description: string; annotations: Record<string, boolean> }[];
}

describe('the tools of the admin MCP server', () => {
  let service: Standalone;
  let mcp: string;
  let reader: string;
  let auditor: string;
  let second: string;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_CLIENT_POLICY: 'approval' });
    mcp = `${service.issuer}/admin/mcp`;
    await addPerson(service, AUDITOR, 'auditor');
    await addPerson(service, SECOND, 'administrator');
    const all = ALL_ADMIN_SCOPES.join(' ');
    reader = await adminToken(service, 'admin:read admin:audit', undefined, mcp);
    auditor = await adminToken(service, all, AUDITOR, mcp);
    second = await adminToken(service, all, SECOND, mcp);
  });
  afterAll(() => service.close());
  beforeEach(() =>
    service.dataSource.getRepository(User).update({ email: SECOND }, { role: 'administrator' }),
  );

  const send = async (token: string, method: string, params: object) => {
    const response = await fetch(mcp, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const text = await response.text();
    const [, data = text] = /^data: (.*)$/m.exec(text) ?? [];
    return { response, body: JSON.parse(data) as { result?: unknown; error?: { message: string } } };
  };
  const call = async (token: string, name: string, input: object = {}) => {
    const [key] = await service.dataSource.query<{ kid: string }[]>(
      'SELECT "kid" FROM mcp_auth."signingKey"',
    );
    const text = JSON.stringify(input)
      .replace('"MCP"', JSON.stringify(service.mcpUrl))
      .replace('KEY', key?.kid ?? '');
    const sent = await send(token, 'tools/call', { name, arguments: JSON.parse(text) as object });
    const result = sent.body.result as { isError?: boolean; content: [{ text: string }] } | undefined;
    return {
      ...sent,
      isError: result?.isError ?? sent.body.error !== undefined,
      text: result?.content[0].text,
    };
  };

  it('are all listed for everybody, and say which of them end something', async () => {
    const { tools } = (await send(reader, 'tools/list', {})).body.result as Listed;
    expect(new Set(tools.map(({ name }) => name))).toEqual(new Set(Object.keys(TOOL_SCOPES)));
    const isOf = (hint: string) =>
      new Set(tools.filter((tool) => tool.annotations[hint]).map(({ name }) => name));
    const reads = TOOLS.filter(([, scope]) => READS.includes(scope)).map(([name]) => name);
    expect(isOf('readOnlyHint')).toEqual(new Set(reads));
    for (const name of [
      'change_rule',
      'remove_rule',
      'change_server',
      'disable_server',
      'refuse',
      'rotate_keys',
      'withdraw_decision',
      'disable_person',
      'sign_out_person',
    ])
      expect(isOf('destructiveHint')).toContain(name);
    for (const name of ['add_rule', 'add_server', 'enable_server', 'approve'])
      expect(isOf('destructiveHint')).not.toContain(name);
    // What hosts of strangers answer is theirs.
    const open = ['check_server', 'try_access', 'list_waiting', 'approve', 'refuse'];
    expect(isOf('openWorldHint')).toEqual(new Set(open));
  });

  it.each(Object.entries(INPUTS).filter(([, input]) => 'etag' in input))(
    '%s takes the one etag of what was seen, and neither any nor a list',
    async (name, input) => {
      const before = await everything(service);
      for (const etag of ['*', ' * ', '"a", "b"', 'W/"a"', 'a']) {
        const { isError, text, body } = await call(second, name, { ...input, etag });
        expect([name, etag, isError, text ?? JSON.stringify(body)]).toEqual([
          name,
          etag,
          true,
          expect.stringContaining('the one `etag` of what you have seen'),
        ]);
      }
      expect(await everything(service)).toBe(before);
    },
  );

  it.each(CHANGES)(
    '%s asks for %s by a challenge, and is nothing for an auditor (RFC 6750 §3.1)',
    async (name, scope) => {
      for (const token of [reader, auditor]) {
        const before = await everything(service);
        const { response } = await call(token, name, INPUTS[name as Changing]);
        expect([response.status, await everything(service)]).toEqual([403, before]);
        const challenge = response.headers.get('www-authenticate');
        expect(challenge).toContain('error="insufficient_scope"');
        expect(challenge).toContain(scope);
      }
    },
  );

  it.each(CHANGES)('%s is refused at the next call once its role is lost', async (name) => {
    await service.dataSource.getRepository(User).update({ email: SECOND }, { role: 'auditor' });
    const before = await everything(service);
    const { isError, text } = await call(second, name, INPUTS[name as Changing]);
    expect([isError, text]).toEqual([true, 'Your role does not allow this any more.']);
    expect(await everything(service)).toBe(before);
    const event = (await auditEvents(service)).findLast(({ action }) => action === 'administration');
    expect(event).toMatchObject({ outcome: 'refused', detail: { route: name } });
  });

  it.each(['list_rules', 'list_servers', 'list_keys', 'list_waiting', 'list_decisions', 'list_providers'])(
    '%s is for an auditor, too',
    async (name) => {
      expect((await call(auditor, name)).isError).toBe(false);
    },
  );

  it('take a decision back as it was seen, and the next says that it is gone', async () => {
    // What is for everybody would end every token with it, the one that is used here too.
    await addPerson(service, 'asker@example.com', 'member');
    const decided = await call(second, 'approve', { ...DECISION, person: 'asker@example.com' });
    expect(decided.isError).toBe(false);
    const list = async () =>
      (
        JSON.parse((await call(second, 'list_decisions', { search: 'TOOL' })).text ?? '') as {
          decisions: { id: string; kind: string; etag: string }[];
        }
      ).decisions;
    const [seen] = await list();
    expect(seen).toMatchObject({ kind: 'loopback:Tool', atPage: false });
    const { id, etag } = seen ?? { id: '', etag: '' };
    expect((await call(second, 'withdraw_decision', { id, etag: '"x"' })).text).toContain('"current":{');
    expect((await call(second, 'withdraw_decision', { id, etag })).text).toBe('{"withdrawn":true}');
    expect((await call(second, 'withdraw_decision', { id, etag })).text).toContain('no such decision');
    expect(await list()).toEqual([]);
    const events = await auditEvents(service);
    expect(events.findLast(({ action }) => action === 'client.take-back')).toMatchObject({
      outcome: 'success',
      detail: { via: expect.any(String) as string },
    });
  });

  it('lead a leaver out: sign them out, and disable the account as it was seen', async () => {
    await addPerson(service, 'leaver@example.com', 'member');
    await signedIn(service, 'leaver@example.com');
    const found = async () =>
      (
        JSON.parse((await call(second, 'find_person', { search: 'leaver@' })).text ?? '') as {
          people: { id: string; etag: string; disabled: boolean }[];
        }
      ).people[0] ?? { id: '', etag: '', disabled: false };
    const { id, etag } = await found();
    const sessions = () =>
      service.dataSource.query<unknown[]>('SELECT 1 FROM mcp_auth."session" WHERE "userId" = $1', [id]);
    expect(await sessions()).toHaveLength(1);
    expect((await call(second, 'sign_out_person', { id })).isError).toBe(false);
    expect(await sessions()).toEqual([]);
    expect((await call(second, 'disable_person', { id, etag: '"x"' })).text).toContain('"current":{');
    expect((await call(second, 'disable_person', { id, etag })).isError).toBe(false);
    const after = await found();
    expect([after.disabled, after.etag === etag]).toEqual([true, false]);
    expect((await call(second, 'disable_person', { id, etag })).text).toContain('"current":{');
  });

  it.each<[string, ToolName, object, string]>([
    ['no groups said', 'add_rule', { ...INPUTS.add_rule, groups: undefined }, 'groups'],
    ['no scopes said', 'add_rule', { ...WORDS, servers: [{ resource: 'MCP' }] }, 'scopes'],
    ['a group with NUL', 'add_rule', { ...INPUTS.add_rule, groups: ['a\0'] }, 'cannot be kept'],
    ['an end that is none', 'add_rule', { ...INPUTS.add_rule, until: 'never' }, 'must be the last day'],
    [
      'a group that nobody is in',
      'add_rule',
      { ...INPUTS.add_rule, groups: ['nobody'] },
      '"unseenGroups":["nobody"]',
    ],
    ['an id that is none', 'remove_rule', { id: 'x', etag: '"x"' }, 'id'],
    ['a rule that is gone', 'change_rule', INPUTS.change_rule ?? {}, 'somebody has removed it'],
    ['a tag that is none', 'disable_server', { server: 'MCP', etag: 'x' }, 'must be the one `etag`'],
    ['a tag of before', 'disable_server', { server: 'MCP', etag: '"x"' }, '"current":{'],
    ['a server that there is not', 'disable_server', { server: FILES, etag: '"x"' }, 'no such MCP server'],
    ['one of the configuration', 'change_server', INPUTS.change_server ?? {}, 'configuration'],
    ['an address that is none', 'add_server', { identifier: 'x', name: 'X', scopes: {} }, 'whole URL'],
    ['a script', 'add_server', { identifier: 'javascript:alert(1)', name: 'X', scopes: {} }, 'whole URL'],
    ['words that are none', 'add_server', { ...INPUTS.add_server, scopes: { a: 1 } }, 'scopes'],
    [
      'another algorithm',
      'add_server',
      { ...INPUTS.add_server, signingAlgorithm: 'none' },
      'signingAlgorithm',
    ],
    [
      'whatever it is',
      'approve',
      { ...DECISION, kind: null, waiting: 'x', etag: '*' },
      'must be the one `etag`',
    ],
    ['nothing seen', 'approve', { ...DECISION, waiting: 'x' }, 'Give the `etag`'],
    ['what was never taken', 'withdraw_decision', { id: 'x', etag: '"x"' }, 'no such decision'],
    ['a person that is gone', 'disable_person', { id: ID, etag: '"x"' }, 'no such person'],
    ['nobody', 'sign_out_person', { id: ID }, 'no such person'],
    ['nothing', 'approve', { ...DECISION, kind: null }, 'Give `waiting`'],
    ['what nobody waits for', 'approve', { ...DECISION, waiting: 'x', etag: '"x"' }, 'Nobody waits'],
    ['a kind that is none', 'approve', { ...DECISION, kind: 'x' }, 'The kind must be'],
    ['a person that there is not', 'refuse', { ...DECISION, person: 'nobody' }, 'no such person'],
    [
      'a key that there is not',
      'rotate_keys',
      { kid: 'x', leaked: false, etag: '"x"' },
      'not published any more',
    ],
    ['no word whether it leaked', 'rotate_keys', { kid: 'KEY', etag: '"x"' }, 'leaked'],
    ['10,000 characters', 'rotate_keys', { kid: 'x'.repeat(10_000), leaked: true, etag: '"x"' }, 'kid'],
    ['a list', 'list_rules', { server: [] }, 'server'],
    ['NUL', 'try_access', { email: 'a\0' }, 'cannot be kept'],
  ])('with %s: %s says what is wrong, and nothing is changed', async (_what, name, input, sentence) => {
    const before = await everything(service);
    const { response, isError, text, body } = await call(second, name, input);
    expect([response.status, isError]).toEqual([200, true]);
    expect(text ?? body.error?.message).toContain(sentence);
    expect(await everything(service)).toBe(before);
  });
});
