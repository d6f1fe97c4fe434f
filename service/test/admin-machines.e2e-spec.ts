import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/support/free-port.js';
import { addPerson, everything } from './support/administration.js';
import { API, api } from './support/admin-client.js';
import { auditEvents } from './support/audit.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const SECRET = 'a secret of the HR system, long enough';

describe('a service account that administers', () => {
  let folder: string;
  let service: Standalone;
  let member: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-admin-'));
    const port = await freePort();
    const file = join(folder, 'policy.yaml');
    await writeFile(
      file,
      `serviceAccounts:
  - id: leavers
    servers: [http://localhost:${port}${API}]
    scopes: [admin:people]
    clientSecret: { env: LEAVERS_SECRET }
`,
    );
    service = await startStandalone({
      PORT: String(port),
      MCP_AUTH_POLICY_FILE: file,
      LEAVERS_SECRET: SECRET,
    });
    member = await addPerson(service, 'member@example.com', 'member');
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const token = async (scope?: string) => {
    const response = await fetch(`${service.issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'leavers',
        client_secret: SECRET,
        resource: `${service.issuer}${API}`,
        ...(scope !== undefined && { scope }),
      }),
    });
    return (await response.json()) as { access_token: string; scope: string };
  };

  it('does what its scopes say, and the audit names it and no person', async () => {
    const { access_token: held, scope } = await token('admin:people admin:policy');
    expect(scope).toBe('admin:people');
    const seen = await api(service, held, 'GET', `/people/${member}`);
    const headers = { 'if-match': seen.headers.get('etag') ?? '' };
    const disabled = await api(service, held, 'POST', `/people/${member}/disable`, { headers });
    expect(disabled.body).toMatchObject({ disabled: true });
    const event = (await auditEvents(service)).findLast(({ action }) => action === 'account.disable');
    expect(event).toMatchObject({ userId: null, clientId: 'leavers', detail: { via: 'leavers' } });
  });

  it.each<[string, string, string, unknown, number]>([
    [
      'makes no invitation, which is in the name of a person',
      'POST',
      '/invitations',
      { email: 'eve@example.com', role: 'member' },
      403,
    ],
    ['sees nothing that its ceiling does not name', 'GET', '/audit', undefined, 403],
  ])('%s', async (_what, method, path, body, status) => {
    const { access_token: held } = await token();
    const before = await everything(service);
    expect((await api(service, held, method, path, { body })).status).toBe(status);
    expect(await everything(service)).toBe(before);
  });
});
