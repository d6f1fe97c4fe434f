import { Injectable } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DefaultRateLimiter } from '../../src/host/default-rate-limiter.js';
import { type RateLimitAnswer, RateLimiter } from '../../src/index.js';
import { startService, type TestService } from '../support/app.js';
import { encode } from '../support/browser.js';
import { OAuthTestClient } from '../support/oauth-client.js';

const counted: unknown[] = [];
let left = Infinity;

@Injectable()
class CountingLimiter extends RateLimiter {
  async consume(): Promise<RateLimitAnswer> {
    return { allowed: true };
  }

  override async consumeAuthorization(
    who: Parameters<RateLimiter['consumeAuthorization']>[0],
  ): Promise<RateLimitAnswer> {
    counted.push(who);
    left -= 1;
    return left < 0 ? { allowed: false, retryAfter: 7 } : { allowed: true };
  }
}

describe('how many authorizations are begun', () => {
  let service: TestService;
  let client: OAuthTestClient;
  beforeAll(async () => {
    service = await startService({
      rateLimit: true,
      rateLimiter: CountingLimiter,
      trustProxy: 'loopback',
    });
    client = await new OAuthTestClient(service).register();
  });
  afterAll(() => service.close());
  beforeEach(() => {
    counted.length = 0;
    left = Infinity;
  });

  const stored = async () => (await service.snapshot())['oauthInteraction'];
  const from = (address: string, more: Record<string, string> = {}) =>
    fetch(client.at(`/authorize?${encode(client.authorizationParameters(more))}`), {
      redirect: 'manual',
      headers: { 'x-forwarded-for': address },
    });

  it('is counted by the address of strangers, of which an IPv6 site is one, and by the account of others', async () => {
    for (const address of ['203.0.113.7', '2001:db8:1:1::1', '2001:db8:1:2::2', '2001:db8:2::1'])
      expect((await from(address)).status).toBe(303);
    expect(counted).toEqual(
      ['203.0.113.7', '32.1.13.184.0.1', '32.1.13.184.0.1', '32.1.13.184.0.2'].map((address) => ({
        address,
      })),
    );
    await client.tokens();
    counted.length = 0;
    await client.authorize({ prompt: 'consent' });
    expect(counted).toEqual([{ accountId: service.accounts.alice }]);
  });

  it.each([
    ['to a page', {}],
    ['with a place to answer to', { prompt: 'login' }],
  ])('ends in a page of 429 with Retry-After, and nothing is stored: %s (RFC 6585 §4)', async (_, more) => {
    left = 0;
    const before = await stored();
    const refused = await from('203.0.113.7', more);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '7']);
    expect(refused.headers.get('location')).toBeNull();
    expect(refused.headers.getSetCookie()).toEqual([]);
    expect(await refused.text()).toContain('try again in 7 seconds');
    expect(await stored()).toBe(before);
  });

  it('counts nothing that stores nothing: prompt=none, what is wrong, what was allowed before', async () => {
    await from('203.0.113.7', { prompt: 'none' });
    await from('203.0.113.7', { response_type: 'token' });
    await client.tokens();
    counted.length = 0;
    await client.authorize();
    expect(counted).toEqual([]);
  });

  it('is a thousand a minute for each, where the host says nothing else', async () => {
    const limiter = new DefaultRateLimiter();
    const office = { address: '203.0.113.7' };
    for (let round = 0; round < 1_000; round++)
      expect(await limiter.consumeAuthorization(office)).toEqual({ allowed: true });
    const refused = await limiter.consumeAuthorization(office);
    expect(refused.allowed).toBe(false);
    for (const other of [{ address: '203.0.113.8' }, { accountId: '203.0.113.7' }])
      expect(await limiter.consumeAuthorization(other)).toEqual({ allowed: true });
  });

  it('forgets the oldest of more than 100,000 that nobody has signed in for, and no other', async () => {
    const one = await service.sql<{ request: unknown }>('SELECT "request" FROM "oauthInteraction" LIMIT 1');
    await service.sql('DELETE FROM "oauthInteraction"');
    const insert = (count: number, seconds: number, accountId: string | null) =>
      service.sql(
        `INSERT INTO "oauthInteraction" ("id", "browserHash", "request", "accountId", "createdAt", "expiresAt")
         SELECT gen_random_uuid(), $4, $1, $3, now, now + interval '1 hour'
         FROM (SELECT $2::timestamptz + make_interval(secs => $5 + n / 1000.0) AS now
               FROM generate_series(1, $6::int) n) AS times`,
        [one[0]?.request, new Date(service.clock.now()), accountId, `flood ${seconds}`, seconds, count],
      );
    await insert(3, -2, 'alice');
    await insert(2, -1, null);
    await insert(99_999, 0, null);
    await service.prune();
    const rows = await service.sql<{ browserHash: string; count: number }>(
      'SELECT "browserHash", count(*)::int AS "count" FROM "oauthInteraction" GROUP BY 1 ORDER BY 1',
    );
    expect(Object.fromEntries(rows.map(({ browserHash, count }) => [browserHash, count]))).toEqual({
      'flood -1': 1,
      'flood -2': 3,
      'flood 0': 99_999,
    });
    await service.sql('DELETE FROM "oauthInteraction"');
  });

  it('is not counted where limits are off', async () => {
    const unlimited = await startService({ rateLimit: false, rateLimiter: CountingLimiter });
    left = 0;
    const other = await new OAuthTestClient(unlimited).register();
    expect((await other.authorize()).status).toBe(303);
    expect(counted).toEqual([]);
    await unlimited.close();
  });
});
