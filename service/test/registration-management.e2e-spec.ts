import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../test/support/browser.js';
import { eventually } from '../../test/support/eventually.js';
import { decide } from './support/approvals.js';
import { ServiceClient } from './support/service-client.js';
import {
  ADMINISTRATOR,
  fillSignIn,
  PASSWORD,
  startStandalone,
  type Standalone,
} from './support/standalone.js';

const SERVER = 'https://files.example.com/mcp';
const MEMBER = 'eve@example.com';

describe('an approved client that replaces its registration (RFC 7592 §5)', () => {
  let folder: string;
  let service: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-registration-'));
    const rules = join(folder, 'policy.yaml');
    await writeFile(
      rules,
      `rules:\n  - { name: All, groups: everyone, server: '${SERVER}', scopes: all }\nclients: { mode: approval }\n`,
    );
    const resources = [{ identifier: SERVER, name: 'Files', scopes: { 'files:read': 'Read files' } }];
    await writeFile(join(folder, 'resources.json'), JSON.stringify(resources));
    service = await startStandalone({
      MCP_AUTH_RESOURCES: join(folder, 'resources.json'),
      MCP_AUTH_POLICY_FILE: rules,
      MCP_AUTH_REGISTRATION_MANAGEMENT: 'on',
    });
    await service.addMember(MEMBER, []);
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('waits for approval again', async () => {
    const administrator = new Browser();
    const signIn = await administrator.get(`${service.issuer}/sign-in`);
    await fillSignIn(administrator, signIn, ADMINISTRATOR.email, PASSWORD);
    const metadata = {
      client_name: 'A client',
      redirect_uris: ['https://client.example/callback'],
      token_endpoint_auth_method: 'none',
    };
    const answer = await fetch(`${service.issuer}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(metadata),
    });
    const registered = (await answer.json()) as Record<string, string>;
    const client = new ServiceClient(service, SERVER);
    client.clientId = registered['client_id'] ?? '';
    const body = async () => (await client.authorize(MEMBER, 'files:read')).body;
    expect(await body()).toContain('Waiting for approval');
    expect((await decide(service, administrator, client.clientId)).status).toBe(303);
    await eventually(async () => (await body()).includes('value="approve"'));

    const updated = await fetch(registered['registration_client_uri'] ?? '', {
      method: 'PUT',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${registered['registration_access_token']}`,
      },
      body: JSON.stringify({ ...metadata, client_id: client.clientId, client_name: 'Somebody else' }),
    });
    expect(updated.status).toBe(200);
    await eventually(async () => (await body()).includes('Waiting for approval'));
    const again = await administrator.get(`${service.issuer}/admin/access/applications`);
    expect(again.body).toContain('Somebody else');
  });
});
