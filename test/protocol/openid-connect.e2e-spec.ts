import { createHash } from 'node:crypto';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { TestClaims } from '../support/claims.js';
import { DPOP_CHALLENGE } from '../support/dpop.js';
import {
  authorizationError,
  type Json,
  OAuthTestClient,
  redirectParameters,
} from '../support/oauth-client.js';

describe('OpenID Connect Core', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService({ claims: TestClaims });
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
    service.clock.advance(10);
    TestClaims.reset();
  });

  const OPENID = { scope: 'openid profile email notes:read', nonce: 'a nonce' };
  const idToken = (body: Json) => String(body['id_token']);
  const verifyIdToken = (token: string) =>
    jwtVerify(token, createRemoteJWKSet(new URL(`${service.issuer}/jwks`)), {
      issuer: service.issuer,
      audience: client.credentials.client_id,
      algorithms: ['RS256'],
      currentDate: new Date(service.clock.now()),
    });
  const userinfo = async (token?: string, init: RequestInit = {}, path = '/userinfo') => {
    const response = await fetch(service.origin + path, {
      ...init,
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
  };

  it('issues an id_token with the code when openid was granted (§3.1.3.3)', async () => {
    const tokens = await client.tokens(OPENID);
    const { payload, protectedHeader } = await verifyIdToken(idToken(tokens));
    expect(protectedHeader).toMatchObject({ alg: 'RS256', typ: 'JWT' });
    expect(payload).toMatchObject({
      sub: 'alice',
      nonce: 'a nonce',
      name: 'Alice Archer',
      email: 'alice@example.com',
      email_verified: true,
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(3_600);
    expect(payload['auth_time']).toBe(decodeJwt(tokens.access_token)['auth_time']);
    const half = createHash('sha256').update(tokens.access_token).digest().subarray(0, 16);
    expect(payload['at_hash']).toBe(half.toString('base64url'));
  });

  it('tells what the scopes ask for, and no more (§5.4)', async () => {
    const { payload } = await verifyIdToken(idToken(await client.tokens({ scope: 'openid email' })));
    expect(payload).not.toHaveProperty('name');
    expect(payload).not.toHaveProperty('nonce');
    expect(payload).toHaveProperty('email');
    const other = await verifyIdToken(idToken(await client.tokens({ scope: 'openid' })));
    expect(other.payload).not.toHaveProperty('email');
  });

  it('issues none without openid, and none at a refresh (§12.2)', async () => {
    expect(await client.tokens({ scope: 'profile notes:read' })).not.toHaveProperty('id_token');
    const tokens = await client.tokens(OPENID);
    const refreshed = await client.refresh(tokens.refresh_token);
    expect(refreshed.body).not.toHaveProperty('id_token');
    expect((await userinfo(refreshed.body.access_token)).status).toBe(200);
  });

  it('says what the person was at consent, and keeps it no longer than the code', async () => {
    const code = await client.code(OPENID);
    service.accounts.rename('alice', 'Alicia');
    const { body } = await client.exchange(code);
    expect((await verifyIdToken(idToken(body))).payload['name']).toBe('Alice Archer');
    expect((await userinfo(body.access_token)).body['name']).toBe('Alicia');
    service.accounts.rename('alice', 'Alice Archer');
    expect(
      await service.sql('SELECT 1 FROM "oauthAuthorizationCode" WHERE "idTokenClaims"::text LIKE $1', [
        '%alice@%',
      ]),
    ).toEqual([]);
  });

  it('spends no statement on it', async () => {
    const codes = [];
    for (let run = 0; run < 5; run++) codes.push(await client.code(OPENID));
    const spent: number[] = [];
    for (const code of codes) {
      const before = service.statements();
      await client.exchange(code);
      spent.push(service.statements() - before);
    }
    expect(Math.min(...spent)).toBe(1);
  });

  it('is not the access token, which no guard takes it for (RFC 9068 §4)', async () => {
    const tokens = await client.tokens(OPENID);
    expect((await client.call(idToken(tokens))).status).toBe(401);
    expect((await userinfo(idToken(tokens))).status).toBe(401);
  });

  it.each(['GET', 'POST'])('says who the person is, by %s (§5.3)', async (method) => {
    const { access_token: token } = await client.tokens(OPENID);
    const answer = await userinfo(token, { method });
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.body).toEqual({
      sub: 'alice',
      name: 'Alice Archer',
      email: 'alice@example.com',
      email_verified: true,
    });
  });

  it('says it to a token of any resource (§5.3.1)', async () => {
    const { access_token: token } = await client.tokens({
      resource: service.secondResource,
      scope: 'openid files:read',
    });
    expect((await userinfo(token)).body).toEqual({ sub: 'alice' });
  });

  it.each<[string, string | undefined, string, string]>([
    ['no token', undefined, '/userinfo', `Bearer, ${DPOP_CHALLENGE}`],
    ['nonsense', 'nonsense', '/userinfo', `Bearer error="invalid_token", ${DPOP_CHALLENGE}`],
  ])('answers %s with 401 (§5.3.3)', async (_, token, path, challenge) => {
    const answer = await userinfo(token, {}, path);
    expect([answer.status, answer.body['error'], answer.headers.get('www-authenticate')]).toEqual([
      401,
      'invalid_token',
      challenge,
    ]);
  });

  it('answers a token without openid with 403 (§5.3.3)', async () => {
    const { access_token: token } = await client.tokens();
    const answer = await userinfo(token);
    expect([answer.status, answer.body['error']]).toEqual([403, 'insufficient_scope']);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope", scope="openid"');
  });

  it('does not take a token from the query (RFC 9700 §4.3.2)', async () => {
    const { access_token: token } = await client.tokens(OPENID);
    const answer = await userinfo(undefined, {}, `/userinfo?access_token=${token}`);
    expect([answer.status, answer.body['error']]).toEqual([400, 'invalid_request']);
  });

  it('says nothing of a person who is disabled, or whose tokens were revoked (§5.3.3)', async () => {
    const { access_token: token } = await client.tokens(OPENID);
    service.accounts.disable('alice');
    expect((await userinfo(token)).status).toBe(401);
    service.accounts.enable('alice');
    expect((await userinfo(token)).status).toBe(200);
    await service.revocations.revokeUser('alice');
    expect((await userinfo(token)).status).toBe(401);
  });

  it('asks the person for what it tells, in words', async () => {
    const page = await client.toConsent(OPENID);
    for (const words of ['Know who you are', 'See your name and picture', 'See your email address'])
      expect(page.body).toContain(words);
    const answer = await client.approve(page, ['notes:read', 'profile']);
    const tokens = await client.exchange(redirectParameters(answer).get('code') ?? '');
    expect(tokens.body.scope).toBe('profile notes:read');
    expect(tokens.body).not.toHaveProperty('id_token');
  });

  it('never stands in the challenge of a resource, nor in its metadata (MCP 2026-07-28, "Refresh Tokens")', async () => {
    const challenge = (await client.call()).headers.get('www-authenticate');
    expect(challenge).not.toMatch(/openid|profile|email/);
    const resource = await fetch(`${service.origin}/.well-known/oauth-protected-resource`);
    expect(await resource.text()).not.toMatch(/openid|"email|profile/);
    const server = (await (await fetch(`${service.origin}/.well-known/openid-configuration`)).json()) as Json;
    expect(server).toMatchObject({
      userinfo_endpoint: `${service.issuer}/userinfo`,
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    });
    expect(server['scopes_supported']).toEqual(expect.arrayContaining(['openid', 'profile', 'email']));
    expect(server['claims_supported']).toEqual(expect.arrayContaining(['sub', 'name', 'email', 'nonce']));
  });

  it('refuses a nonce that is endless (§3.1.2.1)', async () => {
    const before = await service.snapshot();
    const answer = await client.authorize({ ...OPENID, nonce: 'x'.repeat(501) });
    expect(authorizationError(answer)).toBe('invalid_request');
    expect(await service.snapshot()).toEqual(before);
  });

  it('asks a person who is signed in to choose an account (§3.1.2.1)', async () => {
    await client.tokens(OPENID);
    const page = await client.follow(await client.authorize({ ...OPENID, prompt: 'select_account' }));
    expect(page.url).toContain('/sign-in');
    const none = await client.authorize({ ...OPENID, prompt: 'none select_account' });
    expect(redirectParameters(none).get('error')).toBe('invalid_request');
  });

  describe('with claims of the host', () => {
    it('adds them to access token, id_token and userinfo', async () => {
      TestClaims.claims = { accessToken: { team: 'a' }, idToken: { team: 'i' }, userInfo: { team: 'u' } };
      const tokens = await client.tokens(OPENID);
      expect(decodeJwt(tokens.access_token)['team']).toBe('a');
      expect((await verifyIdToken(idToken(tokens))).payload['team']).toBe('i');
      expect((await userinfo(tokens.access_token)).body['team']).toBe('u');
      const refreshed = await client.refresh(tokens.refresh_token);
      expect(decodeJwt(refreshed.body.access_token)['team']).toBe('a');
      expect(TestClaims.contexts[0]).toMatchObject({
        account: { id: 'alice' },
        clientId: client.credentials.client_id,
        resource: service.resource,
      });
    });

    it('does not let them override what the issuer says', async () => {
      const forged = Object.fromEntries(
        `iss sub aud exp nbf iat jti client_id scope auth_time grant_id iat_ms status cnf act nonce at_hash azp acr`
          .split(' ')
          .map((name) => [name, 'forged']),
      );
      TestClaims.claims = { accessToken: forged, idToken: forged, userInfo: { ...forged, email: 'forged' } };
      const tokens = await client.tokens(OPENID);
      expect(JSON.stringify(decodeJwt(tokens.access_token))).not.toContain('forged');
      expect(JSON.stringify((await verifyIdToken(idToken(tokens))).payload)).not.toContain('forged');
      expect(JSON.stringify((await userinfo(tokens.access_token)).body)).not.toContain('forged');
      expect((await client.call(tokens.access_token)).status).toBe(200);
    });

    it('answers nothing rather than half of it when they fail or are too large', async () => {
      const { refresh_token: token } = await client.tokens(OPENID);
      for (const claims of [{ accessToken: { text: 'x'.repeat(5_000) } }, { fails: true }]) {
        TestClaims.claims = claims;
        const answer = await client.refresh(token);
        expect([answer.status, answer.body.error]).toEqual([500, 'server_error']);
        expect(answer.body).not.toHaveProperty('access_token');
      }
      TestClaims.reset();
      expect((await client.refresh(token)).status).toBe(200);
    });
  });
});
