import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { decodeJwt } from 'jose';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config/service-config.js';
import { McpLogout } from 'nestjs-mcp-auth';
import { startService } from '../../../test/support/app.js';
import { page, snippets } from '../../../test/support/how-to.js';
import { DocumentServer } from '../../../test/support/document-server.js';
import { type Json, OAuthTestClient } from '../../../test/support/oauth-client.js';
import { TeamAccounts } from './team-accounts.js';
import { TeamSessions } from './team-sessions.js';
import { TeamClaims } from './team-claims.js';
import { ServiceClient } from '../support/service-client.js';
import { startStandalone, type Standalone } from '../support/standalone.js';

describe('docs/how-to/many-mcp-servers.md', () => {
  let folder: string;
  let service: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-how-to-'));
    const [file = ''] = await snippets('many-mcp-servers.md', 'json');
    await writeFile(join(folder, 'resources.json'), file);
    service = await startStandalone({ MCP_AUTH_RESOURCES: join(folder, 'resources.json') });
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('serves every server of its file', async () => {
    const response = await fetch(`${service.issuer}/.well-known/oauth-authorization-server`);
    expect(await response.json()).toMatchObject({
      protected_resources: [
        service.mcpUrl,
        'https://files.example.com/mcp',
        'https://payroll.example.com/mcp',
        `${service.issuer}/admin/api/v1`,
        `${service.issuer}/admin/mcp`,
      ],
    });
  });

  it('has the metadata of each ready', async () => {
    const [command = ''] = await snippets('many-mcp-servers.md', 'sh');
    const url = /'(http[^']+)'/.exec(command)?.[1] ?? '';
    const response = await fetch(url.replace('http://localhost:3000', service.issuer));
    expect(await response.json()).toMatchObject({
      resource: 'https://files.example.com/mcp',
      authorization_servers: [service.issuer],
      scopes_supported: ['files:read'],
    });
  });
});

describe('docs/how-to/metadata-document-client.md', () => {
  it('has a document that connects', async () => {
    const [snippet = ''] = await snippets('metadata-document-client.md', 'json');
    const document = JSON.parse(snippet) as Json & { client_id: string; redirect_uris: string[] };
    const documents = await DocumentServer.start();
    const path = new URL(document.client_id).pathname;
    documents.serve(path, { ...document, client_id: documents.url(path) });
    const service = await startService();
    const client = new OAuthTestClient(service);
    client.credentials = { client_id: documents.url(path) };
    client.redirectUri = document.redirect_uris[1]?.replace('127.0.0.1', '127.0.0.1:51234') ?? '';
    const tokens = await client.tokens();
    expect((await client.call(tokens.access_token)).status).toBe(200);
    await service.close();
    await documents.close();
  });
});

describe('docs/how-to/openid-connect.md', () => {
  it('signs people out as it says', async () => {
    expect(await page('openid-connect.md')).toContain(
      await readFile(join(import.meta.dirname, 'team-accounts.ts'), 'utf8'),
    );
    const request = new IncomingMessage(new Socket());
    const response = new ServerResponse(request);
    await new TeamAccounts().endSignIn(request, response);
    expect(response.getHeader('Set-Cookie')).toContain('Max-Age=0');
  });

  it('tells clients of the end of a session as it says', async () => {
    expect(await page('openid-connect.md')).toContain(
      await readFile(join(import.meta.dirname, 'team-sessions.ts'), 'utf8'),
    );
    const service = await startService();
    await expect(new TeamSessions(service.application.get(McpLogout)).end('a session')).resolves.toBe(
      undefined,
    );
    await service.close();
  });

  it('adds claims as it says', async () => {
    expect(await page('openid-connect.md')).toContain(
      await readFile(join(import.meta.dirname, 'team-claims.ts'), 'utf8'),
    );
    const service = await startService({ claims: TeamClaims });
    const client = await new OAuthTestClient(service).register();
    const { access_token: token } = await client.tokens({ scope: 'openid' });
    expect(decodeJwt(token)['team']).toBe('research');
    const person = await fetch(`${service.origin}/userinfo`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await person.json()).toEqual({ sub: 'alice', team: 'research' });
    await service.close();
  });
});

describe('docs/how-to/policy-file.md', () => {
  it('shows a file that can be read, and does what it says', async () => {
    const [snippet = ''] = await snippets('policy-file.md', 'yaml');
    const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-how-to-'));
    const [resources = ''] = await snippets('many-mcp-servers.md', 'json');
    await writeFile(join(folder, 'policy.yaml'), snippet);
    await writeFile(join(folder, 'resources.json'), resources);
    const service = await startStandalone({
      MCP_AUTH_POLICY_FILE: join(folder, 'policy.yaml'),
      MCP_AUTH_RESOURCES: join(folder, 'resources.json'),
    });
    await service.addMember('eve@example.com', ['finance']);
    const scopeAt = async (server: string, scope: string, redirectUri: string) => {
      const client = await new ServiceClient(service, server, redirectUri).register();
      const page = await client.authorize('eve@example.com', scope);
      return page.body.includes('You do not have access') ? null : (await client.tokens('', scope)).scope;
    };
    const [files, payroll] = ['https://files.example.com/mcp', 'https://payroll.example.com/mcp'];
    const claude = 'https://claude.ai/api/mcp/auth_callback';
    expect(await scopeAt(files, 'files:read files:write', claude)).toBe('files:read');
    expect(await scopeAt(payroll, 'payroll:read', claude)).toBe('payroll:read');
    expect(await scopeAt(payroll, 'payroll:read', 'https://vscode.dev/redirect')).toBeNull();
    expect(await scopeAt(files, 'files:read', 'https://unknown.example/')).toBeNull();
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('shows more providers that the service takes, beside rules and without', async () => {
    const [rules = '', providers = ''] = await snippets('policy-file.md', 'yaml');
    const [resources = ''] = await snippets('many-mcp-servers.md', 'json');
    const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-how-to-'));
    await writeFile(join(folder, 'lab-client-secret'), 'of the lab\n');
    await writeFile(join(folder, 'resources.json'), resources);
    for (const text of [providers, `${rules}\n${providers}`]) {
      await writeFile(join(folder, 'policy.yaml'), text);
      const { signIn, policy } = readConfig({
        MCP_AUTH_POLICY_FILE: join(folder, 'policy.yaml'),
        MCP_AUTH_RESOURCES: join(folder, 'resources.json'),
        PARTNERS_CLIENT_SECRET: 'of the partners',
      });
      expect(signIn.providers).toMatchObject([
        { id: 'partners', name: 'Partner login', clientSecret: 'of the partners', groupsClaim: 'groups' },
        { id: 'lab', name: 'keycloak.example.com', clientSecret: 'of the lab', groupsClaim: 'roles' },
      ]);
      expect(policy.file?.policy?.rules.length).toBe(text === providers ? undefined : 3);
    }
    await rm(folder, { recursive: true, force: true });
  });
});
