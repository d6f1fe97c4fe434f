import {
  Client,
  ClientCredentialsProvider,
  type OAuthClientProvider,
  PrivateKeyJwtProvider,
  StreamableHTTPClientTransport,
} from '@modelcontextprotocol/client';
import { decodeJwt } from 'jose';
import { execFile } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Browser } from '../../../test/support/browser.js';
import { eventually } from '../../../test/support/eventually.js';
import { ForeignIssuer } from '../../../test/support/foreign-issuer.js';
import { page, snippets } from '../../../test/support/how-to.js';
import { freePort } from '../../../test/support/free-port.js';
import { boundReport } from '../how-to/bound-report.js';
import { nightlyReport } from '../how-to/nightly-report.js';
import {
  ADMINISTRATOR,
  fillSignIn,
  PASSWORD,
  startStandalone,
  type Standalone,
} from '../support/standalone.js';

const SECRET = 'a secret of the build agent, long enough';
const METRICS = 'a-token-of-the-metrics-which-is-long-enough';
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

interface Whoami {
  userId: string | null;
  clientId: string;
  scopes: string[];
}

describe('docs/how-to/service-accounts.md', () => {
  let folder: string;
  let service: Standalone;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mcp-auth-service-accounts-'));
    const port = await freePort();
    const [text = ''] = await snippets('service-accounts.md', 'yaml');
    const { x, y } = publicKey.export({ format: 'jwk' });
    const file = text
      .replaceAll('http://localhost:3000', `http://localhost:${port}`)
      .replace(/ x: \S+/, ` x: ${x}`)
      .replace(/ y: \S+/, ` y: ${y}`);
    await writeFile(join(folder, 'policy.yaml'), file);
    service = await startStandalone({
      PORT: String(port),
      MCP_AUTH_POLICY_FILE: join(folder, 'policy.yaml'),
      BUILD_AGENT_SECRET: SECRET,
      MCP_AUTH_METRICS_TOKEN: METRICS,
    });
  });
  afterAll(async () => {
    await service.close();
    await rm(folder, { recursive: true, force: true });
  });

  const whoami = async (authProvider: OAuthClientProvider): Promise<Whoami> => {
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(new StreamableHTTPClientTransport(new URL(service.mcpUrl), { authProvider }));
    const { content } = await client.callTool({ name: 'whoami' });
    await client.close();
    return JSON.parse((content as { text: string }[])[0]?.text ?? '') as Whoami;
  };

  it('connects a program with a key, as it says', async () => {
    const [code = ''] = await snippets('service-accounts.md', 'ts');
    expect(code).toBe(await readFile(join(import.meta.dirname, '../how-to/nightly-report.ts'), 'utf8'));
    expect(await page('service-accounts.md')).toContain('ClientCredentialsProvider');
    const { content } = (await nightlyReport(service.issuer, service.mcpUrl, pem)) as {
      content: { text: string }[];
    };
    expect(JSON.parse(content[0]?.text ?? '')).toMatchObject({
      userId: null,
      clientId: 'nightly-report',
      scopes: ['mcp:tools'],
      resource: service.mcpUrl,
    });
  });

  it('connects a program with tokens that are bound to its key, as docs/how-to/dpop.md says (RFC 9449 §5)', async () => {
    const [code = ''] = await snippets('dpop.md', 'ts');
    expect(code).toBe(await readFile(join(import.meta.dirname, '../how-to/bound-report.ts'), 'utf8'));
    const [answer, tokens] = (await boundReport(service.issuer, service.mcpUrl, pem)) as [
      { content: { text: string }[] },
      { token_type: string },
    ];
    expect(JSON.parse(answer.content[0]?.text ?? '')).toMatchObject({ clientId: 'nightly-report' });
    expect(tokens.token_type).toBe('DPoP');
  });

  it('connects the MCP SDK with PrivateKeyJwtProvider and with ClientCredentialsProvider', async () => {
    const key = {
      clientId: 'nightly-report',
      privateKey: pem,
      algorithm: 'ES256',
      expectedIssuer: service.issuer,
    };
    expect(await whoami(new PrivateKeyJwtProvider(key))).toMatchObject({
      userId: null,
      scopes: ['mcp:tools'],
    });
    const secret = { clientId: 'build-agent', clientSecret: SECRET, expectedIssuer: service.issuer };
    expect(await whoami(new ClientCredentialsProvider(secret))).toMatchObject({
      userId: null,
      clientId: 'build-agent',
    });
  });

  it('tells the MCP SDK that a tool is beyond the account', async () => {
    const provider = new ClientCredentialsProvider({
      clientId: 'build-agent',
      clientSecret: SECRET,
      expectedIssuer: service.issuer,
    });
    const client = new Client({ name: 'test', version: '1.0.0' });
    await client.connect(
      new StreamableHTTPClientTransport(new URL(service.mcpUrl), { authProvider: provider }),
    );
    await expect(client.callTool({ name: 'delete_note', arguments: { id: '7' } })).rejects.toThrow();
    await client.close();
  });

  it('works with oauth4webapi, which validates the token as a resource does (RFC 9068 §4)', async () => {
    const insecure = { [oauth.allowInsecureRequests]: true };
    const issuer = new URL(service.issuer);
    const discovered = await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' });
    const server = await oauth.processDiscoveryResponse(issuer, discovered);
    expect(server.grant_types_supported).toContain('client_credentials');
    const key = await crypto.subtle.importKey(
      'pkcs8',
      privateKey.export({ type: 'pkcs8', format: 'der' }),
      { name: 'ECDSA', namedCurve: 'P-256' },
      false,
      ['sign'],
    );
    const client = { client_id: 'nightly-report' };
    const answer = await oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.PrivateKeyJwt(key),
      { resource: service.mcpUrl, scope: 'mcp:tools' },
      insecure,
    );
    const { access_token: token } = await oauth.processClientCredentialsResponse(server, client, answer);
    const request = new Request(service.mcpUrl, { headers: { authorization: `Bearer ${token}` } });
    expect(await oauth.validateJwtAccessToken(server, request, service.mcpUrl, insecure)).toMatchObject({
      sub: 'nightly-report',
      client_id: 'nightly-report',
    });
  });

  it('works with openid-client', async () => {
    const config = await openid.discovery(
      new URL(service.issuer),
      'build-agent',
      SECRET,
      openid.ClientSecretBasic(SECRET),
      { execute: [openid.allowInsecureRequests] },
    );
    const tokens = await openid.clientCredentialsGrant(config, { resource: service.mcpUrl });
    expect(tokens).toMatchObject({ token_type: 'bearer', scope: 'mcp:tools' });
    expect(tokens.refresh_token).toBeUndefined();
  });

  it('counts and records each token, and keeps it off the pages of people', async () => {
    await whoami(
      new ClientCredentialsProvider({
        clientId: 'build-agent',
        clientSecret: SECRET,
        expectedIssuer: service.issuer,
      }),
    );
    const metrics = await fetch(`${service.issuer}/metrics`, {
      headers: { authorization: `Bearer ${METRICS}` },
    });
    expect(await metrics.text()).toMatch(
      /token_answers_total\{grant_type="client_credentials",outcome="\w+"\} [1-9]/,
    );
    const browser = new Browser();
    await fillSignIn(browser, await browser.get(`${service.issuer}/sign-in`), ADMINISTRATOR.email, PASSWORD);
    const account = await browser.get(`${service.issuer}/account`);
    expect(account.status).toBe(200);
    expect(account.body).not.toContain('build-agent');
    expect((await browser.get(`${service.issuer}/admin/people`)).status).toBe(200);
    const issued = `${service.issuer}/admin/audit?action=token.issue`;
    await eventually(async () => (await browser.get(issued)).body.includes('build-agent'));
  });
});

describe('docs/how-to/workload-identity.md', () => {
  it('makes jobs of its platforms service accounts', async () => {
    const [cluster, ci] = await Promise.all([ForeignIssuer.start(), ForeignIssuer.start('JWT')]);
    const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-workloads-'));
    const port = await freePort();
    const [text = ''] = await snippets('workload-identity.md', 'yaml');
    const file = text
      .replaceAll('http://localhost:3000', `http://localhost:${port}`)
      .replaceAll('https://kubernetes.example.com', cluster.issuer)
      .replaceAll('https://token.actions.githubusercontent.com', ci.issuer);
    await writeFile(join(folder, 'policy.yaml'), file);
    const service = await startStandalone({
      PORT: String(port),
      MCP_AUTH_POLICY_FILE: join(folder, 'policy.yaml'),
      MCP_AUTH_CLIENT_DOCUMENTS: 'loopback',
    });
    const [command = ''] = await snippets('workload-identity.md', 'sh');
    const present = async (token: string) => {
      const script = command.replaceAll('http://localhost:3000', service.issuer);
      const { stdout } = await promisify(execFile)('bash', ['-c', script], {
        env: { ...process.env, PLATFORM_TOKEN: token },
      });
      return JSON.parse(stdout) as { access_token: string; error?: string };
    };
    const pod = await cluster.sign(service.clock, {
      claims: { sub: 'system:serviceaccount:batch:nightly-report', aud: service.issuer },
    });
    for (let round = 0; round < 2; round += 1)
      expect(decodeJwt((await present(pod)).access_token).sub).toBe('nightly-report');
    const main = { repository_owner_id: '1234567', repository: 'acme/tools', ref: 'refs/heads/main' };
    const job = (claims: object) =>
      ci.sign(service.clock, {
        claims: { sub: 'repo:acme/tools', aud: `${service.issuer}/token`, ...main, ...claims },
      });
    expect(decodeJwt((await present(await job({}))).access_token).sub).toBe('release');
    expect((await present(await job({ ref: 'refs/heads/other' }))).error).toBe('invalid_grant');
    await service.close();
    await Promise.all([cluster.close(), ci.close(), rm(folder, { recursive: true, force: true })]);
  });
});
