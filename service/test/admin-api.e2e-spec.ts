import { Validator } from '@seriousme/openapi-schema-validator';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import { addPerson } from './support/administration.js';
import { adminToken, api } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

interface Outcome {
  data?: Record<string, unknown>;
  error?: Record<string, unknown>;
  response: Response;
}

interface Described {
  operationId: string;
  responses: Record<string, object>;
}

/** The functions of a generated client, one for each operation. */
type Operations = Record<string, (options?: Record<string, unknown>) => Promise<Outcome>>;

const items = <Item>(data: Record<string, unknown> = {}) => (data['items'] ?? []) as Item[];

describe('a client that is generated from the description of the admin API', () => {
  let service: Standalone;
  let folder: string;
  let operations: Operations;
  let document: Record<string, unknown>;
  let member: string;
  let held: string;

  beforeAll(async () => {
    service = await startStandalone();
    member = await addPerson(service, 'member@example.com', 'member');
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-client-'));
    ({ body: document } = await api(service, null, 'GET', '/openapi.json'));
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(document));
    // In a process of its own: a service that stands still answers 503.
    const plugins = ['@hey-api/client-fetch', '@hey-api/sdk', '@hey-api/typescript'];
    const generator = join(import.meta.dirname, '../../node_modules/.bin/openapi-ts');
    const places = ['-i', join(folder, 'openapi.json'), '-o', join(folder, 'client')];
    await promisify(execFile)(generator, [...places, '-p', ...plugins, '-s', '--no-log-file']);
    operations = (await import(join(folder, 'client/sdk.gen.ts'))) as Operations;
    const { client } = (await import(join(folder, 'client/client.gen.ts'))) as {
      client: { setConfig(config: object): void };
    };
    held = await adminToken(service, EVERYTHING);
    client.setConfig({ baseUrl: service.issuer, auth: () => held });
  }, 60_000);
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const EVERYTHING = ALL_ADMIN_SCOPES.join(' ');
  const run = async (name: string, options?: Record<string, unknown>) => {
    const operation = operations[name];
    if (!operation) throw new Error(`There is no operation ${name}.`);
    const outcome = await operation(options);
    // Every answer is one that the description names.
    expect(Object.keys(described(name)?.responses ?? {})).toContain(String(outcome.response.status));
    return outcome;
  };
  const described = (name: string) =>
    Object.values(document['paths'] as Record<string, Record<string, Described>>)
      .flatMap((path) => Object.values(path))
      .find(({ operationId }) => operationId === name);
  const tagOf = async (id: string) => {
    const { response } = await run('getPerson', { path: { id } });
    return response.headers.get('etag') ?? '';
  };

  it('finds a description that is valid OpenAPI 3.1, with the scopes of each operation', async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(document));
    expect([valid, errors]).toEqual([true, undefined]);
    expect(document).toMatchObject({ openapi: '3.1.0' });
    const paths = Object.values(document['paths'] as Record<string, Record<string, object>>);
    const each = paths.flatMap((path) => Object.values(path));
    for (const operation of each)
      expect(operation).toMatchObject({
        summary: expect.any(String) as string,
        security: [{ oauth2: [expect.stringMatching(/^admin:/)] }],
      });
    const names = each.map((operation) => (operation as { operationId: string }).operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(operations).toSorted()).toEqual(names.toSorted());
  });

  it('leads a leaver out: finds the person, disconnects, signs out, disables, and sees it in the audit', async () => {
    const app = await new ServiceClient(service, service.mcpUrl).register();
    await app.tokens('member@example.com', 'mcp:tools');
    const found = await run('listPeople', { query: { search: 'MEMBER@' } });
    expect(found.data).toMatchObject({ items: [{ id: member, disabled: false }], next: null });
    const connections = await run('listPersonConnections', { path: { id: member } });
    expect(connections.data).toMatchObject({ items: [{ clientId: app.clientId }] });
    const [{ grantId } = { grantId: '' }] = items<{ grantId: string }>(connections.data);
    expect((await run('disconnect', { path: { id: member }, body: { grantId } })).response.status).toBe(204);
    const rules = await run('listRules');
    expect(rules.data).toMatchObject({ items: [{ resource: service.mcpUrl, groups: null, id: null }] });
    expect((await run('signOut', { path: { id: member } })).response.status).toBe(204);
    const headers = { 'If-Match': await tagOf(member) };
    const disabled = await run('disablePerson', { path: { id: member }, headers });
    expect(disabled.data).toMatchObject({ disabled: true });
    const audit = await run('searchAudit', { query: { person: 'member@example.com', outcome: 'success' } });
    const actions = items<{ action: string }>(audit.data).map(({ action }) => action);
    // What is issued is written a moment later.
    const changes = actions.filter((action) => action.startsWith('account.'));
    expect(changes.slice(0, 3)).toEqual(['account.disable', 'account.sign-out', 'account.disconnect']);
    const enabled = await run('enablePerson', {
      path: { id: member },
      headers: { 'If-Match': disabled.response.headers.get('etag') ?? '' },
    });
    expect(enabled.data).toMatchObject({ disabled: false });
  });

  it('invites, lists and takes back', async () => {
    const body = { email: 'new@example.com', name: ' Neo ', role: 'auditor' };
    const invited = await run('invite', { body });
    expect([invited.response.status, invited.data]).toEqual([
      201,
      { link: expect.stringContaining('/invitation?token=') },
    ]);
    const { data } = await run('listInvitations');
    const [{ id, ...invitation } = { id: '' }] = items<{ id: string }>(data);
    expect(invitation).toMatchObject({ email: 'new@example.com', name: 'Neo', role: 'auditor' });
    expect((await run('takeInvitationBack', { path: { id } })).response.status).toBe(204);
    expect((await run('listInvitations')).data).toEqual({ items: [] });
    const taken = await run('invite', { body: { ...body, email: ADMINISTRATOR.email } });
    expect(taken.error).toMatchObject({
      status: 409,
      detail: 'There is an account with this email already.',
    });
  });

  it('changes role and email, and deletes', async () => {
    const id = await addPerson(service, 'short@example.com', 'member');
    const role = await run('setRole', {
      path: { id },
      body: { role: 'auditor' },
      headers: { 'If-Match': await tagOf(id) },
    });
    expect(role.data).toMatchObject({ role: 'auditor' });
    const email = await run('setEmail', {
      path: { id },
      body: { email: 'Long@Example.com' },
      headers: { 'If-Match': role.response.headers.get('etag') ?? '' },
    });
    expect(email.data).toMatchObject({ email: 'long@example.com', emailVerified: false });
    const headers = { 'If-Match': await tagOf(id) };
    expect((await run('deletePerson', { path: { id }, headers })).response.status).toBe(204);
    expect((await run('getPerson', { path: { id } })).error).toMatchObject({ status: 404 });
    const events = await auditEvents(service);
    const ours = events.filter(({ detail }) => detail['target'] === id);
    expect(ours.map(({ action }) => action)).toEqual(['account.role', 'account.details', 'account.delete']);
    for (const { clientId, detail } of ours) expect(detail['via']).toBe(clientId);
  });

  it('adds a server, lets people in until a day, and takes all of it away', async () => {
    const definition = {
      identifier: 'https://files.example.com/mcp',
      name: 'Files',
      scopes: { read: 'Read', write: 'Write' },
      scopeHierarchy: { write: ['read'] },
    };
    const server = await run('addServer', { body: definition });
    expect(server.data).toMatchObject(definition);
    const path = { id: server.data?.['id'] };
    const withTag = ({ response }: Outcome) => ({
      headers: { 'If-Match': response.headers.get('etag') ?? '' },
    });
    expect((await run('listServers')).data?.['items']).toContainEqual(server.data);
    const checked = await run('checkServer', { path });
    expect(checked.data).toMatchObject({ findings: [{ right: false }] });
    const words = { name: 'Readers', groups: null, clients: null, until: '2999-12-31' };
    const servers = [{ resource: definition.identifier, scopes: ['read'] }];
    const [rule] = items<{ id: string }>((await run('addRules', { body: { ...words, servers } })).data);
    const ruled = await run('getRule', { path: { id: rule?.id } });
    const body = { ...words, resource: definition.identifier, scopes: null };
    const changed = await run('changeRule', { path: { id: rule?.id }, body, ...withTag(ruled) });
    expect(changed.data).toMatchObject({ scopes: null });
    const query = { email: 'member@example.com', server: definition.identifier };
    const tried = async () => (await run('tryPersonAccess', { query })).data;
    await expect
      .poll(tried)
      .toMatchObject({ items: [{ answers: [{ outcome: 'allowed', reason: 'Readers' }] }] });
    expect((await run('tryClientAccess', { query: { client: 'x' } })).response.status).toBe(200);
    const stale = await run('removeRule', { path: { id: rule?.id }, ...withTag(ruled) });
    expect(stale.error).toMatchObject({ status: 412, current: changed.data });
    const removed = await run('removeRule', { path: { id: rule?.id }, ...withTag(changed) });
    expect(removed.response.status).toBe(204);
    const plain = { name: 'Files', scopes: {} };
    const other = await run('changeServer', {
      path,
      body: plain,
      ...withTag(await run('getServer', { path })),
    });
    expect(other.data).toMatchObject({ scopes: {}, scopeHierarchy: {} });
    const disabled = await run('disableServer', { path, ...withTag(other) });
    expect((await run('enableServer', { path, ...withTag(disabled) })).data).toMatchObject({ enabled: true });
    const renewed = await run('renewServerCredentials', { path, body: {} });
    expect(renewed.data).toMatchObject({ clientSecret: expect.any(String) as string });
    expect((await run('getServer', { path: { id: 'none' } })).response.status).toBe(404);
  });

  it('decides about applications, and rotates a key', async () => {
    const waiting = await new ServiceClient(service, `${service.issuer}/admin/api/v1`).register();
    await waiting.authorize(ADMINISTRATOR.email, 'admin:read');
    const [{ id } = { id: '' }] = items<{ id: string }>((await run('listWaiting')).data);
    const seen = await run('getWaiting', { path: { id } });
    const headers = { 'If-Match': seen.response.headers.get('etag') ?? '' };
    const body = { kind: null, person: null, until: null };
    expect((await run('approveWaiting', { path: { id }, body })).response.status).toBe(428);
    const approved = await run('approveWaiting', { path: { id }, body, headers });
    expect(approved.data).toMatchObject({ outcome: 'approved', clientId: waiting.clientId });
    expect((await run('refuseWaiting', { path: { id }, body, headers })).response.status).toBe(404);
    const early = { kind: 'loopback:Tool', person: null, until: null };
    const ahead = await run('decideBeforehand', { body: early });
    expect(ahead.data).toMatchObject({ outcome: 'approved' });
    const other = await run('decideBeforehand', { body: { ...early, outcome: 'refused' } });
    expect(other.error).toMatchObject({ status: 409 });
    expect((await run('listDecisions')).data?.['items']).toContainEqual(ahead.data);
    const path = { id: ahead.data?.['id'] };
    const keys = items<{ kid: string; alg: string }>((await run('listKeys')).data);
    const kid = keys.find(({ alg }) => alg === 'RS256')?.kid ?? '';
    const ifMatch = async () => ({
      'If-Match': (await run('getKey', { path: { kid } })).response.headers.get('etag') ?? '',
    });
    const rotated = await run('rotateKey', { path: { kid }, headers: await ifMatch() });
    expect(rotated.data).toMatchObject({ alg: 'RS256' });
    const replaced = await run('replaceKey', { path: { kid }, headers: await ifMatch() });
    expect(replaced.data).toMatchObject({ alg: 'RS256' });
    // Last: what ends for everybody lets every token be asked for anew.
    const tag = (await run('getDecision', { path })).response.headers.get('etag') ?? '';
    const withdrawn = await run('withdrawDecision', { path, headers: { 'If-Match': tag } });
    expect(withdrawn.response.status).toBe(204);
    service.clock.advance(10);
    held = await adminToken(service, EVERYTHING);
  });

  it('reads page after page, everything once', async () => {
    for (let number = 100; number < 160; number++)
      await addPerson(service, `page-${number}@example.com`, 'member');
    const emails: string[] = [];
    let cursor: string | null | undefined;
    do {
      const { data } = await run('listPeople', { query: { search: 'page-', ...(cursor && { cursor }) } });
      emails.push(...items<{ email: string }>(data).map(({ email }) => email));
      cursor = data?.['next'] as string | null;
    } while (cursor !== null);
    expect(emails).toEqual(Array.from({ length: 60 }, (_, index) => `page-${100 + index}@example.com`));
    const ids: string[] = [];
    let before: string | null | undefined;
    do {
      const { data } = await run('searchAudit', { query: before ? { cursor: before } : {} });
      ids.push(...items<{ id: string }>(data).map(({ id }) => id));
      before = data?.['next'] as string | null;
    } while (before !== null);
    expect(new Set(ids).size).toBe(ids.length);
  }, 60_000);
});
