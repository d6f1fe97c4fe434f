import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ALL_ADMIN_SCOPES } from '../src/config/admin-scopes.js';
import { addPerson } from './support/administration.js';
import { adminToken } from './support/admin-client.js';
import { generateClient, type GeneratedClient, type Outcome } from './support/generated-client.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const items = <Item>(data: Record<string, unknown> = {}) => (data['items'] ?? []) as Item[];

describe('a client that is generated from the description of the admin API', () => {
  let service: Standalone;
  let client: GeneratedClient;

  beforeAll(async () => {
    service = await startStandalone();
    await addPerson(service, 'member@example.com', 'member');
    client = await generateClient(service, await adminToken(service, ALL_ADMIN_SCOPES.join(' ')));
  });
  afterAll(async () => {
    await service.close();
    await client.close();
  });

  const run: GeneratedClient['run'] = (name, options) => client.run(name, options);

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
    const tag = (await run('getDecision', { path })).response.headers.get('etag') ?? '';
    const withdrawn = await run('withdrawDecision', { path, headers: { 'If-Match': tag } });
    expect(withdrawn.response.status).toBe(204);
  });
});
