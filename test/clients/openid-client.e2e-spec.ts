import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { authorizeAsPerson, startStandalone, type Standalone } from '../support/standalone.js';

const REDIRECT = 'https://client.example/callback';

describe('openid-client', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
  });
  afterAll(() => service.close());

  it.each([
    ['oauth2', 'client_secret_basic'],
    ['oidc', 'client_secret_post'],
  ] as const)(
    'discovers by %s, registers with %s, and gets and refreshes tokens',
    async (algorithm, method) => {
      const config = await openid.dynamicClientRegistration(
        new URL(service.issuer),
        { redirect_uris: [REDIRECT], token_endpoint_auth_method: method, client_name: 'openid-client' },
        method === 'client_secret_basic' ? openid.ClientSecretBasic() : openid.ClientSecretPost(),
        { algorithm, execute: [openid.allowInsecureRequests] },
      );
      const verifier = openid.randomPKCECodeVerifier();
      const state = openid.randomState();
      const url = openid.buildAuthorizationUrl(config, {
        redirect_uri: REDIRECT,
        scope: 'mcp:tools',
        resource: service.mcpUrl,
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
      });
      const callback = await authorizeAsPerson(url.href);
      const tokens = await openid.authorizationCodeGrant(config, new URL(callback.url), {
        pkceCodeVerifier: verifier,
        expectedState: state,
      });
      expect(tokens.scope).toBe('mcp:tools');
      expect(tokens.expiresIn()).toBeGreaterThan(3_500);
      const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', {
        resource: service.mcpUrl,
      });
      expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
      const who = await fetch(service.mcpUrl, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          authorization: `Bearer ${refreshed.access_token}`,
        },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
      });
      expect(who.status).toBe(200);
    },
  );

  it('learns of a denial and of errors by their codes', async () => {
    const config = await openid.dynamicClientRegistration(
      new URL(service.issuer),
      { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' },
      openid.None(),
      { execute: [openid.allowInsecureRequests] },
    );
    await expect(openid.refreshTokenGrant(config, 'unknown')).rejects.toMatchObject({
      error: 'invalid_grant',
      status: 400,
    });
  });
});
