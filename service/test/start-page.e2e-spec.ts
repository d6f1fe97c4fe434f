import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { McpResources } from 'nestjs-mcp-auth';
import { signedIn } from './support/administration.js';
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

  const start = async () => (await (await signedIn(service)).get(`${service.issuer}/`)).body;

  it('shows the servers that the person may use, and no other, with a link for each client that has one', async () => {
    const body = await start();
    expect(body).toContain('Company tools');
    expect(body).toContain(`claude mcp add --transport http company-tools ${service.mcpUrl}`);
    expect(body).toContain('href="vscode:mcp/install?');
    expect(body).toContain('href="cursor://anysphere.cursor-deeplink/mcp/install?');
    expect(body).not.toContain('files.example.com');
    expect(body).not.toContain('>Connected<');
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
