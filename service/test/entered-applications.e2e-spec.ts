import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../test/support/eventually.js';
import type { Browser } from '../../test/support/browser.js';
import { signedIn } from './support/administration.js';
import { takeBack } from './support/approvals.js';
import { auditEvents } from './support/audit.js';
import { ServiceClient } from './support/service-client.js';
import { startStandalone, type Standalone } from './support/standalone.js';

const RETURN = 'https://wiki.example.com/callback';

describe('an application that an administrator enters, where applications need approval', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_CLIENT_POLICY: 'approval' });
    await service.addMember('eve@example.com', []);
    ada = await signedIn(service);
  });
  afterAll(() => service.close());

  it('is approved by that, until the approval is taken back, and the page says so', async () => {
    const page = await ada.get(`${service.issuer}/admin/clients/new`);
    expect(page.body).toContain('Whoever enters it here has approved it');
    const added = await ada.send(page, '/admin/clients/new', { name: 'Wiki', redirectUris: RETURN });
    const client = new ServiceClient(service, service.mcpUrl, RETURN);
    client.clientId = /client_[\w-]{22}/.exec(added.body)?.[0] ?? '';
    const asked = async () => (await client.authorize('eve@example.com', 'mcp:tools')).body;
    await eventually(async () => (await asked()).includes('value="approve"'));
    expect((await auditEvents(service)).map(({ action }) => action)).toContain('client.approve');
    expect((await takeBack(service, ada, client.clientId)).status).toBe(303);
    await eventually(async () => (await asked()).includes('Waiting for approval'));
  });
});

describe('the rules of a server', () => {
  let service: Standalone;
  let ada: Browser;

  beforeAll(async () => {
    service = await startStandalone();
    ada = await signedIn(service);
  });
  afterAll(() => service.close());

  it('name the service accounts that may use it, for which there is no rule', async () => {
    const page = await ada.get(`${service.issuer}/admin/clients/new-service-account`);
    const account = { clientId: 'nightly', name: 'Nightly', resource: service.mcpUrl, scopes: 'mcp:tools' };
    expect((await ada.send(page, '/admin/clients/new-service-account', account)).status).toBe(200);
    const shown = (server: string) =>
      ada.get(`${service.issuer}/admin/access?${new URLSearchParams({ server }).toString()}`);
    const { body } = await shown(service.mcpUrl);
    expect(body).toContain('Service accounts that may use this server');
    expect(body).toMatch(/Nightly<[^]*mcp:tools/);
    expect((await shown('https://other.example/mcp')).body).not.toContain('Nightly');
  });
});
