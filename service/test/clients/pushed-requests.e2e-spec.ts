import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as oauth from 'oauth4webapi';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snippets } from '../../../test/support/how-to.js';
import { beginSignIn } from '../how-to/pushed-authorization.js';
import { authorizeAsPerson, startStandalone, type Standalone } from '../support/standalone.js';

const REDIRECT = 'https://client.example/callback';
const METRICS = 'a-token-of-the-metrics-which-is-long-enough';
const insecure = { [oauth.allowInsecureRequests]: true };

describe('docs/how-to/pushed-authorization-requests.md', () => {
  let service: Standalone;
  beforeAll(async () => {
    service = await startStandalone({ MCP_AUTH_METRICS_TOKEN: METRICS });
  });
  afterAll(() => service.close());

  it('pushes with openid-client, as it says', async () => {
    const [code = ''] = await snippets('pushed-authorization-requests.md', 'ts');
    expect(code).toBe(await readFile(join(import.meta.dirname, '../how-to/pushed-authorization.ts'), 'utf8'));
    const { config, url, verifier, state } = await beginSignIn(service.issuer, service.mcpUrl, REDIRECT);
    expect([...url.searchParams.keys()].toSorted()).toEqual(['client_id', 'request_uri']);
    const callback = await authorizeAsPerson(url.href);
    const tokens = await openid.authorizationCodeGrant(config, new URL(callback.url), {
      pkceCodeVerifier: verifier,
      expectedState: state,
    });
    expect(tokens.scope).toBe('mcp:tools');
    const plain = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT,
      resource: service.mcpUrl,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    expect(await (await fetch(plain, { redirect: 'manual' })).text()).toContain('must be pushed');
    const metrics = await fetch(`${service.origin}/metrics`, {
      headers: { authorization: `Bearer ${METRICS}` },
    });
    expect(await metrics.text()).toContain(
      'mcp_auth_audit_events_total{action="authorization.push",outcome="success"} 1',
    );
  });
});

describe('oauth4webapi', () => {
  it('pushes with a proof and a nonce, where that is required of everybody (RFC 9449 §10.1)', async () => {
    const service = await startStandalone({
      MCP_AUTH_PUSHED_REQUESTS: 'required',
      MCP_AUTH_DPOP: 'required',
      MCP_AUTH_DPOP_NONCES: 'on',
    });
    try {
      const issuer = new URL(service.issuer);
      const server = await oauth.processDiscoveryResponse(
        issuer,
        await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' }),
      );
      expect(server.require_pushed_authorization_requests).toBe(true);
      const client = await oauth.processDynamicClientRegistrationResponse(
        await oauth.dynamicClientRegistrationRequest(
          server,
          { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none', client_name: 'oauth4webapi' },
          insecure,
        ),
      );
      const DPoP = oauth.DPoP({}, await oauth.generateKeyPair('ES256'));
      const verifier = oauth.generateRandomCodeVerifier();
      const parameters = {
        redirect_uri: REDIRECT,
        response_type: 'code',
        resource: service.mcpUrl,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: 'state',
      };
      const push = async () =>
        oauth.processPushedAuthorizationResponse(
          server,
          client,
          await oauth.pushedAuthorizationRequest(server, client, oauth.None(), parameters, {
            ...insecure,
            DPoP,
          }),
        );
      await expect(push()).rejects.toSatisfy(oauth.isDPoPNonceError);
      const pushed = await push();
      expect(pushed.expires_in).toBe(90);
      const url = new URL(server.authorization_endpoint ?? '');
      url.searchParams.set('client_id', client.client_id);
      url.searchParams.set('request_uri', pushed.request_uri);
      const callback = await authorizeAsPerson(url.href);
      const tokens = await oauth.processAuthorizationCodeResponse(
        server,
        client,
        await oauth.authorizationCodeGrantRequest(
          server,
          client,
          oauth.None(),
          oauth.validateAuthResponse(server, client, callback.parameters, 'state'),
          REDIRECT,
          verifier,
          { ...insecure, DPoP },
        ),
      );
      expect(tokens.token_type).toBe('dpop');
    } finally {
      await service.close();
    }
  });
});
