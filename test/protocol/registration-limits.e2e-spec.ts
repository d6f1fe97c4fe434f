import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { type Json, OAuthTestClient } from '../support/oauth-client.js';

const REDIRECT = 'https://client.example/callback';
const body = JSON.stringify({ redirect_uris: [REDIRECT] });

async function post(text: string, headers: Record<string, string>, { issuer }: TestService) {
  const response = await fetch(`${issuer}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: text,
  });
  return { status: response.status, headers: response.headers, body: (await response.json()) as Json };
}

describe('how much is registered (RFC 7591 §5)', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());

  it('slows down an address that registers too many clients, and says for how long', async () => {
    const limited = await startService({ rateLimit: true });
    const answers = [];
    for (let index = 0; index < 31; index++) answers.push(await post(body, {}, limited));
    expect(answers.slice(0, 30).map(({ status }) => status)).toEqual(Array.from({ length: 30 }, () => 201));
    expect(answers[30]?.status).toBe(429);
    expect(Number(answers[30]?.headers.get('retry-after'))).toBeGreaterThan(0);
    await limited.close();
  });

  it('counts all addresses of an IPv6 site as one (RFC 6177 §2)', async () => {
    const limited = await startService({ rateLimit: true, trustProxy: 'loopback' });
    const from = (address: string) => post(body, { 'x-forwarded-for': address }, limited);
    for (let index = 0; index < 30; index++)
      expect((await from(`2001:db8:1:${index.toString(16)}::1`)).status).toBe(201);
    expect((await from('2001:db8:1:ffff::1')).status).toBe(429);
    expect((await from('2001:db8:2:1::1')).status).toBe(201);
    await limited.close();
  });

  it('is full when 10,000 clients wait for their first grant, and says so; those with one do not count', async () => {
    const full = await startService();
    await full.sql(`INSERT INTO "oauthApplication" ("id", "clientId", "redirectUrls", "type", "source", "grantTypes",
        "tokenEndpointAuthMethod", "createdAt", "updatedAt")
      SELECT gen_random_uuid(), 'unused-' || n, '{}', 'web', 'registered', '{}', 'none', now(), now()
      FROM generate_series(1, 10000) n`);
    const before = await full.snapshot();
    const refused = await post(body, {}, full);
    expect([refused.status, refused.body['error'], refused.headers.get('retry-after')]).toEqual([
      503,
      'temporarily_unavailable',
      '600',
    ]);
    expect(refused.body['error_description']).toContain('Too many clients have registered');
    expect(await full.snapshot()).toEqual(before);
    await full.sql(`UPDATE "oauthApplication" SET "grantedAt" = now() WHERE "clientId" = 'unused-1'`);
    expect((await post(body, {}, full)).status).toBe(201);
    expect((await post(body, {}, full)).status).toBe(503);
    await full.close();
  });

  it('prunes clients that never obtained a grant after a day, and no other', async () => {
    const used = await new OAuthTestClient(service).register();
    await used.tokens();
    const unused = await new OAuthTestClient(service).register();
    const known = async (client: OAuthTestClient) => {
      const { client_id: id } = client.credentials;
      return (await service.sql('SELECT 1 FROM "oauthApplication" WHERE "clientId" = $1', [id])).length === 1;
    };
    service.clock.advance(86_000);
    await service.prune();
    expect([await known(used), await known(unused)]).toEqual([true, true]);
    service.clock.advance(500);
    await service.prune();
    expect([await known(used), await known(unused)]).toEqual([true, false]);
    const gone = await unused.exchange('x');
    expect([gone.status, gone.body.error]).toEqual([401, 'invalid_client']);
  });
});
