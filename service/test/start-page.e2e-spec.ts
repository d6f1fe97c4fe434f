import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpResources } from 'nestjs-mcp-auth';
import { User } from '../src/people/entities/user.entity.js';
import { ApprovalRequest } from '../src/policy/entities/approval-request.entity.js';
import { addPerson, signedIn } from './support/administration.js';
import { ServiceClient } from './support/service-client.js';
import { ADMINISTRATOR, startStandalone, type Standalone } from './support/standalone.js';

const FILES = 'https://files.example.com/mcp';

describe('the start page', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
    await service.application.get(McpResources).save({ identifier: FILES, name: 'Files', scopes: {} });
  });
  afterAll(() => service.close());

  const start = async (email = ADMINISTRATOR.email) =>
    (await (await signedIn(service, email)).get(`${service.issuer}/`)).body;
  /** What is seen of it, in a line. */
  const seen = (body: string) =>
    body
      .replaceAll(/<(style|script)>[^]*?<\/\1>|<[^>]*>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .replaceAll(/[\u2066-\u2069]/g, '');

  it('shows the servers that the person may use, and no other, with a link for each client that has one', async () => {
    const body = await start();
    expect(body).toContain('Company tools');
    expect(body).toContain(`claude mcp add --transport http company-tools ${service.mcpUrl}`);
    expect(body).toContain('href="vscode:mcp/install?');
    expect(body).toContain('href="cursor://anysphere.cursor-deeplink/mcp/install?');
    expect(body).not.toContain('files.example.com');
    expect(body).not.toContain('>Connected<');
  });

  it('lets its one script run, and no other page anything', async () => {
    const ada = await signedIn(service);
    const policy = async (path: string) =>
      (await ada.get(service.issuer + path)).headers.get('content-security-policy') ?? '';
    expect(await policy('/')).toMatch(/^default-src 'none';.*; script-src 'sha256-[^']+'$/);
    for (const path of ['/account', '/admin', '/admin/people', '/sign-in'])
      expect(await policy(path)).not.toContain('script-src');
  });

  it('tells a person what they wait for and since when, and nobody else', async () => {
    const id = await addPerson(service, 'grace@example.com', 'member');
    const { subject } = await service.dataSource.getRepository(User).findOneByOrFail({ id });
    const waiting = { clientId: 'c', redirectUri: 'https://a.example/back', kind: 'https://a.example/' };
    const requests = service.dataSource.getRepository(ApprovalRequest);
    const at = service.clock.now();
    const [now, old] = [new Date(at), new Date(at - 15 * 86_400_000)];
    await requests.insert([
      { ...waiting, id: '1', userId: subject, resource: FILES, clientName: 'My editor', requestedAt: now },
      { ...waiting, id: '2', userId: subject, resource: FILES, clientName: 'Given up', requestedAt: old },
      { ...waiting, id: '3', userId: 'other', resource: FILES, clientName: 'Theirs', requestedAt: now },
    ]);
    const text = seen(await start('grace@example.com'));
    expect(text).toMatch(/Waiting for approval.*My editor.*https:\/\/a\.example\/back Files /);
    expect(text).toContain(now.toISOString().slice(0, 16).replace('T', ' '));
    expect(text).not.toMatch(/Given up|Theirs/);
    await requests.clear();
    expect(seen(await start('grace@example.com'))).not.toContain('Waiting for approval');
  });

  it('tells those who run the service what waits and what is wrong, and members nothing of it', async () => {
    const requests = service.dataSource.getRepository(ApprovalRequest);
    const waiting = { clientId: 'c', redirectUri: 'https://a.example/', kind: 'https://a.example/' };
    const requestedAt = new Date(service.clock.now());
    await requests.insert({
      ...waiting,
      id: '1',
      userId: 'u',
      resource: FILES,
      clientName: null,
      requestedAt,
    });
    await addPerson(service, 'auditor@example.com', 'auditor');
    await addPerson(service, 'member@example.com', 'member');
    for (const email of [ADMINISTRATOR.email, 'auditor@example.com']) {
      const text = seen(await start(email));
      expect(text).toContain('1 application for approval');
      expect(text).toContain('All is well');
    }
    expect(seen(await start('member@example.com'))).not.toMatch(/for approval|All is well/);
    await requests.clear();
  });

  it('shows what is connected, and no server that is disabled', async () => {
    const client = await new ServiceClient(service, service.mcpUrl).register({ client_name: 'My client' });
    await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    const body = await start();
    expect(body).toContain('>Connected<');
    expect(body).toContain('My client');
    await service.application.get(McpResources).disable(service.mcpUrl);
    expect(await start()).toContain('You may use none yet');
  });
});
