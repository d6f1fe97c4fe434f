import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { addPerson } from './support/administration.js';
import { adminToken } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { generateClient, type GeneratedClient } from './support/generated-client.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const WIKI = { name: 'Wiki', redirectUris: ['https://wiki.example.com/callback'], confidential: true };

interface Client {
  id: string;
  clientId: string;
  clientSecret: string;
  name: string;
}

describe('a generated client, about applications and service accounts', () => {
  let service: Standalone;
  let client: GeneratedClient;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, 'carol@example.com', 'member');
    client = await generateClient(service, await adminToken(service, 'admin:clients admin:audit'));
  });
  afterAll(async () => {
    await service.close();
    await client.close();
  });

  const run: GeneratedClient['run'] = (name, options) => client.run(name, options);
  const rows = (data: Record<string, unknown> = {}) => data['items'] as Client[];
  const add = async (body: object) => (await run('addClient', { body })).data as unknown as Client;
  const found = async (search: string) => rows((await run('listClients', { query: { search } })).data)[0];
  /** A change of what has just been looked at, in a moment of its own. */
  const change = async (name: string, id: string, body?: object) => {
    const { response } = await run('getClient', { path: { id } });
    service.clock.advance(1);
    const headers = { 'If-Match': response.headers.get('etag') ?? '' };
    return run(name, { path: { id }, headers, ...(body && { body }) });
  };
  const connected = async (name: string) => {
    const app = await new ServiceClient(service, service.mcpUrl).register({ client_name: name });
    return { app, tokens: await app.tokens('carol@example.com', 'mcp:tools') };
  };
  const token = async (id: string, secret: string, form: Record<string, string>) => {
    const response = await fetch(`${service.issuer}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams(form),
    });
    return (await response.json()) as { access_token?: string; scope?: string; error?: string };
  };
  const proves = async (id: string, secret: string) =>
    (await token(id, secret, { grant_type: 'refresh_token', refresh_token: 'x' })).error === 'invalid_grant';
  const lastOf = async (action: string) =>
    (await auditEvents(service)).findLast((event) => event.action === action);

  it('sees where each is from, where it returns to, who uses it and when last', async () => {
    const { app } = await connected('Notes');
    const notes = await found('notes');
    expect(notes).toMatchObject({
      clientId: app.clientId,
      kind: 'registered',
      verifiedDomain: null,
      redirectHosts: ['client.example'],
      people: 1,
      blocked: false,
      configured: false,
      lastUsedAt: expect.any(String) as string,
    });
    const one = await run('getClient', { path: { id: notes?.id } });
    expect(one.data).toMatchObject({ connections: 1, people: 1, grantedScopes: ['mcp:tools'] });
    for (const query of [{ kind: 'document' }, { state: 'blocked' }, { search: 'nobody-is-called-so' }])
      expect((await run('listClients', { query })).data).toEqual({ items: [], next: null, count: 0 });
    const domain = await run('listClients', { query: { search: 'CLIENT.example', kind: 'registered' } });
    expect(rows(domain.data).map(({ clientId }) => clientId)).toContain(app.clientId);
  });

  it.each(['name', '-name', 'createdAt', '-createdAt'])(
    'reads page after page by %s, each once',
    async (sort) => {
      const prefix = `page${sort}`;
      for (let number = 10; number < 55; number++) {
        service.clock.advance(1);
        await add({ ...WIKI, name: `${prefix} ${number}`, confidential: false });
      }
      const names: string[] = [];
      let cursor: string | null | undefined;
      do {
        const { data } = await run('listClients', {
          query: { search: prefix, sort, ...(cursor && { cursor }) },
        });
        expect(data?.['count']).toBe(45);
        names.push(...rows(data).map(({ name }) => name));
        cursor = data?.['next'] as string | null;
      } while (cursor !== null);
      const all = Array.from({ length: 45 }, (_, index) => `${prefix} ${10 + index}`);
      expect(names).toEqual(sort.startsWith('-') ? all.toReversed() : all);
    },
  );

  it('enters an application, whose secret is shown once and replaced', async () => {
    const added = await run('addClient', { body: WIKI });
    const { id, clientId, clientSecret } = added.data as unknown as Client;
    expect([added.response.status, clientSecret]).toEqual([201, expect.stringMatching(/^[\w-]{43}$/)]);
    expect(await proves(clientId, clientSecret)).toBe(true);
    const shown = await run('getClient', { path: { id } });
    expect(shown.data).toMatchObject({ kind: 'pre-registered', hasSecret: true, name: 'Wiki' });
    expect(JSON.stringify(shown.data)).not.toContain(clientSecret);
    const rotated = await change('rotateClientSecret', id, { overlap: 0 });
    const next = rotated.data?.['clientSecret'] as string;
    expect(rotated.response.headers.get('cache-control')).toBe('no-store');
    await eventually(() => proves(clientId, next));
    expect(await proves(clientId, clientSecret)).toBe(false);
    const events = (await auditEvents(service)).filter((event) => event.clientId === clientId);
    expect(events.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['client.add', 'client.secret']),
    );
    expect(JSON.stringify(events)).not.toContain(next);
    const open = await add({ ...WIKI, confidential: false });
    expect(open.clientSecret).toBeNull();
    expect((await change('rotateClientSecret', open.id, { overlap: 0 })).error).toMatchObject({
      status: 409,
    });
  });

  it('blocks, unblocks and deletes, and the audit says by which client', async () => {
    const { app, tokens } = await connected('Rogue');
    const id = (await found('Rogue'))?.id ?? '';
    const blocked = await run('blockClient', { path: { id } });
    expect(blocked.data).toMatchObject({
      blocked: true,
      connections: 0,
      blockedBy: expect.any(String) as string,
    });
    expect((await app.refresh(tokens.refresh_token)).status).not.toBe(200);
    expect(await lastOf('client.block')).toMatchObject({
      clientId: app.clientId,
      detail: { grants: 1, via: expect.any(String) as string },
    });
    expect((await run('blockClient', { path: { id } })).error).toMatchObject({
      status: 409,
      detail: expect.stringContaining('was blocked meanwhile') as string,
    });
    expect((await change('unblockClient', id)).data).toMatchObject({ blocked: false, blockedAt: null });
    expect((await change('deleteClient', id)).response.status).toBe(204);
    expect((await run('getClient', { path: { id } })).error).toMatchObject({ status: 404 });
    expect(await lastOf('client.delete')).toMatchObject({ clientId: app.clientId });
  });

  it('makes a service account, gives it another ceiling, which ends its tokens, and deletes it', async () => {
    const body = { clientId: 'nightly', name: 'Nightly', resources: [service.mcpUrl], scopes: ['mcp:tools'] };
    const made = await run('addServiceAccount', { body });
    const { id, clientSecret } = made.data as unknown as Client;
    const ask = () =>
      token('nightly', clientSecret, { grant_type: 'client_credentials', resource: service.mcpUrl });
    const held = await ask();
    expect([made.response.status, held.scope]).toEqual([201, 'mcp:tools']);
    const listed = await run('listServiceAccounts', { query: { search: 'nightly' } });
    expect(listed.data).toMatchObject({
      items: [{ id, resources: [service.mcpUrl], scopes: ['mcp:tools'] }],
    });
    expect((await run('addServiceAccount', { body })).error).toMatchObject({
      status: 409,
      detail: expect.stringContaining('choose another id') as string,
    });
    const changed = await change('changeServiceAccount', id, { resources: [service.mcpUrl], scopes: [] });
    expect(changed.data).toMatchObject({ name: null, scopes: [], resources: [service.mcpUrl] });
    const works = async () => {
      const headers = { authorization: `Bearer ${held.access_token}`, accept: 'application/json' };
      return (await fetch(service.mcpUrl, { method: 'POST', headers })).status !== 401;
    };
    await eventually(async () => !(await works()));
    expect(await ask()).toMatchObject({ error: 'invalid_scope' });
    expect(await lastOf('service-account.change')).toMatchObject({
      clientId: 'nightly',
      detail: { scopes: [] },
    });
    expect((await change('deleteClient', id)).response.status).toBe(204);
    expect(rows((await run('listServiceAccounts')).data)).toEqual([]);
  });
});
