import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { McpResources } from 'nestjs-mcp-auth';
import { everything } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const FILES = 'https://files.example.com/mcp';
const NOTES = 'https://notes.example.com/mcp';
const scopes = { read: 'Read', write: 'Write' };
const RULE = {
  name: 'Engineers',
  groups: ['engineering'],
  servers: [
    { resource: FILES, scopes: ['read'] },
    { resource: NOTES, scopes: null },
  ],
  clients: null,
  until: null,
};
const CHANGE = { ...RULE, servers: undefined, resource: FILES, scopes: ['read', 'write'] };

interface Rule {
  id: string;
  resource: string;
}

describe('the rules of the admin API', () => {
  let service: Standalone;
  let token: string;
  let reader: string;

  beforeAll(async () => {
    service = await startStandalone();
    for (const identifier of [FILES, NOTES])
      await service.application.get(McpResources).save({ identifier, scopes });
    await service.addMember('eve@example.com', ['engineering']);
    token = await adminToken(service, 'admin:policy');
    reader = await adminToken(service, 'admin:read');
  });
  afterAll(() => service.close());
  beforeEach(() => service.dataSource.query('DELETE FROM mcp_auth."accessRule"'));

  const add = async (body: object = RULE) => api(service, token, 'POST', '/rules', { body });
  const added = async () => (await add()).body['items'] as [Rule, Rule];
  const tagOf = async ({ id }: Rule) =>
    (await api(service, token, 'GET', `/rules/${id}`)).headers.get('etag') ?? '';
  const change = async ({ id }: Rule, ifMatch: string, body: object = CHANGE) =>
    api(service, token, 'PUT', `/rules/${id}`, { body, headers: { 'if-match': ifMatch } });

  it('are added for several servers, once however often, with their line in the audit', async () => {
    const first = await add();
    expect([first.status, first.body]).toEqual([
      201,
      {
        items: [
          { ...ruleOf(FILES, ['read']), id: expect.any(String) as string },
          { ...ruleOf(NOTES, null), id: expect.any(String) as string },
        ],
      },
    ]);
    expect((await add()).body).toEqual(first.body);
    const events = (await auditEvents(service)).filter(({ action }) => action === 'rule.add');
    expect(events.length).toBe(2);
    expect(events[0]).toMatchObject({ resource: FILES, detail: { via: expect.any(String) as string } });
    const listed = await api(service, reader, 'GET', '/rules');
    expect(listed.body['items']).toEqual(expect.arrayContaining(first.body['items'] as object[]));
  });

  it('are changed, with an end, and removed; one that is gone stays gone', async () => {
    const [rule] = await added();
    const changed = await change(rule, await tagOf(rule), { ...CHANGE, until: '2999-12-31' });
    expect([changed.status, changed.body]).toEqual([
      200,
      { ...ruleOf(FILES, ['read', 'write']), id: rule.id, until: '3000-01-01T00:00:00.000Z' },
    ]);
    const headers = { 'if-match': changed.headers.get('etag') ?? '' };
    for (let time = 0; time < 2; time++)
      expect((await api(service, token, 'DELETE', `/rules/${rule.id}`, { headers })).status).toBe(204);
    expect((await api(service, token, 'GET', `/rules/${rule.id}`)).status).toBe(404);
    expect((await change(rule, headers['if-match'])).status).toBe(404);
  });

  it('are changed by one of two at once: the other learns what it is now (RFC 9110 §13.1.1)', async () => {
    const [rule] = await added();
    const tag = await tagOf(rule);
    const both = await Promise.all(
      ['Readers', 'Writers'].map((name) => change(rule, tag, { ...CHANGE, name })),
    );
    const [won, lost] = both.toSorted((one, other) => one.status - other.status);
    expect([won?.status, lost?.status]).toEqual([200, 412]);
    expect(lost?.body['current']).toEqual(won?.body);
    expect(lost?.headers.get('etag')).toBe(won?.headers.get('etag'));
    const before = await everything(service);
    const removal = await api(service, token, 'DELETE', `/rules/${rule.id}`, {
      headers: { 'if-match': tag },
    });
    expect([removal.status, removal.body['current']]).toEqual([412, won?.body]);
    expect(await everything(service)).toBe(before);
  });

  it('for a group that nobody is in are a question first', async () => {
    const body = { ...RULE, groups: ['engineering', 'enginering'] };
    const before = await everything(service);
    const asked = await add(body);
    expect([asked.status, asked.body['unseenGroups']]).toEqual([409, ['enginering']]);
    expect((await add({ ...body, unseenGroupsMeant: ['engineering'] })).status).toBe(409);
    expect(await everything(service)).toBe(before);
    expect((await add({ ...body, unseenGroupsMeant: ['enginering'] })).status).toBe(201);
  });

  it.each<[string, object, string, string]>([
    [
      'no groups, which would mean nobody',
      { groups: [] },
      '',
      'The list of groups is empty: name one, or send null for everybody.',
    ],
    [
      'groups that are left out, which could mean everybody',
      { groups: undefined },
      'groups',
      'must be a list',
    ],
    ['applications that are left out', { clients: undefined }, 'clients', 'must be a list'],
    ['an end that is left out', { until: undefined }, 'until', 'must be the last day'],
    ['an end that has passed', { until: '2020-01-01' }, '', 'has passed already'],
    ['an end that is none', { until: '2030-02-31' }, 'until', 'must be the last day'],
    ['no name', { name: ' ' }, '', 'The name'],
    ['a name that is a list', { name: ['a'] }, 'name', 'must be a text'],
    ['a name of 10,000 characters', { name: 'x'.repeat(10_000) }, 'name', 'at most 100'],
    ['a group with NUL', { groups: ['a\0'] }, 'groups', 'cannot be kept'],
    ['a group that is an object', { groups: [{}] }, 'groups', 'must hold texts alone'],
    ['201 groups', { groups: Array.from({ length: 201 }, String) }, 'groups', 'at most 200'],
    ['a kind that is none', { clients: ['http://claude.ai'] }, '', 'https URL'],
    ['no server', { servers: [] }, '', 'Choose the server'],
    ['servers that are none', { servers: 'files' }, 'servers', 'must be a list of MCP servers'],
    ['a server that is a text', { servers: [FILES] }, 'servers.0', 'must be an MCP server and its scopes'],
    ['scopes that are left out', { servers: [{ resource: FILES }] }, 'servers.0.scopes', 'must be a list'],
    [
      'no scopes',
      { servers: [{ resource: FILES, scopes: [] }] },
      '',
      'The list of scopes is empty: name one, or send null for all of them.',
    ],
    ['an unknown scope', { servers: [{ resource: FILES, scopes: ['x'] }] }, '', 'has no scope x'],
    [
      'an unknown server',
      { servers: [{ resource: 'https://x.example/', scopes: null }] },
      '',
      'no such server',
    ],
    ['an unknown member', { priority: 1 }, 'priority', 'is not known here'],
    ['what administers', { servers: [{ resource: 'ADMIN', scopes: null }] }, '', 'There is no such server.'],
  ])('are not made with %s', async (_name, more, parameter, sentence) => {
    const text = JSON.stringify({ ...RULE, ...more }).replace('"ADMIN"', `"${service.issuer}/admin/api/v1"`);
    const before = await everything(service);
    const answer = await add(JSON.parse(text) as object);
    expect([answer.status, await everything(service)]).toEqual([400, before]);
    expect(answer.body['detail']).toContain(sentence);
    if (parameter !== '')
      expect(answer.body['errors']).toContainEqual({
        parameter,
        detail: expect.stringContaining(sentence) as string,
      });
  });

  it('are not changed by what nobody has seen, nor made of several servers', async () => {
    const [rule] = await added();
    const before = await everything(service);
    const path = `/rules/${rule.id}`;
    expect((await api(service, token, 'PUT', path, { body: CHANGE })).status).toBe(428);
    expect((await api(service, token, 'DELETE', path)).status).toBe(428);
    const answer = await change(rule, await tagOf(rule), RULE);
    expect([answer.status, answer.body['errors']]).toEqual([
      400,
      expect.arrayContaining([{ parameter: 'servers', detail: 'is not known here' }]),
    ]);
    expect(await everything(service)).toBe(before);
  });

  it('stand in a file, where they are changed alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-rules-'));
    const file = join(folder, 'policy.yaml');
    await writeFile(file, 'rules: []\n');
    const other = await startStandalone({
      MCP_AUTH_POLICY_FILE: file,
      MCP_AUTH_SECRET: randomBytes(32).toString('base64'),
    });
    try {
      const own = await adminToken(other, 'admin:policy');
      const before = await everything(other);
      const answer = await api(other, own, 'POST', '/rules', {
        body: { ...RULE, servers: [{ resource: other.mcpUrl, scopes: null }] },
      });
      expect([answer.status, answer.body['detail']]).toEqual([
        400,
        'The rules are in a file: change them there.',
      ]);
      expect(await everything(other)).toBe(before);
    } finally {
      await other.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

function ruleOf(resource: string, some: string[] | null) {
  const { name, groups, clients, until } = RULE;
  return { name, groups, clients, until, resource, scopes: some };
}
