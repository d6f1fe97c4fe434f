import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import type { Browser } from '../../test/support/browser.js';
import { freePort } from '../../test/support/free-port.js';
import { press, signedIn } from './support/administration.js';
import { adminToken, API, api } from './support/admin-client.js';
import { connectAdminMcp } from './support/admin-mcp-client.js';
import { decide, forgetDecisions, waitingPath } from './support/approvals.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';
import { openApi } from './support/documented.js';

const SECRET = 'a secret of the machine, long enough';
const CALLBACK = 'https://tool.example/callback';
const ELSEWHERE = 'https://elsewhere.example/callback';
const MCP = '/admin/mcp';

/** Of the administration: what a program enters or approves waits for a person at a page. */
describe('a client that asks for scopes that administer', () => {
  let service: Standalone;
  let folder: string;
  let ada: Browser;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-entered-'));
    const port = await freePort();
    const file = join(folder, 'policy.yaml');
    const at = `http://localhost:${port}`;
    await writeFile(
      file,
      `serviceAccounts:
  - id: machine
    servers: [${at}${API}, ${at}${MCP}]
    scopes: [admin:clients, admin:policy]
    clientSecret: { env: MACHINE_SECRET }
`,
    );
    service = await startStandalone({
      PORT: String(port),
      MCP_AUTH_POLICY_FILE: file,
      MACHINE_SECRET: SECRET,
      MCP_AUTH_CLIENT_POLICY: 'approval',
      MCP_AUTH_REGISTRATION_MANAGEMENT: 'on',
    });
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    await forgetDecisions(service);
    ada = await signedIn(service);
  });

  const machineToken = async (path: string) => {
    const response = await fetch(`${service.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'machine',
        client_secret: SECRET,
        resource: service.issuer + path,
      }),
    });
    return ((await response.json()) as { access_token: string }).access_token;
  };
  const personToken = (path: string) =>
    adminToken(service, 'admin:clients admin:policy', ADMINISTRATOR.email, service.issuer + path);
  const TOKENS = { person: personToken, machine: machineToken };
  type Holder = keyof typeof TOKENS;

  /** What an administrator sees whom it asks for a scope. */
  const sees = async (clientId: string, path = API, scope = 'admin:people', callback = CALLBACK) => {
    const client = new ServiceClient(service, service.issuer + path, callback);
    client.clientId = clientId;
    const { body } = await client.authorize(ADMINISTRATOR.email, scope);
    if (body.includes('value="approve"')) return 'allowed';
    return body.includes('Waiting for approval') ? 'waiting' : body;
  };
  /** What was decided is heard of within a second. */
  const isAllowed = (clientId: string, path = API, scope = 'admin:people') =>
    eventually(async () => (await sees(clientId, path, scope)) === 'allowed');
  const newest = async () => {
    const [row] = await service.dataSource.query<{ clientId: string; id: string }[]>(
      'SELECT "clientId", "id" FROM mcp_auth."oauthApplication" ORDER BY "createdAt" DESC LIMIT 1',
    );
    return row ?? { clientId: '', id: '' };
  };
  const enterAtPage = async () => {
    const answer = await press(service, ada, '/admin/clients/new', {
      name: 'Tool',
      redirectUris: CALLBACK,
    });
    expect(answer.status).toBe(200);
    return (await newest()).clientId;
  };
  const enterBy = async (token: string) => {
    const body = { name: 'Tool', redirectUris: [CALLBACK], confidential: false };
    const added = await api(service, token, 'POST', '/clients', { body });
    expect(added.status).toBe(201);
    return String(added.body['clientId']);
  };
  /** Approves what waits by a token, at either door. */
  const approveBy = async (holder: Holder, door: 'REST' | 'tool', clientId: string) => {
    const id = (await waitingPath(service, clientId)).split('/').at(-1) ?? '';
    const decision = { kind: null, person: null, until: null };
    if (door === 'REST') {
      const token = await TOKENS[holder](API);
      const seen = await api(service, token, 'GET', `/waiting/${id}`);
      const headers = { 'if-match': seen.headers.get('etag') ?? '' };
      const answer = await api(service, token, 'POST', `/waiting/${id}/approve`, { body: decision, headers });
      return answer.body;
    }
    const { call, client } = await connectAdminMcp(service, await TOKENS[holder](MCP));
    try {
      const seen = await call('list_waiting', { id });
      const answer = await call('approve', { waiting: id, etag: seen.value?.['etag'], ...decision });
      expect(answer.text).not.toBe('');
      return answer.value;
    } finally {
      await client.close();
    }
  };

  describe('when it was entered', () => {
    it('at the page, is approved by that, as it was entered', async () => {
      const clientId = await enterAtPage();
      for (const path of [API, MCP]) await isAllowed(clientId, path);
      const change = (set: string) =>
        service.dataSource.query(`UPDATE mcp_auth."oauthApplication" SET ${set} WHERE "clientId" = $1`, [
          clientId,
        ]);
      await change(`"redirectUrls" = '{${CALLBACK},${ELSEWHERE}}'`);
      expect(await sees(clientId)).toBe('allowed');
      expect(await sees(clientId, API, 'admin:people', ELSEWHERE)).toBe('waiting');
      await change(`"name" = 'Other'`);
      expect(await sees(clientId)).toBe('waiting');
    });

    it.each<Holder>(['person', 'machine'])(
      'by REST with the token of a %s, waits for a person',
      async (holder) => {
        const clientId = await enterBy(await TOKENS[holder](API));
        for (const path of [API, MCP]) expect(await sees(clientId, path)).toBe('waiting');
        expect((await decide(service, ada, clientId)).status).toBe(303);
        await isAllowed(clientId);
      },
    );

    it('has no tool that enters or changes one, and no path that changes where one is sent back to', async () => {
      const { client } = await connectAdminMcp(service, await machineToken(MCP));
      const { tools } = await client.listTools();
      await client.close();
      const named = tools.map(({ name }) => name).filter((name) => /client|account/.test(name));
      expect(named.toSorted()).toEqual([
        'block_client',
        'delete_client',
        'find_client',
        'get_client',
        'list_service_accounts',
        'unblock_client',
      ]);
      const changes = Object.entries((await openApi(service)).paths)
        .filter(([path]) => path.endsWith('/clients/{id}'))
        .flatMap(([, methods]) => Object.keys(methods));
      expect(changes.toSorted()).toEqual(['delete', 'get']);
    });
  });

  describe('when it registered itself', () => {
    const register = async () => {
      const client = new ServiceClient(service, service.issuer + API, CALLBACK);
      await client.register({ client_name: 'Tool' });
      return client.clientId;
    };

    it.each<[Holder, 'REST' | 'tool']>([
      ['person', 'REST'],
      ['person', 'tool'],
      ['machine', 'REST'],
      ['machine', 'tool'],
    ])('waits for a person, whatever the token of a %s approves by %s', async (holder, door) => {
      const clientId = await register();
      expect(await sees(clientId)).toBe('waiting');
      expect(await approveBy(holder, door, clientId)).toMatchObject({ outcome: 'approved', atPage: false });
      // For what does not administer, that is enough.
      await isAllowed(clientId, '/mcp', 'mcp:tools');
      expect(await sees(clientId)).toBe('waiting');
      expect((await decide(service, ada, clientId)).status).toBe(303);
      await isAllowed(clientId);
    });

    it('is approved at the page until it changes where it is sent back to (RFC 7592 §2.2)', async () => {
      const response = await fetch(`${service.issuer}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          client_name: 'Tool',
          redirect_uris: [CALLBACK],
          token_endpoint_auth_method: 'none',
        }),
      });
      const known = (await response.json()) as Record<string, string>;
      const clientId = known['client_id'] ?? '';
      expect(await sees(clientId)).toBe('waiting');
      await decide(service, ada, clientId);
      await isAllowed(clientId);
      const changed = await fetch(known['registration_client_uri'] ?? '', {
        method: 'PUT',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${known['registration_access_token']}`,
        },
        body: JSON.stringify({
          client_id: clientId,
          client_name: 'Tool',
          redirect_uris: [CALLBACK, 'https://evil.example/cb'],
          token_endpoint_auth_method: 'none',
        }),
      });
      expect(changed.status).toBe(200);
      await eventually(async () => (await sees(clientId)) === 'waiting');
    });
  });

  it('is forgotten with what was decided about it when it is deleted', async () => {
    const clientId = await enterAtPage();
    const { id } = await newest();
    const token = await personToken(API);
    const tag = (await api(service, token, 'GET', `/clients/${id}`)).headers.get('etag') ?? '';
    const gone = await api(service, token, 'DELETE', `/clients/${id}`, { headers: { 'if-match': tag } });
    expect(gone.status).toBe(204);
    const rows = await service.dataSource.query<unknown[]>(
      'SELECT 1 FROM mcp_auth."clientDecision" WHERE "kind" = $1',
      [clientId],
    );
    expect(rows).toEqual([]);
  });
});
