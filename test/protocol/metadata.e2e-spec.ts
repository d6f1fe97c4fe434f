import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import type { Json } from '../support/oauth-client.js';

/** Without fetch, which adds `Cache-Control: no-cache` to a conditional request. */
const statusOf = (url: string, headers: Record<string, string>) =>
  new Promise((resolve) => get(url, { headers }, (response) => resolve(response.resume().statusCode)));

describe.each([[''], ['/auth']])(
  'RFC 8414 and RFC 9728 metadata of an issuer with the path "%s"',
  (issuerPath) => {
    let service: TestService;

    beforeAll(async () => {
      service = await startService({ issuerPath });
    });
    afterAll(() => service.close());

    const serverDocuments = [
      '/.well-known/oauth-authorization-server',
      '/.well-known/openid-configuration',
      `/.well-known/oauth-authorization-server${issuerPath}`,
      `/.well-known/openid-configuration${issuerPath}`,
      `${issuerPath}/.well-known/openid-configuration`,
      `${issuerPath}/.well-known/oauth-authorization-server`,
    ];

    it.each([...new Set(serverDocuments)])('serves the server at %s (RFC 8414 §3.1)', async (path) => {
      const response = await fetch(service.origin + path);
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toContain('application/json');
      expect(response.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      const metadata = (await response.json()) as Json;
      const { issuer } = service;
      expect(metadata).toMatchObject({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        registration_endpoint: `${issuer}/register`,
        revocation_endpoint: `${issuer}/revoke`,
        jwks_uri: `${issuer}/jwks`,
        response_types_supported: ['code'],
        grant_types_supported: ['authorization_code', 'refresh_token'],
        code_challenge_methods_supported: ['S256'],
        authorization_response_iss_parameter_supported: true,
        token_endpoint_auth_methods_supported: [
          'none',
          'client_secret_basic',
          'client_secret_post',
          'private_key_jwt',
        ],
        protected_resources: [service.resource, service.secondResource],
      });
      expect(metadata['scopes_supported']).toContain('offline_access');
    });

    it('advertises only endpoints that answer', async () => {
      const metadata = (await (
        await fetch(`${service.origin}/.well-known/openid-configuration`)
      ).json()) as Json;
      for (const [name, url] of Object.entries(metadata)) {
        if (!/_(endpoint|uri)$/.test(name)) continue;
        expect((await fetch(String(url), { redirect: 'manual' })).status, name).not.toBe(500);
        const exists = await fetch(String(url), {
          method: name === 'jwks_uri' ? 'GET' : 'POST',
          redirect: 'manual',
        });
        expect(exists.status, name).not.toBe(404);
      }
    });

    it.each([
      ['/mcp', 'resource', 'notes:read'],
      ['', 'resource', 'notes:read'],
      ['/files', 'secondResource', 'files:read'],
    ] as const)('serves the resource at its path "%s" (RFC 9728 §3.1)', async (path, resource, scope) => {
      const response = await fetch(`${service.origin}/.well-known/oauth-protected-resource${path}`);
      expect(response.status).toBe(200);
      expect(response.headers.get('access-control-allow-origin')).toBe('*');
      expect(await response.json()).toMatchObject({
        resource: service[resource],
        authorization_servers: [service.issuer],
        scopes_supported: [scope],
        bearer_methods_supported: ['header'],
      });
    });

    it.each([
      '/.well-known/oauth-protected-resource/elsewhere',
      '/.well-known/oauth-authorization-server/elsewhere',
    ])('knows nothing of %s', async (path) => {
      const response = await fetch(service.origin + path);
      expect(response.status).toBe(404);
      expect(await response.json()).toHaveProperty('error', 'invalid_request');
    });

    /** All of an answer but its date. */
    const whole = async (path: string, headers: Record<string, string>) => {
      const answer = await fetch(service.origin + path, { headers });
      const { date: _, ...rest } = Object.fromEntries(answer.headers);
      return { status: answer.status, headers: rest, body: await answer.text() };
    };

    it('answers HEAD, OPTIONS and If-None-Match (RFC 9110 §9.3.2, §13.1.2)', async () => {
      for (const path of [
        '/.well-known/oauth-authorization-server',
        '/.well-known/oauth-protected-resource',
        `${issuerPath}/jwks`,
      ]) {
        const head = await fetch(service.origin + path, { method: 'HEAD' });
        expect([head.status, await head.text()]).toEqual([200, '']);
        const etag = head.headers.get('etag') ?? '';
        expect(await statusOf(service.origin + path, { 'if-none-match': etag })).toBe(304);
        const preflight = await fetch(service.origin + path, { method: 'OPTIONS' });
        expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, '*']);
        expect(await whole(path, { 'if-none-match': '"another"' })).toEqual(await whole(path, {}));
      }
    });

    it('answers preflights of the token and registration endpoints (Fetch §3.2.2)', async () => {
      for (const path of ['/token', '/register']) {
        const preflight = await fetch(service.origin + issuerPath + path, { method: 'OPTIONS' });
        expect(preflight.status).toBe(204);
        expect(preflight.headers.get('access-control-allow-headers')).toContain('MCP-Protocol-Version');
        expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
      }
    });

    it('publishes public keys alone, one for ES256 and one for RS256 (RFC 7517 §5)', async () => {
      const response = await fetch(`${service.origin}${issuerPath}/jwks`);
      const { keys } = (await response.json()) as { keys: Json[] };
      expect(new Set(keys.map(({ alg }) => alg))).toEqual(new Set(['ES256', 'RS256']));
      for (const key of keys)
        for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(key).not.toHaveProperty(secret);
    });
  },
);
