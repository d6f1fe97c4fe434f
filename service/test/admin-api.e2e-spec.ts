import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addPerson } from './support/administration.js';
import { adminToken } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { openApi } from './support/documented.js';
import { generateClient, type GeneratedClient } from './support/generated-client.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const items = <Item>(data: Record<string, unknown> = {}) => (data['items'] ?? []) as Item[];

describe('a client that is generated from the description of the admin API', () => {
  let service: Standalone;
  let client: GeneratedClient;
  let member: string;

  beforeAll(async () => {
    service = await startStandalone();
    member = await addPerson(service, 'member@example.com', 'member');
    const token = await adminToken(service, 'admin:read admin:people admin:connections admin:audit');
    client = await generateClient(service, token);
  });
  afterAll(async () => {
    await service.close();
    await client.close();
  });

  const run: GeneratedClient['run'] = (name, options) => client.run(name, options);
  const tagOf = async (id: string) => {
    const { response } = await run('getPerson', { path: { id } });
    return response.headers.get('etag') ?? '';
  };

  it('finds a description that is valid OpenAPI 3.1, with the scopes of each operation', async () => {
    const document = await openApi(service);
    const { valid, errors } = await new Validator().validate(structuredClone({ ...document }));
    expect([valid, errors]).toEqual([true, undefined]);
    expect(document).toMatchObject({ openapi: '3.1.0' });
    const each = Object.values(document.paths).flatMap((path) => Object.values(path));
    for (const operation of each)
      expect(operation).toMatchObject({
        summary: expect.any(String) as string,
        security: [{ oauth2: [expect.stringMatching(/^admin:/)] }],
      });
    const names = each.map((operation) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    expect(client.operations.toSorted()).toEqual(names.toSorted());
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
    expect((await run('takeInvitationBack', { path: { id } })).error).toMatchObject({
      status: 404,
      detail: 'There is no such invitation any more.',
    });
    expect((await run('listInvitations')).data).toEqual({ items: [], next: null, count: 0 });
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
  });
});
