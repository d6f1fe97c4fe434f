import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import { addPerson, everything } from './support/administration.js';
import { adminToken } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { generateClient, type GeneratedClient } from './support/generated-client.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

/** Seconds. */
const DAY = 86_400;

interface Connection {
  grantId: string;
  clientId: string;
  person: { id: string; email: string };
}

describe('a generated client, about connections', () => {
  let service: Standalone;
  let client: GeneratedClient;
  let carol: string;

  beforeAll(async () => {
    service = await startStandalone();
    carol = await addPerson(service, 'carol@example.com', 'member');
    await addPerson(service, 'dave@example.com', 'member');
    client = await generateClient(service, await adminToken(service, 'admin:connections'));
  });
  afterAll(async () => {
    await service.close();
    await client.close();
  });

  const run: GeneratedClient['run'] = (name, options) => client.run(name, options);
  const connected = async (name: string, email = 'carol@example.com') => {
    const app = await new ServiceClient(service, service.mcpUrl).register({ client_name: name });
    const tokens = await app.tokens(email, 'mcp:tools');
    return { app, works: async () => (await app.refresh(tokens.refresh_token)).status === 200 };
  };
  const list = async (query: object) => {
    const { data } = await run('listConnections', { query });
    return (data?.['items'] ?? []) as Connection[];
  };
  const count = async (query: object) => (await run('countConnections', { query })).data ?? {};

  it('finds them by person, application, server, scope and last use', async () => {
    const { app } = await connected('Editor');
    await connected('Editor', 'dave@example.com');
    const [one, ...others] = await list({ client: 'edit', person: 'carol@example.com' });
    expect(one).toMatchObject({
      clientId: app.clientId,
      clientName: 'Editor',
      person: { id: carol, email: 'carol@example.com' },
      resource: service.mcpUrl,
      scopes: ['mcp:tools'],
      applicationId: expect.any(String) as string,
    });
    expect(others).toEqual([]);
    for (const [query, found] of [
      [{ client: app.clientId }, 1],
      [{ client: 'edit' }, 2],
      [{ client: 'edit', resource: service.mcpUrl, scope: 'mcp:tools' }, 2],
      [{ person: carol, client: 'edit' }, 1],
      [{ person: 'nobody@example.com' }, 0],
      [{ resource: 'https://other.example/mcp' }, 0],
      [{ scope: 'other' }, 0],
      [{ client: 'edit', unused: 30 }, 0],
    ] as const) {
      expect([query, (await list(query)).length]).toEqual([query, found]);
      expect([query, (await count(query))['connections']]).toEqual([query, found]);
    }
  });

  it('reads page after page, each once', async () => {
    for (let number = 0; number < 45; number++) {
      service.clock.advance(1);
      await connected('Paged');
    }
    const ids: string[] = [];
    let cursor: string | null | undefined;
    do {
      const { data } = await run('listConnections', {
        query: { client: 'paged', ...(cursor && { cursor }) },
      });
      ids.push(...((data?.['items'] ?? []) as Connection[]).map(({ grantId }) => grantId));
      cursor = data?.['next'] as string | null;
    } while (cursor !== null);
    expect([ids.length, new Set(ids).size]).toEqual([45, 45]);
  });

  it('ends one, with its line in the audit, and says when there is none', async () => {
    const one = await connected('Single');
    const other = await connected('Single');
    const grant = (await list({ client: one.app.clientId }))[0]?.grantId ?? '';
    expect((await run('endConnection', { path: { id: grant } })).response.status).toBe(204);
    await eventually(async () => !(await one.works()));
    expect(await other.works()).toBe(true);
    const event = (await auditEvents(service)).findLast(({ action }) => action === 'grants.revoke');
    expect(event).toMatchObject({ detail: { grants: 1, grantId: grant, via: expect.any(String) as string } });
    const before = await everything(service);
    expect((await run('endConnection', { path: { id: grant } })).error).toMatchObject({
      status: 404,
      detail: 'There is no such connection any more.',
    });
    expect(await everything(service)).toBe(before);
  });

  it('ends it with all that the person gave the same client for the server', async () => {
    const { app, works } = await connected('Two laptops');
    const second = await app.tokens('carol@example.com', 'mcp:tools');
    const elsewhere = new ServiceClient(service, service.mcpUrl);
    elsewhere.clientId = app.clientId;
    const theirs = await elsewhere.tokens('dave@example.com', 'mcp:tools');
    const [one, other] = await list({ client: app.clientId, person: 'carol@example.com' });
    expect(other?.grantId).not.toBe(one?.grantId);
    expect((await run('endConnection', { path: { id: one?.grantId ?? '' } })).response.status).toBe(204);
    await eventually(async () => !(await works()));
    expect((await app.refresh(second.refresh_token)).status).toBe(400);
    expect((await elsewhere.refresh(theirs.refresh_token)).status).toBe(200);
    const event = (await auditEvents(service)).findLast(({ action }) => action === 'grants.revoke');
    expect(event).toMatchObject({ detail: { grants: 2, grantId: one?.grantId } });
  });

  it('counts many, and ends those that it has counted', async () => {
    const first = await connected('Fleet');
    const second = await connected('Fleet', 'dave@example.com');
    const other = await connected('Other');
    const { connections, people, at } = await count({ client: 'fleet' });
    expect([connections, people]).toEqual([2, 2]);
    // Made after somebody looked, and left alone.
    service.clock.advance(1);
    const later = await connected('Fleet');
    const ended = await run('endConnections', { body: { client: 'fleet', connections, at } });
    expect(ended.data).toEqual({ ended: 2 });
    await eventually(async () => !(await first.works()));
    expect(await Promise.all([second, other, later].map(({ works }) => works()))).toEqual([
      false,
      true,
      true,
    ]);
    const again = await run('endConnections', { body: { client: 'fleet', connections, at } });
    expect(again.data).toEqual({ ended: 0 });
  });

  it('ends nothing when they are more by now than it has counted, and says how many', async () => {
    await connected('Growing');
    await connected('Growing', 'dave@example.com');
    const { at } = await count({ client: 'growing' });
    const before = await everything(service);
    const refused = await run('endConnections', { body: { client: 'growing', connections: 1, at } });
    expect(refused.error).toMatchObject({
      status: 409,
      connections: 2,
      detail: expect.stringContaining('Nothing was ended') as string,
    });
    expect(await everything(service)).toBe(before);
  });

  it('ends what nobody has used in 30 days, and nothing else', async () => {
    const old = await connected('Seasonal');
    service.clock.advance(31 * DAY);
    const fresh = await connected('Seasonal');
    await client.close();
    client = await generateClient(service, await adminToken(service, 'admin:connections'));
    const { connections, at } = await count({ client: 'seasonal', unused: 30 });
    expect(connections).toBe(1);
    const body = { client: 'seasonal', unused: 30, connections, at };
    expect((await run('endConnections', { body })).data).toEqual({ ended: 1 });
    await eventually(async () => !(await old.works()));
    expect(await fresh.works()).toBe(true);
  });
});
