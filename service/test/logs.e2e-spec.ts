import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../test/support/free-port.js';
import { Browser, encode } from '../../test/support/browser.js';
import { parseForm } from '../../test/support/html-form.js';
import { type ServiceProcess, startProcess } from './support/service-process.js';
import { ADMINISTRATOR, authorizeAsPerson, PASSWORD } from './support/standalone.js';

const REDIRECT = 'https://client.example/callback';

/** A browser that knows every cookie it ever had. */
class RememberingBrowser extends Browser {
  readonly secrets = new Set<string>();

  override async request(url: string, init: RequestInit = {}) {
    const response = await super.request(url, init);
    for (const cookie of response.headers.getSetCookie()) {
      const [, value = ''] = /^[^=]+=([^;]*)/.exec(cookie) ?? [];
      if (value) this.secrets.add(value);
    }
    return response;
  }
}

interface Line {
  level: number;
  msg?: string;
  requestId?: string;
  req?: { method: string; path: string };
}

describe('the log of the service, at its most talkative', () => {
  let dataDir: string;
  let service: ServiceProcess;
  let issuer: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'mcp-auth-logs-'));
    const port = await freePort();
    issuer = `http://localhost:${port}`;
    service = await startProcess(port, {
      MCP_AUTH_DATA_DIR: dataDir,
      MCP_AUTH_ADMIN_EMAIL: ADMINISTRATOR.email,
      MCP_AUTH_ADMIN_PASSWORD: PASSWORD,
      MCP_AUTH_LOG_LEVEL: 'trace',
    });
  });
  afterAll(async () => {
    service.child.kill('SIGTERM');
    await service.ended;
    await rm(dataDir, { recursive: true, force: true });
  });

  const lines = () =>
    service
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as Line);
  /** What a run leaves in the log, once its last request is there. */
  const logged = async () => {
    const last = `/probe-${Math.random().toString(36).slice(2)}`;
    await fetch(`${issuer}${last}`);
    while (!lines().some(({ req }) => req?.path === last))
      await new Promise((resolve) => setTimeout(resolve, 20));
    return lines()
      .map((line) => JSON.stringify(line))
      .join('\n');
  };

  it('holds nothing secret of a sign-in, an authorization, its tokens, and what goes wrong with them', async () => {
    const browser = new RememberingBrowser();
    const config = await openid.dynamicClientRegistration(
      new URL(issuer),
      { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'client_secret_basic' },
      undefined,
      { execute: [openid.allowInsecureRequests] },
    );
    const verifier = openid.randomPKCECodeVerifier();
    const [state, nonce] = [openid.randomState(), openid.randomNonce()];
    const challenge = await openid.calculatePKCECodeChallenge(verifier);
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT,
      scope: 'openid email mcp:tools',
      resource: `${issuer}/mcp`,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      state,
      nonce,
      login_hint: 'hint@example.com',
    });
    const { url: callback, parameters, pages } = await authorizeAsPerson(url.href, browser);
    const grant = await openid.authorizationCodeGrant(config, new URL(callback), {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
    });
    const refreshed = await openid.refreshTokenGrant(config, grant.refresh_token ?? '');
    await openid.fetchUserInfo(config, refreshed.access_token, grant.claims()?.sub ?? '');
    await openid.tokenRevocation(config, refreshed.refresh_token ?? '');
    await expect(openid.refreshTokenGrant(config, refreshed.refresh_token ?? '')).rejects.toThrow();
    const wrong = { email: 'wrong@example.com', password: 'a wrong password', csrf: 'a wrong csrf' };
    await browser.post(`${issuer}/sign-in?code=a-query`, wrong);
    await fetch(`${issuer}/token?access_token=in-a-query`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: 'Basic YTpi' },
      body: encode({ grant_type: 'refresh_token', refresh_token: 'a wrong token', client_id: 'a' }),
    });

    const { client_secret: clientSecret } = config.clientMetadata();
    const secrets = [
      ...browser.secrets,
      ...pages
        .flatMap(({ body }) => parseForm(body).fields.filter(([name]) => name === 'csrf'))
        .map(([, value]) => value),
      ...Object.values(wrong),
      clientSecret,
      verifier,
      challenge,
      state,
      nonce,
      parameters.get('code'),
      grant.access_token,
      grant.refresh_token,
      grant.id_token,
      refreshed.access_token,
      refreshed.refresh_token,
      PASSWORD,
      ADMINISTRATOR.email,
      'hint@example.com',
      'a-query',
      'in-a-query',
      'YTpi',
      'a wrong token',
    ].map(String);
    expect(secrets.length).toBeGreaterThan(20);
    expect(secrets.filter((secret) => secret.length < 4)).toEqual([]);
    const log = await logged();
    expect(log).toContain('"path":"/token"');
    for (const secret of secrets) {
      expect(log).not.toContain(secret);
      expect(log).not.toContain(encodeURIComponent(secret));
    }
  });

  it('names the request in every line that it leaves, and the request knows the name', async () => {
    const { headers } = await fetch(`${issuer}/token`, { method: 'POST' });
    await logged();
    const id = headers.get('x-request-id');
    const own = lines().filter(({ requestId }) => requestId === id);
    expect(own).toEqual([
      expect.objectContaining({ msg: 'request completed', req: { method: 'POST', path: '/token' } }),
    ]);
    const ofRequests = lines().filter(({ req }) => req !== undefined);
    expect(ofRequests.filter(({ requestId }) => requestId === undefined)).toEqual([]);
  });
});
