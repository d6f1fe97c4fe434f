import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RateLimitAnswer, type RateLimitedRequest, RateLimiter } from '../../src/index.js';
import { INTROSPECTION, startService, type TestService } from '../support/app.js';
import { encode } from '../support/browser.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const seen: RateLimitedRequest[] = [];
const peeked: RateLimitedRequest[] = [];
let refuse: 'consume' | 'peek' | null = null;

@Injectable()
class RecordingLimiter extends RateLimiter {
  async consume(request: RateLimitedRequest): Promise<RateLimitAnswer> {
    seen.push(request);
    return refuse === 'consume' ? { allowed: false, retryAfter: 7 } : { allowed: true };
  }

  override peek(request: RateLimitedRequest): RateLimitAnswer {
    peeked.push(request);
    return refuse === 'peek' ? { allowed: false, retryAfter: 9 } : { allowed: true };
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
    peeked.length = 0;
    refuse = null;
  });

  const address = expect.stringMatching(/^(127\.0\.0\.1|0\.0\.0\.0\.0\.0\.0\.0)$/) as string;
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
    grantType,
    address,
  });

  it('counts authorizations, and no exchange and no refresh that succeeds', async () => {
    const { refresh_token: refreshToken } = await client.tokens();
    expect((await client.refresh(refreshToken)).status).toBe(200);
    expect(seen).toEqual([asking('authorize')]);
    expect(peeked).toContainEqual(asking('token', client.credentials.client_id, 'refresh_token'));
  });

  it('counts an exchange and a refresh that fail, for the client, its grant type and its address', async () => {
    await client.exchange('unknown');
    await client.refresh('unknown');
    expect(seen).toEqual([
      asking('token', client.credentials.client_id, 'authorization_code'),
      asking('token', client.credentials.client_id, 'refresh_token'),
    ]);
  });

  it('counts as nobody who fails to prove a client, so that the client does not pay for it', async () => {
    const { clientId } = INTROSPECTION;
    const wrong = { client_id: clientId, client_secret: 'wrong', token: 'x', grant_type: 'refresh_token' };
    for (const path of ['/token', '/revoke', '/introspect']) await post(path, wrong);
    expect(seen).toEqual([asking('token'), asking('revoke'), asking('introspect')]);
  });

  it('counts every introspection, revocation, registration and look at userinfo', async () => {
    const { clientId, clientSecret } = INTROSPECTION;
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
  });

  it.each(['/token', '/introspect', '/revoke'])(
    'is answered with 429 and Retry-After at %s (RFC 6585 §4)',
    async (path) => {
      refuse = 'consume';
      const answer = await post(path, { client_id: 'nobody', token: 'x', grant_type: 'refresh_token' });
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
      expect(JSON.parse(answer.text)).toMatchObject({ error: 'too_many_requests' });
    },
  );

  it('refuses without looking at the request when the limiter knows already: nothing is used up', async () => {
    const code = await client.code();
    refuse = 'peek';
    const refused = await client.exchange(code);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '9']);
    refuse = null;
    expect((await client.exchange(code)).status).toBe(200);
  });

  it('is a page where a person looks at the answer', async () => {
    refuse = 'consume';
    const answer = await client.authorize();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7']);
    expect(answer.headers.get('content-type')).toContain('text/html');
    expect(answer.body).toContain('too_many_requests');
  });
});

describe('without a rate limiter', () => {
  it('is not asked when limits are turned off', async () => {
    seen.length = 0;
    const service = await startService({ rateLimit: false, rateLimiter: RecordingLimiter });
    const client = await new OAuthTestClient(service).register();
    expect((await client.exchange('unknown')).status).toBe(400);
    expect(seen).toEqual([]);
    await service.close();
  });
});
