import * as oauth from 'oauth4webapi';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMINISTRATOR, authorizeAsPerson, startStandalone, type Standalone } from '../support/standalone.js';

const REDIRECT = 'https://client.example/callback';
const insecure = { [oauth.allowInsecureRequests]: true };

describe('oauth4webapi', () => {
  let service: Standalone;

  beforeAll(async () => {
    service = await startStandalone();
  });
  afterAll(() => service.close());

  it('discovers the resource and its server, registers, signs in, and validates the access token as a resource does (RFC 9068 §4)', async () => {
    const identifier = new URL(service.mcpUrl);
    const resource = await oauth.processResourceDiscoveryResponse(
      identifier,
      await oauth.resourceDiscoveryRequest(identifier, insecure),
    );
    const issuer = new URL(resource.authorization_servers?.[0] ?? '');
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' }),
    );
    const client = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(
        server,
        { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none', client_name: 'oauth4webapi' },
        insecure,
      ),
    );
    const verifier = oauth.generateRandomCodeVerifier();
    const url = new URL(server.authorization_endpoint ?? '');
    for (const [name, value] of Object.entries({
      client_id: client.client_id,
      redirect_uri: REDIRECT,
      response_type: 'code',
      resource: service.mcpUrl,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state: 'state',
    }))
      url.searchParams.set(name, value);
    const { parameters } = await authorizeAsPerson(url.href);
    const callback = oauth.validateAuthResponse(server, client, parameters, 'state');
    const tokens = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        server,
        client,
        oauth.None(),
        callback,
        REDIRECT,
        verifier,
        insecure,
      ),
    );
    expect(tokens.scope).toBe('mcp:tools');
    const request = new Request(service.mcpUrl, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    const claims = await oauth.validateJwtAccessToken(server, request, service.mcpUrl, insecure);
    expect(claims).toMatchObject({ iss: service.issuer, client_id: client.client_id, scope: 'mcp:tools' });

    const refreshed = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(
        server,
        client,
        oauth.None(),
        tokens.refresh_token ?? '',
        insecure,
      ),
    );
    expect(refreshed.refresh_token).not.toBe(tokens.refresh_token);
  });

  it('proves itself with a key, takes the id_token, asks who it is, and hands the token back', async () => {
    const issuer = new URL(service.issuer);
    const server = await oauth.processDiscoveryResponse(
      issuer,
      await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oidc' }),
    );
    const { privateKey, publicKey } = await oauth.generateKeyPair('ES256', { extractable: true });
    const client = await oauth.processDynamicClientRegistrationResponse(
      await oauth.dynamicClientRegistrationRequest(
        server,
        {
          redirect_uris: [REDIRECT],
          token_endpoint_auth_method: 'private_key_jwt',
          jwks: { keys: [{ ...(await crypto.subtle.exportKey('jwk', publicKey)) } as oauth.JsonObject] },
        },
        insecure,
      ),
    );
    const verifier = oauth.generateRandomCodeVerifier();
    const nonce = oauth.generateRandomNonce();
    const url = new URL(server.authorization_endpoint ?? '');
    url.search = new URLSearchParams({
      client_id: client.client_id,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'openid email',
      nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }).toString();
    const { parameters } = await authorizeAsPerson(url.href);
    const callback = oauth.validateAuthResponse(server, client, parameters, oauth.expectNoState);
    const proof = oauth.PrivateKeyJwt(privateKey);
    const answer = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      proof,
      callback,
      REDIRECT,
      verifier,
      insecure,
    );
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, answer, {
      expectedNonce: nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(server, answer, insecure);
    const { sub } = oauth.getValidatedIdTokenClaims(tokens) ?? { sub: '' };
    const ask = () => oauth.userInfoRequest(server, client, tokens.access_token, insecure);
    const person = await oauth.processUserInfoResponse(server, client, sub, await ask());
    expect(person.email).toBe(ADMINISTRATOR.email);
    const revoked = await oauth.revocationRequest(server, client, proof, tokens.access_token, insecure);
    await oauth.processRevocationResponse(revoked);
    expect((await ask()).status).toBe(401);
  });

  it('binds its tokens to a key, with nonces that it is asked for (RFC 9449 §8, §9)', async () => {
    const strict = await startStandalone({ MCP_AUTH_DPOP: 'required', MCP_AUTH_DPOP_NONCES: 'on' });
    try {
      const issuer = new URL(strict.issuer);
      const server = await oauth.processDiscoveryResponse(
        issuer,
        await oauth.discoveryRequest(issuer, { ...insecure, algorithm: 'oauth2' }),
      );
      const client = await oauth.processDynamicClientRegistrationResponse(
        await oauth.dynamicClientRegistrationRequest(
          server,
          {
            redirect_uris: [REDIRECT],
            token_endpoint_auth_method: 'none',
            client_name: 'oauth4webapi',
            dpop_bound_access_tokens: true,
          },
          insecure,
        ),
      );
      const keyPair = await oauth.generateKeyPair('ES256');
      const DPoP = oauth.DPoP({}, keyPair);
      const verifier = oauth.generateRandomCodeVerifier();
      const url = new URL(server.authorization_endpoint ?? '');
      for (const [name, value] of Object.entries({
        client_id: client.client_id,
        redirect_uri: REDIRECT,
        response_type: 'code',
        resource: strict.mcpUrl,
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: 'state',
        dpop_jkt: await DPoP.calculateThumbprint(),
      }))
        url.searchParams.set(name, value);
      const { parameters } = await authorizeAsPerson(url.href);
      const callback = oauth.validateAuthResponse(server, client, parameters, 'state');
      const redeem = async () =>
        oauth.processAuthorizationCodeResponse(
          server,
          client,
          await oauth.authorizationCodeGrantRequest(
            server,
            client,
            oauth.None(),
            callback,
            REDIRECT,
            verifier,
            {
              ...insecure,
              DPoP,
            },
          ),
        );
      await expect(redeem()).rejects.toSatisfy(oauth.isDPoPNonceError);
      const tokens = await redeem();
      expect(tokens.token_type).toBe('dpop');
      const ask = () =>
        oauth.protectedResourceRequest(
          tokens.access_token,
          'POST',
          new URL(strict.mcpUrl),
          new Headers({ 'content-type': 'application/json', accept: 'application/json, text/event-stream' }),
          JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
          { ...insecure, DPoP },
        );
      expect((await ask()).status).toBe(200);
      const refreshed = await oauth.processRefreshTokenResponse(
        server,
        client,
        await oauth.refreshTokenGrantRequest(server, client, oauth.None(), tokens.refresh_token ?? '', {
          ...insecure,
          DPoP,
        }),
      );
      expect(refreshed.token_type).toBe('dpop');
    } finally {
      await strict.close();
    }
  });
});
