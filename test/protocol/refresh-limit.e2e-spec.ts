import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe('a client that refreshes in a loop', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startService({ rateLimit: true });
  });
  afterAll(() => service.close());

  it('is told to wait, writes no rows, and keeps its token (RFC 6585 §4)', async () => {
    const client = await new OAuthTestClient(service).register();
    let { refresh_token: token } = await client.tokens();
    for (let round = 0; round < 30; round += 1) token = (await client.refresh(token)).body.refresh_token;
    const before = await service.snapshot();
    const refused = await client.refresh(token);
    expect([refused.status, refused.body.error]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await service.snapshot()).toEqual(before);
    expect(
      await service.sql(`SELECT 1 FROM "oauthGrant" WHERE "clientId" = $1 AND "revokedAt" IS NULL`, [
        client.credentials.client_id,
      ]),
    ).toHaveLength(1);

    const other = await new OAuthTestClient(service).register();
    expect((await other.refresh((await other.tokens()).refresh_token)).status).toBe(200);
    expect((await other.refresh(token)).body.error).toBe('invalid_grant');
  });

  it('is not told to wait where limits are off', async () => {
    const unlimited = await startService({ rateLimit: false });
    const client = await new OAuthTestClient(unlimited).register();
    let { refresh_token: token } = await client.tokens();
    for (let round = 0; round < 40; round += 1) token = (await client.refresh(token)).body.refresh_token;
    expect(token).toMatch(/^[\w-]{43}$/);
    await unlimited.close();
  });
});
