import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../../test/support/eventually.js';
import { freePort } from '../../../test/support/free-port.js';
import { snippets } from '../../../test/support/how-to.js';
import { signedIn } from '../support/administration.js';
import { hasNginx, startNginx } from '../support/nginx.js';
import { ServiceClient } from '../support/service-client.js';
import { ADMINISTRATOR, type Standalone, startStandalone } from '../support/standalone.js';

describe.skipIf(!hasNginx)('docs/how-to/behind-a-path-prefix.md', () => {
  let folder: string;
  let nginx: ChildProcess;
  let service: Standalone;
  let host: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-prefix-'));
    const [front, port] = [await freePort(), await freePort()];
    host = `http://localhost:${front}`;
    service = await startStandalone({
      PORT: String(port),
      MCP_AUTH_ISSUER: `${host}/auth`,
      MCP_AUTH_TRUST_PROXY: '127.0.0.1,::1',
    });
    const [configuration = ''] = await snippets('behind-a-path-prefix.md', 'nginx');
    // Tests have ports of their own; nothing else is changed.
    nginx = await startNginx(
      folder,
      configuration.replace('listen 8080', `listen ${front}`).replace('127.0.0.1:3000', `127.0.0.1:${port}`),
    );
    await eventually(() =>
      fetch(host).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  });

  afterAll(async () => {
    nginx.kill();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('leads a client that knows the server alone to a tool', async () => {
    const call = (token?: string) =>
      fetch(service.mcpUrl, {
        method: 'POST',
        headers: {
          accept: 'application/json, text/event-stream',
          'content-type': 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      });
    const refused = await call();
    expect(refused.status).toBe(401);
    const [, metadata = ''] =
      /resource_metadata="([^"]+)"/.exec(refused.headers.get('www-authenticate') ?? '') ?? [];
    expect(metadata).toBe(`${host}/.well-known/oauth-protected-resource/auth/mcp`);
    const resource = (await (await fetch(metadata)).json()) as {
      resource: string;
      authorization_servers: string[];
    };
    expect(resource).toMatchObject({ resource: service.mcpUrl, authorization_servers: [service.issuer] });
    const server = await fetch(`${host}/.well-known/oauth-authorization-server/auth`);
    expect(await server.json()).toMatchObject({
      issuer: service.issuer,
      authorization_endpoint: `${service.issuer}/authorize`,
    });
    const client = await new ServiceClient(service, service.mcpUrl).register();
    const tokens = await client.tokens(ADMINISTRATOR.email, 'mcp:tools');
    expect((await call(tokens.access_token)).status).toBe(200);
  });

  it('leaves the rest of the host to the other application', async () => {
    for (const path of [
      '/',
      '/sign-in',
      '/authors',
      '/health/ready',
      '/metrics',
      '/.well-known/openid-configuration',
    ])
      expect([path, await (await fetch(host + path)).text()]).toEqual([path, 'another application']);
  });

  it('shows the start page with and without the slash', async () => {
    const browser = await signedIn(service);
    for (const path of ['/auth', '/auth/']) {
      const { status, body } = await browser.get(host + path);
      expect([path, status, body.includes('Welcome, ')]).toEqual([path, 200, true]);
    }
  });
});
