import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser } from '../../test/support/browser.js';
import { ClientAdministration } from '../src/clients/client-administration.js';
import { addPerson, press, signedIn } from './support/administration.js';
import { API } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const ROWS = 'SELECT * FROM mcp_auth."oauthApplication" ORDER BY "clientId"';
const LIVING = 'SELECT id, resource FROM mcp_auth."oauthGrant" WHERE "revokedAt" IS NULL ORDER BY id';
const DELEGATED = `
  INSERT INTO mcp_auth."oauthGrant" (id, "clientId", kind, "userId", resource, scopes, refreshable, "authenticatedAt",
    "createdAt", "expiresAt", "rootGrantId", "parentGrantId")
  SELECT gen_random_uuid(), "clientId", 'delegated', "userId", resource || '/' || place, scopes, false, "authenticatedAt",
    "createdAt", "expiresAt", id, id
  FROM mcp_auth."oauthGrant", generate_series(1, 3) place WHERE "clientId" = $1`;

describe('what administrators change about clients', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
    await addPerson(service, 'carol@example.com', 'member');
  });
  afterAll(() => service.close());

  const get = (path: string) => ada.request(service.issuer + path, { headers: { accept: 'text/html' } });
  const sql = (text: string, values: unknown[] = []) => service.dataSource.query<object[]>(text, values);
  const pageOf = async (clientId: string) => {
    const [row] = (await sql(`SELECT id FROM (${ROWS}) r WHERE "clientId" = $1`, [clientId])) as {
      id: string;
    }[];
    return `/admin/clients/${row?.id}`;
  };
  const connected = async (name: string) => {
    const client = await new ServiceClient(service, service.mcpUrl).register({ client_name: name });
    return { client, tokens: await client.tokens('carol@example.com', 'mcp:tools') };
  };

  it('ends connections with all that was delegated from them, and counts what was named before', async () => {
    const { client } = await connected('Planner');
    await sql(DELEGATED, [client.clientId]);
    const server = encodeURIComponent(service.mcpUrl);
    const asked = await get(`/admin/connections/end?client=planner&server=${server}`);
    expect(asked.body).toContain('1 connection of 1 person ends at once');
    const answer = await ada.send(asked, '/admin/connections/end');
    const page = await ada.follow(answer, service.issuer);
    expect([answer.status, page.body]).toEqual([303, expect.stringContaining('1 connection ended.')]);
    expect(await sql(LIVING)).toEqual([]);
    expect((await auditEvents(service)).findLast(({ action }) => action === 'grants.revoke')).toMatchObject({
      detail: { grants: 1, client: 'planner' },
    });
  });

  it('blocks a client that changes itself as often as it likes', async () => {
    const { client, tokens } = await connected('Restless');
    const path = await pageOf(client.clientId);
    const asked = await get(`${path}/block`);
    await sql(
      `UPDATE mcp_auth."oauthApplication" SET name = 'Other', "updatedAt" = "updatedAt" + interval '1 second'
      WHERE "clientId" = $1`,
      [client.clientId],
    );
    const answer = await ada.send(asked, `${path}/block`);
    expect(answer.status).toBe(303);
    expect(await sql(`SELECT disabled FROM (${ROWS}) r WHERE "clientId" = $1`, [client.clientId])).toEqual([
      { disabled: true },
    ]);
    expect((await client.refresh(tokens.refresh_token)).status).not.toBe(200);
  });

  it('gives nobody the secret of an account that administers more than they do', async () => {
    const administration = service.application.get(ClientAdministration);
    const resource = `${service.issuer}${API}`;
    const author = { userId: null, clientId: 'machine', scopes: ['admin:read', 'admin:clients'] } as const;
    const account = { clientId: 'robot', resources: [resource], scopes: ['admin:read', 'admin:policy'] };
    const before = await sql(ROWS);
    const sentence = 'That takes the scope admin:policy.';
    await expect(administration.addServiceAccount(author, account)).rejects.toThrow(sentence);
    expect(await sql(ROWS)).toEqual(before);

    const { secret } = await administration.addServiceAccount(author, { ...account, scopes: ['admin:read'] });
    expect(secret).toMatch(/^[\w-]{43}$/);
    const form = { clientId: 'boss', resource, scopes: 'admin:policy' };
    expect((await press(service, ada, '/admin/clients/new-service-account', form)).status).toBe(200);
    const held = await sql(ROWS);
    const id = (await pageOf('boss')).split('/').at(-1) ?? '';
    await expect(administration.rotateSecret(author, id, 0)).rejects.toThrow(sentence);
    expect(await sql(ROWS)).toEqual(held);
  });
});

it('adds a service account on the embedded database, which has one connection', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-embedded-'));
  const service = await startStandalone({ MCP_AUTH_DATA_DIR: dataDir });
  try {
    const ada = await signedIn(service);
    const form = { clientId: 'nightly-report', resource: service.mcpUrl, scopes: 'mcp:tools' };
    const made = await press(service, ada, '/admin/clients/new-service-account', form);
    expect([made.status, /aria-label="client_secret"[^>]*>([\w-]{43})</.exec(made.body)?.length]).toEqual([
      200, 2,
    ]);
    const twice = await press(service, ada, '/admin/clients/new-service-account', form);
    expect([twice.status, twice.body]).toEqual([409, expect.stringContaining('choose another id')]);
  } finally {
    await service.close();
    await rm(dataDir, { recursive: true, force: true });
  }
});
