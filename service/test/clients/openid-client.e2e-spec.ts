import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMINISTRATOR, authorizeAsPerson, startStandalone, type Standalone } from '../support/standalone.js';

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

  it('signs a person in with nonce, id_token and userinfo', async () => {
    const config = await openid.dynamicClientRegistration(
      new URL(service.issuer),
      { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' },
      openid.None(),
      { execute: [openid.allowInsecureRequests] },
    );
    const verifier = openid.randomPKCECodeVerifier();
    const nonce = openid.randomNonce();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT,
      scope: 'openid profile email',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      nonce,
      max_age: '600',
    });
    const callback = await authorizeAsPerson(url.href);
    const tokens = await openid.authorizationCodeGrant(config, new URL(callback.url), {
      pkceCodeVerifier: verifier,
      expectedNonce: nonce,
      idTokenExpected: true,
      maxAge: 600,
    });
    const claims = tokens.claims();
    expect(claims).toMatchObject({ email: ADMINISTRATOR.email, name: 'Ada' });
    const person = await openid.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '');
    expect(person).toMatchObject({ sub: claims?.sub, email: ADMINISTRATOR.email });
    await openid.tokenRevocation(config, tokens.refresh_token ?? '');
    await expect(openid.fetchUserInfo(config, tokens.access_token, claims?.sub ?? '')).rejects.toThrow();
  });

  it('proves itself with a key', async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey(
      { name: 'ECDSA', namedCurve: 'P-256' },
      true,
      ['sign', 'verify'],
    );
    const config = await openid.dynamicClientRegistration(
      new URL(service.issuer),
      {
        redirect_uris: [REDIRECT],
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: { keys: [{ ...(await crypto.subtle.exportKey('jwk', publicKey)) } as openid.JsonObject] },
      },
      openid.PrivateKeyJwt(privateKey),
      { execute: [openid.allowInsecureRequests] },
    );
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT,
      scope: 'mcp:tools',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const callback = await authorizeAsPerson(url.href);
    const tokens = await openid.authorizationCodeGrant(config, new URL(callback.url), {
      pkceCodeVerifier: verifier,
    });
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    expect(refreshed.access_token).not.toBe(tokens.access_token);
  });

  it('binds its tokens to a key (DPoP, RFC 9449)', async () => {
    const config = await openid.dynamicClientRegistration(
      new URL(service.issuer),
      {
        redirect_uris: [REDIRECT],
        token_endpoint_auth_method: 'none',
        dpop_bound_access_tokens: true,
      },
      openid.None(),
      { execute: [openid.allowInsecureRequests] },
    );
    const DPoP = openid.getDPoPHandle(config, await openid.randomDPoPKeyPair('ES256'));
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT,
      scope: 'mcp:tools',
      resource: service.mcpUrl,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      dpop_jkt: await DPoP.calculateThumbprint(),
    });
    const callback = await authorizeAsPerson(url.href);
    const checks = { pkceCodeVerifier: verifier };
    const tokens = await openid.authorizationCodeGrant(config, new URL(callback.url), checks, undefined, {
      DPoP,
    });
    expect(tokens.token_type).toBe('dpop');
    const refresh = tokens.refresh_token ?? '';
    await expect(openid.refreshTokenGrant(config, refresh)).rejects.toMatchObject({
      error: 'invalid_dpop_proof',
      status: 400,
    });
    const refreshed = await openid.refreshTokenGrant(config, refresh, undefined, { DPoP });
    const call = (options?: openid.DPoPOptions) =>
      openid.fetchProtectedResource(
        config,
        refreshed.access_token,
        new URL(service.mcpUrl),
        'POST',
        JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }),
        new Headers({
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
        }),
        options,
      );
    expect((await call({ DPoP })).status).toBe(200);
    await expect(call()).rejects.toMatchObject({ status: 401 });
  });

  it('introspects as the server of a resource', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'mcp-auth-introspection-'));
    const file = join(folder, 'resources.json');
    const introspection = { clientId: 'files', clientSecret: 'a secret of the files server, long enough' };
    const identifier = 'https://files.example.com/mcp';
    await writeFile(file, JSON.stringify([{ identifier, scopes: { 'files:read': 'Read' }, introspection }]));
    const policy = join(folder, 'policy.yaml');
    await writeFile(policy, `rules: [{ name: All, groups: everyone, server: '${identifier}', scopes: all }]`);
    const other = await startStandalone({ MCP_AUTH_RESOURCES: file, MCP_AUTH_POLICY_FILE: policy });
    const client = await openid.dynamicClientRegistration(
      new URL(other.issuer),
      { redirect_uris: [REDIRECT], token_endpoint_auth_method: 'none' },
      openid.None(),
      { execute: [openid.allowInsecureRequests] },
    );
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(client, {
      redirect_uri: REDIRECT,
      resource: identifier,
      scope: 'files:read',
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const callback = await authorizeAsPerson(url.href);
    const tokens = await openid.authorizationCodeGrant(client, new URL(callback.url), {
      pkceCodeVerifier: verifier,
    });
    const server = await openid.discovery(
      new URL(other.issuer),
      introspection.clientId,
      undefined,
      openid.ClientSecretBasic(introspection.clientSecret),
      { execute: [openid.allowInsecureRequests] },
    );
    expect(await openid.tokenIntrospection(server, tokens.access_token)).toMatchObject({
      active: true,
      aud: identifier,
      scope: 'files:read',
    });
    await openid.tokenRevocation(client, tokens.access_token);
    expect(await openid.tokenIntrospection(server, tokens.access_token)).toEqual({ active: false });
    await other.close();
    await rm(folder, { recursive: true });
  });

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
