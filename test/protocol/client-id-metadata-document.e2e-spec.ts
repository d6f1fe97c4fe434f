import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startReplicas, type TestService } from '../support/app.js';
import { DocumentServer } from '../support/document-server.js';
import { eventually } from '../support/eventually.js';
import { type Json, OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

describe('Client ID Metadata Documents', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;
  let documents: DocumentServer;
  let path: string;
  let client: OAuthTestClient;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas());
  });
  afterAll(() => close());
  beforeEach(async () => {
    // A server of its own for each test: what is fetched from one origin is limited.
    await documents?.close();
    documents = await DocumentServer.start();
    path = `/${randomUUID()}/client.json`;
    documents.serve(path, documents.client(path));
    client = new OAuthTestClient(first);
    client.credentials = { client_id: documents.url(path) };
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  afterAll(() => documents.close());

  const rows = () =>
    first.sql<Json>('SELECT * FROM "oauthApplication" WHERE "clientId" = $1', [client.credentials.client_id]);

  it('are advertised (MCP 2026-07-28, "Advertising CIMD Support")', async () => {
    const response = await fetch(`${first.origin}/.well-known/oauth-authorization-server`);
    expect(await response.json()).toMatchObject({ client_id_metadata_document_supported: true });
  });

  it('let a client connect that never registered, and give it a row with the consent (§3)', async () => {
    const before = await first.snapshot();
    const page = await client.toConsent();
    expect(page.body).toContain('Document client');
    expect(page.body).toContain(new URL(documents.origin).host);
    expect((await first.snapshot())['oauthApplication']).toBe(before['oauthApplication']);
    const code = redirectParameters(await client.approve(page)).get('code') ?? '';
    expect(await rows()).toMatchObject([
      { source: 'document', name: 'Document client', redirectUrls: ['https://client.example/callback'] },
    ]);
    const tokens = await client.exchange(code);
    expect(tokens.status).toBe(200);
    expect((await client.call(tokens.body.access_token)).status).toBe(200);
    expect((await client.refresh(tokens.body.refresh_token, {}, second)).status).toBe(200);
    expect(documents.requests).toEqual([path, path]);
  });

  it('leave no trace of a client that a person denies', async () => {
    const page = await client.toConsent();
    const before = await first.snapshot();
    await client.deny(page);
    expect((await first.snapshot())['oauthApplication']).toBe(before['oauthApplication']);
    expect(await rows()).toEqual([]);
  });

  it('remember consent', async () => {
    await client.tokens();
    const answer = await client.authorize();
    expect(redirectParameters(answer).has('code')).toBe(true);
    expect(await rows()).toHaveLength(1);
  });

  it('are another client to those who administer it when they have changed, and not with every connection', async () => {
    await client.tokens();
    const [before] = await rows();
    first.clock.advance(61);
    await client.authorize();
    expect(await rows()).toEqual([before]);
    documents.serve(path, documents.client(path, { client_uri: 'https://client.example/about' }));
    first.clock.advance(61);
    await client.authorize();
    const [after] = await rows();
    const updatedAt = expect.any(Date) as Date;
    expect(after).toEqual({ ...before, clientUri: 'https://client.example/about', updatedAt });
    expect(after?.['updatedAt']).not.toEqual(before?.['updatedAt']);
  });

  it.each<[string, Json]>([
    [
      'redirect host',
      { redirect_uris: ['https://client.example/callback', 'https://other.example/callback'] },
    ],
    [
      'key',
      {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: {
          keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' })],
        },
      },
    ],
  ])(
    'ask again when a %s has changed (MCP 2026-07-28, "Client ID Metadata Document Security")',
    async (_, change) => {
      await client.tokens();
      documents.serve(path, documents.client(path, change));
      const warn = vi.spyOn(Logger.prototype, 'warn').mockReturnValue();
      first.clock.advance(61);
      const page = await client.follow(await client.authorize());
      expect(page.status).toBe(200);
      expect((await client.authorize({ prompt: 'none' })).headers.get('location')).toContain(
        'error=consent_required',
      );
      await client.approve(page);
      expect(warn.mock.calls).toEqual([[expect.stringContaining('other redirect hosts or keys')]]);
      first.clock.advance(61);
      expect(redirectParameters(await client.authorize()).has('code')).toBe(true);
      expect(warn).toHaveBeenCalledOnce();

      const [row] = await rows();
      expect(row).toMatchObject({
        redirectUrls: (change['redirect_uris'] ?? ['https://client.example/callback']) as string[],
      });
    },
  );

  it('do not ask again when the name has changed, and keep the new one', async () => {
    await client.tokens();
    documents.serve(path, documents.client(path, { client_name: 'Another name' }));
    first.clock.advance(61);
    expect(redirectParameters(await client.authorize()).has('code')).toBe(true);
    expect(await rows()).toMatchObject([{ name: 'Another name' }]);
  });

  it.each<[string, unknown]>([
    ['no object', []],
    ['null', null],
    ['text', 'text'],
    ['another client_id', { client_id: 'https://other.example/client.json' }],
    ['its client_id in another spelling', { client_id: 'HTTP' }],
    ['no client_id', { client_id: undefined }],
    ['no client_name', { client_name: undefined }],
    ['an empty client_name', { client_name: '' }],
    ['a client_name that is no text', { client_name: ['a'] }],
    ['no redirect_uris', { redirect_uris: undefined }],
    ['an empty list of redirect_uris', { redirect_uris: [] }],
    ['a redirect URI that is no text', { redirect_uris: [1] }],
    ['a redirect URI over http', { redirect_uris: ['http://client.example/'] }],
    ['a redirect URI without a host', { redirect_uris: ['https:/claude.ai/x'] }],
    ['a redirect URI of another program', { redirect_uris: ['steam://run/1'] }],
    ['a redirect URI that runs code', { redirect_uris: ['javascript:alert(1)'] }],
    ['a client_secret', { client_secret: 'secret' }],
    ['a client_secret_expires_at', { client_secret_expires_at: 0 }],
    ['client_secret_basic', { token_endpoint_auth_method: 'client_secret_basic' }],
    ['client_secret_post', { token_endpoint_auth_method: 'client_secret_post' }],
    ['client_secret_jwt', { token_endpoint_auth_method: 'client_secret_jwt' }],
    ['private_key_jwt without keys', { token_endpoint_auth_method: 'private_key_jwt' }],
    [
      'a private key',
      {
        token_endpoint_auth_method: 'private_key_jwt',
        jwks: {
          keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })],
        },
      },
    ],
    ['grant types without authorization_code', { grant_types: ['client_credentials'] }],
    ['response types without code', { response_types: ['token'] }],
    ['a name with a lone surrogate', { client_name: '\ud800' }],
  ])('are refused with %s (§4.1), and nothing is written', async (_, change) => {
    const document =
      typeof change === 'object' && change !== null && !Array.isArray(change)
        ? documents.client(path, change as Json)
        : change;
    documents.serve(path, document);
    const before = await first.snapshot();
    const page = await client.authorize();
    expect(page.status).toBe(400);
    expect(page.headers.get('location')).toBeNull();
    expect(page.body).toContain('metadata document');
    const token = await client.refresh('unknown');
    expect([token.status, token.body.error]).toEqual([401, 'invalid_client']);
    expect(await first.snapshot()).toEqual(before);
  });

  it('name the redirect URIs that are allowed (MCP 2026-07-28, "Client ID Metadata Documents")', async () => {
    client.redirectUri = 'https://evil.example/callback';
    const page = await client.authorize();
    expect([page.status, page.headers.get('location')]).toEqual([400, null]);
  });

  it.each([
    ['without a path', (origin: string) => origin],
    ['with a bare path', (origin: string) => `${origin}/`],
    ['with a fragment', (origin: string) => `${origin}/client.json#a`],
    ['with a user', (origin: string) => `${origin.replace('//', '//user@')}/client.json`],
    ['with dot segments', (origin: string) => `${origin}/a/../client.json`],
    ['with encoded dot segments', (origin: string) => `${origin}/a/%2e%2e/client.json`],
    ['in capitals', (origin: string) => `${origin.replace('http', 'HTTP')}/client.json`],
    ['over http elsewhere', () => 'http://client.example/client.json'],
    ['of another scheme', () => 'ftp://client.example/client.json'],
  ])('have no id %s (§3): nothing is fetched', async (_, id) => {
    client.credentials = { client_id: id(documents.origin) };
    expect((await client.authorize()).status).toBe(400);
    expect((await client.refresh('unknown')).body.error).toBe('invalid_client');
    expect(documents.requests).toEqual([]);
  });

  it('stop with the client when an administrator disables it, on every replica', async () => {
    const tokens = await client.tokens();
    await second.clients.disable(client.credentials.client_id);
    expect((await client.refresh(tokens.refresh_token)).body.error).toBe('invalid_client');
    await eventually(async () => (await client.authorize()).status === 400);
    await second.clients.enable(client.credentials.client_id);
    await eventually(async () => (await client.authorize()).status === 303);
  });

  it.each(['jwks', 'jwks_uri'])(
    'may name keys by %s that prove the client (§6.2, RFC 7523)',
    async (member) => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const jwks = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one' }] };
      documents.serve('/keys.json', jwks);
      documents.serve(
        path,
        documents.client(path, {
          token_endpoint_auth_method: 'private_key_jwt',
          [member]: member === 'jwks' ? jwks : documents.url('/keys.json'),
        }),
      );
      // Documents of development may stand on loopback, keys at a jwks_uri may not use plain http.
      if (member === 'jwks_uri') {
        expect((await client.authorize()).status).toBe(400);
        return;
      }
      const id = client.credentials.client_id;
      const now = Math.floor(first.clock.now() / 1000);
      const assertion = () =>
        new SignJWT({ iss: id, sub: id, aud: first.issuer, jti: randomUUID(), exp: now + 60 })
          .setProtectedHeader({ alg: 'ES256', kid: 'one' })
          .sign(privateKey);
      const code = await client.code();
      expect((await client.exchange(code)).body.error).toBe('invalid_client');
      const proof = {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await assertion(),
      };
      expect((await client.exchange(code, proof)).status).toBe(200);
    },
  );
});
