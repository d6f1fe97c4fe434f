import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RateLimitAnswer, type RateLimitedRequest, RateLimiter } from '../../src/index.js';
import { INTROSPECTION, startService, type TestService } from '../support/app.js';
import { Browser, encode } from '../support/browser.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const seen: RateLimitedRequest[] = [];
let refuses = false;

@Injectable()
class RecordingLimiter extends RateLimiter {
  async consume(request: RateLimitedRequest): Promise<RateLimitAnswer> {
    seen.push(request);
    return refuses ? { allowed: false, retryAfter: 7 } : { allowed: true };
  }
}

describe("a host's rate limiter", () => {
  let service: TestService;
  let client: OAuthTestClient;
  beforeAll(async () => {
    service = await startService({ rateLimit: true, rateLimiter: RecordingLimiter });
    client = await new OAuthTestClient(service).register();
  });
  afterAll(() => service.close());
  beforeEach(() => {
    seen.length = 0;
    refuses = false;
  });

  const address = expect.stringMatching(/^(127\.0\.0\.1|0\.0\.0\.0\.0\.0\.0\.0|0\.0\.0\.0\.0\.0)$/) as string;
  const post = async (path: string, fields: Record<string, string>) => {
    const response = await fetch(client.at(path), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode(fields),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const asking = (endpoint: string, clientId: string | null = null, grantType: string | null = null) => ({
    endpoint,
    clientId,
    proven: true,
    grantType,
    address,
  });
  const { clientId, clientSecret } = INTROSPECTION;

  it('counts no authorization, no exchange and no refresh that succeeds', async () => {
    const { refresh_token: refreshToken } = await client.tokens();
    expect((await client.refresh(refreshToken)).status).toBe(200);
    expect(seen).toEqual([]);
  });

  it('counts an authorization that fails, once, for its address: on a page and at the client', async () => {
    await client.authorize({ client_id: 'nobody' });
    await client.authorize({ response_type: 'token' });
    expect(seen).toEqual([asking('authorize'), asking('authorize')]);
  });

  it('counts an exchange and a refresh that fail, for the client, its grant type and its address', async () => {
    await client.exchange('unknown');
    await client.refresh('unknown');
    expect(seen).toEqual([
      asking('token', client.credentials.client_id, 'authorization_code'),
      asking('token', client.credentials.client_id, 'refresh_token'),
    ]);
  });

  it('counts for the client and the address who fails to prove a client, and never as what the client did', async () => {
    const wrong = { client_id: clientId, client_secret: 'wrong', token: 'x', grant_type: 'refresh_token' };
    for (const path of ['/token', '/revoke', '/introspect']) await post(path, wrong);
    expect(seen).toEqual(
      ['token', 'revoke', 'introspect'].map((endpoint) => ({ ...asking(endpoint, clientId), proven: false })),
    );
  });

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['an unknown client with a secret', { client_id: 'nobody', client_secret: 'x' }],
    ['no client', {}],
    ['two clients', { client_id: 'nobody', client_assertion: 'x', client_assertion_type: 'y' }],
  ])('counts %s for the address alone, and refuses nobody beforehand', async (_, fields) => {
    await post('/token', { grant_type: 'refresh_token', ...fields });
    expect(seen).toEqual([{ ...asking('token'), proven: false }]);
  });

  it('counts every introspection and registration, and revocations and looks at userinfo that came to nothing', async () => {
    const right = { client_id: clientId, client_secret: clientSecret, token: 'x' };
    await post('/introspect', right);
    await post('/revoke', right);
    await new OAuthTestClient(service).register();
    await fetch(client.at('/userinfo'));
    expect(seen).toEqual([
      asking('introspect', clientId),
      asking('revoke', clientId),
      asking('register'),
      asking('userinfo'),
    ]);
    const tokens = await client.tokens({ scope: 'notes:read openid' });
    seen.length = 0;
    const authorization = `Bearer ${tokens.access_token}`;
    expect((await fetch(client.at('/userinfo'), { headers: { authorization } })).status).toBe(200);
    await post('/revoke', { client_id: client.credentials.client_id, token: tokens.refresh_token });
    expect(seen).toEqual([]);
  });

  it.each(['/token', '/introspect', '/revoke'])(
    'is answered with 429 and Retry-After at %s (RFC 6585 §4)',
    async (path) => {
      refuses = true;
      const answer = await post(path, { client_id: 'nobody', token: 'x', grant_type: 'refresh_token' });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'too_many_requests' });
    },
  );

  it.each(['none', 'client_secret_basic', 'client_secret_post'])(
    'never refuses what a client does right for what others did in its name: %s (RFC 6749 §2.3.1)',
    async (method) => {
      const known = new OAuthTestClient(service);
      await known.register({ token_endpoint_auth_method: method });
      const code = await known.code();
      refuses = true;
      const tokens = await known.exchange(code);
      expect(tokens.status).toBe(200);
      expect((await known.refresh(tokens.body.refresh_token)).status).toBe(200);
      expect((await known.exchange('unknown')).status).toBe(429);
    },
  );

  it.each([
    ['an unknown client', { client_id: 'nobody' }],
    ['what would be an error at the client', { response_type: 'token' }],
    ['two parameters of one name', 'client_id=a&client_id=b'],
  ])('is a page where a person looks at the answer, and no event: %s', async (_, parameters) => {
    refuses = true;
    const query = typeof parameters === 'string' ? parameters : null;
    const answer = query
      ? await new Browser().get(`${client.at('/authorize')}?${query}`)
      : await client.authorize(parameters as Record<string, string>);
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.body).toContain('too_many_requests');
  });

  it('never refuses an authorization that is right for those that were wrong at the same address', async () => {
    refuses = true;
    expect((await client.authorize({ client_id: 'nobody' })).status).toBe(429);
    expect((await client.tokens()).scope).toBeDefined();
  });
});

describe('without a rate limiter', () => {
  it('bounds the guessing of a secret by client and address, and leaves everybody else alone (RFC 6749 §2.3.1)', async () => {
    const service = await startService({ rateLimit: true });
    const [victim, other, open] = await Promise.all(
      ['client_secret_basic', 'client_secret_post', 'none'].map((method) =>
        new OAuthTestClient(service).register({ token_endpoint_auth_method: method }),
      ),
    );
    if (!victim || !other || !open) throw new Error('They are registered.');
    const guess = () => victim.refresh('x', { client_secret: 'wrong' });
    for (let attempt = 0; attempt < 60; attempt++) expect((await guess()).status).toBe(401);
    const before = await service.snapshot();
    expect((await guess()).status).toBe(429);
    expect((await guess()).status).toBe(429);
    expect(await service.snapshot()).toEqual(before);
    // Whoever has the secret is not refused for what somebody else guesses at the same address, and guesses still are.
    expect((await victim.tokens()).scope).toBe('notes:read');
    expect((await guess()).status).toBe(429);
    expect((await other.refresh('x')).body.error).toBe('invalid_grant');
    expect((await open.tokens()).scope).toBe('notes:read');
    await service.close();
  });

  it('does not refuse anybody for requests that name a client which there is not (RFC 6749 §2.3.1)', async () => {
    const service = await startService({ rateLimit: true });
    const client = await new OAuthTestClient(service).register();
    const tokens = await client.tokens();
    const stranger = new OAuthTestClient(service);
    stranger.credentials = { client_id: 'nobody' };
    for (let attempt = 0; attempt < 301; attempt++) await stranger.refresh('x');
    expect((await client.refresh(tokens.refresh_token)).status).toBe(200);
    await service.close();
  });

  it('is not asked when limits are turned off', async () => {
    seen.length = 0;
    const service = await startService({ rateLimit: false, rateLimiter: RecordingLimiter });
    const client = await new OAuthTestClient(service).register();
    expect((await client.exchange('unknown')).status).toBe(400);
    expect(seen).toEqual([]);
    await service.close();
  });
});
