import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { HTTPS_REDIRECT, OAuthTestClient, pkce, redirectParameters } from '../support/oauth-client.js';

describe('OAuth 2.1 authorization code grant', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
  });

  /** Statements of the quietest of several rounds: the revocation feed looks at the database on its own clock. */
  const fewest = async (rounds: number, work: () => Promise<unknown>) => {
    const counts: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const before = service.statements();
      await work();
      counts.push(service.statements() - before);
    }
    return Math.min(...counts);
  };

  it('leads from sign-in and consent to a token that the resource takes (OAuth 2.1 §4.1)', async () => {
    const page = await client.toConsent();
    expect(page.status).toBe(200);
    const answer = await client.approve(page);
    expect(answer.status).toBe(303);
    const parameters = redirectParameters(answer);
    expect(answer.headers.get('location')?.startsWith(`${HTTPS_REDIRECT}?`)).toBe(true);
    expect(parameters.get('state')).toBe('a state');
    expect(parameters.get('iss')).toBe(service.issuer);

    const tokens = await client.exchange(parameters.get('code') ?? '');
    expect(tokens.status).toBe(200);
    expect(tokens.headers.get('cache-control')).toBe('no-store');
    expect(tokens.body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'notes:read' });

    const call = await client.call(tokens.body.access_token);
    expect(call.status).toBe(200);
    expect(call.body).toMatchObject({
      result: {
        session: {
          userId: 'alice',
          clientId: client.credentials.client_id,
          scopes: ['notes:read'],
          resource: service.resource,
        },
      },
    });
  });

  it('spends two statements at most on a code exchange and on a refresh, BEGIN and COMMIT counted', async () => {
    let { refresh_token: refreshToken } = await client.tokens();
    const codes = [await client.code(), await client.code(), await client.code()];
    const exchange = async () => expect((await client.exchange(codes.pop() ?? '')).status).toBe(200);
    const refresh = async () => {
      const { status, body } = await client.refresh(refreshToken);
      expect(status).toBe(200);
      refreshToken = body.refresh_token;
    };
    expect(await fewest(3, exchange)).toBeLessThanOrEqual(2);
    expect(await fewest(3, refresh)).toBeLessThanOrEqual(2);
  });

  it('spends one statement on an authorization that needs no page', async () => {
    await client.tokens();
    const authorize = async () => {
      const answer = await client.authorize();
      expect(answer.headers.get('location')).toContain(`${HTTPS_REDIRECT}?`);
    };
    expect(await fewest(3, authorize)).toBe(1);
  });

  it.each([
    ['more is asked for than was allowed', { scope: 'notes:read notes:write' }, 3],
    ['the client wants to ask again', { prompt: 'consent' }, 2],
  ])('leads to a page where %s, and draws none before', async (_name, parameters, most) => {
    await client.tokens();
    const authorize = async () => {
      const answer = await client.authorize(parameters);
      expect(answer.headers.get('location')).toContain(`${service.issuer}/interaction/`);
    };
    expect(await fewest(3, authorize)).toBeLessThanOrEqual(most);
  });

  it('spends one statement on a registration, and none on a document', async () => {
    const register = () => new OAuthTestClient(service).register();
    const document = async () => {
      const answer = await fetch(`${service.origin}/.well-known/oauth-authorization-server`);
      expect(answer.status).toBe(200);
    };
    await document();
    expect(await fewest(5, register)).toBe(1);
    expect(await fewest(5, document)).toBe(0);
  });

  it('does no statement for a guarded call', async () => {
    const { access_token: token } = await client.tokens();
    await client.call(token);
    const calls = async () => {
      for (let call = 0; call < 10; call++) expect((await client.call(token)).status).toBe(200);
    };
    expect(await fewest(5, calls)).toBe(0);
  });

  it.each([
    ['another verifier', () => ({ code_verifier: pkce().verifier }), 'invalid_grant'],
    ['another redirect URI', () => ({ redirect_uri: `${HTTPS_REDIRECT}/other` }), 'invalid_grant'],
    ['a malformed verifier', () => ({ code_verifier: 'short' }), 'invalid_request'],
    ['no verifier', () => ({ code_verifier: undefined }), 'invalid_request'],
    ['another resource', () => ({ resource: service.secondResource }), 'invalid_target'],
    ['an unknown resource', () => ({ resource: 'https://elsewhere.example/mcp' }), 'invalid_target'],
  ])('refuses a code with %s, and leaves it good (OAuth 2.1 §4.1.3)', async (_name, overrides, error) => {
    const code = await client.code();
    const before = await service.snapshot();
    const refused = await client.exchange(code, overrides());
    expect(refused.status).toBe(400);
    expect(refused.body.error).toBe(error);
    expect(await service.snapshot()).toEqual(before);
    expect((await client.exchange(code)).status).toBe(200);
  });

  it('refuses the code of another client, and leaves it good (OAuth 2.1 §4.1.3)', async () => {
    const code = await client.code();
    const other = await new OAuthTestClient(service).register();
    const refused = await other.exchange(code, { code_verifier: client.pkce.verifier });
    expect(refused.status).toBe(400);
    expect(refused.body.error).toBe('invalid_grant');
    expect((await client.exchange(code)).status).toBe(200);
  });

  it('accepts a code without a redirect URI, which OAuth 2.1 no longer sends (OAuth 2.1 §10.2)', async () => {
    const code = await client.code();
    expect((await client.exchange(code, { redirect_uri: undefined })).status).toBe(200);
  });

  it('revokes the grant when a code is redeemed twice (RFC 9700 §4.5.2)', async () => {
    const code = await client.code();
    const { body } = await client.exchange(code);
    expect((await client.call(body.access_token)).status).toBe(200);
    const replay = await client.exchange(code);
    expect(replay.status).toBe(400);
    expect(replay.body.error).toBe('invalid_grant');
    expect((await client.call(body.access_token)).status).toBe(401);
    expect((await client.refresh(body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('remembers a redeemed code as long as its grant may live, and forgets it then (RFC 9700 §4.5.2)', async () => {
    const short = await startService({ oidcConfig: { grantMaxAge: 100, refreshTokenExpiresIn: 80 } });
    const early = await new OAuthTestClient(short).register();
    const codes = async () => (await short.snapshot())['oauthAuthorizationCode'];
    await early.tokens();
    short.clock.advance(100);
    await short.prune();
    expect(await codes()).toBe(1);
    short.clock.advance(61);
    await short.prune();
    expect(await codes()).toBe(0);
    await short.close();
  });

  it('refuses a code that has expired (OAuth 2.1 §4.1.2)', async () => {
    const code = await client.code();
    service.clock.advance(61);
    const refused = await client.exchange(code);
    expect(refused.body.error).toBe('invalid_grant');
  });

  it('gives no tokens for an account that was disabled after the consent', async () => {
    const code = await client.code();
    service.accounts.disable('alice');
    const refused = await client.exchange(code);
    service.accounts.enable('alice');
    expect(refused.body.error).toBe('invalid_grant');
    expect((await client.exchange(code)).body.error).toBe('invalid_grant');
  });

  it('stores no code, token or secret that could be used (RFC 9700 §4.8)', async () => {
    await client.register({ token_endpoint_auth_method: 'client_secret_post' });
    const code = await client.code();
    const { body } = await client.exchange(code);
    const rows: unknown[] = [];
    for (const table of Object.keys(await service.snapshot()))
      rows.push(await service.sql(`SELECT * FROM "${table}"`));
    const stored = JSON.stringify(rows);
    for (const secret of [
      code,
      body.access_token,
      body.refresh_token,
      client.credentials.client_secret ?? '',
    ])
      expect(secret.length > 0 && stored.includes(secret)).toBe(false);
  });
});
