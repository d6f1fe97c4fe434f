import { getListFromStatusListJWT } from '@sd-jwt/jwt-status-list';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startService, type TestService } from '../support/app.js';
import { encode } from '../support/browser.js';
import { OAuthTestClient } from '../support/oauth-client.js';

interface Reference {
  idx: number;
  uri: string;
}

describe('Token Status List', () => {
  let service: TestService;
  let client: OAuthTestClient;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    client = await new OAuthTestClient(service).register();
    service.clock.advance(10);
  });

  const reference = (token: string) => (decodeJwt(token)['status'] as { status_list: Reference }).status_list;
  const fetchList = async (uri: string) => {
    const response = await fetch(uri);
    return { status: response.status, headers: response.headers, token: await response.text() };
  };
  const status = async (token: string) => {
    const { idx, uri } = reference(token);
    return getListFromStatusListJWT((await fetchList(uri)).token).getStatus(idx);
  };

  it('gives every access token a place of its own in a list of the issuer (§6.2)', async () => {
    const { access_token: one, refresh_token: refresh } = await client.tokens();
    const { access_token: two } = (await client.refresh(refresh)).body;
    const [a, b] = [reference(one), reference(two)];
    expect(a.uri).toBe(`${service.issuer}/status-lists/0`);
    expect(b.idx).toBeGreaterThan(a.idx);
  });

  it('serves a signed, cacheable list that every origin may read (§5.1, §8)', async () => {
    const { access_token: token } = await client.tokens();
    const { uri } = reference(token);
    const list = await fetchList(uri);
    expect(list.status).toBe(200);
    expect(list.headers.get('content-type')).toContain('application/statuslist+jwt');
    expect(list.headers.get('cache-control')).toBe('public, max-age=5');
    expect(list.headers.get('access-control-allow-origin')).toBe('*');
    const { payload } = await jwtVerify(list.token, createRemoteJWKSet(new URL(`${service.issuer}/jwks`)), {
      typ: 'statuslist+jwt',
      subject: uri,
      issuer: service.issuer,
      currentDate: new Date(service.clock.now()),
    });
    expect(payload).toMatchObject({ ttl: 5, status_list: { bits: 1, lst: expect.any(String) as string } });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(300);
    expect(list.token.length).toBeLessThan(2_000);
  });

  it.each<[string, (token: string, refresh: string) => Promise<unknown>]>([
    ['access token', (token) => revoke(token)],
    ['refresh token', (_, refresh) => revoke(refresh)],
    ['person', () => service.revocations.revokeUser('alice')],
    ['client', () => service.revocations.revokeClient(client.credentials.client_id, { disable: true })],
    ['registration', () => remove('oauthApplication')],
    ['grant', () => remove('oauthGrant')],
  ])('marks the token when the %s was revoked, and no other (§7.1)', async (_, take) => {
    const { access_token: token, refresh_token: refresh } = await client.tokens();
    const other = await new OAuthTestClient(service).register();
    const { access_token: untouched } = await other.tokens({}, 'bob');
    expect(await status(token)).toBe(0);
    await take(token, refresh);
    service.clock.advance(5);
    expect([await status(token), await status(untouched)]).toEqual([1, 0]);
    service.clock.advance(3_600);
    expect(await status(token)).toBe(0);
  });

  /** As an administrator who deletes a client does, and a walk over what is over after that. */
  const remove = async (table: string) => {
    await service.sql(`DELETE FROM "${table}" WHERE "clientId" = $1`, [client.credentials.client_id]);
    await service.prune();
  };
  const revoke = (token: string) =>
    fetch(`${service.origin}/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: encode({ token, client_id: client.credentials.client_id }),
    });

  it('marks the tokens of a resource that is disabled (§7.1)', async () => {
    const identifier = 'https://reports.example/mcp';
    await service.resources.save({ identifier, scopes: { read: 'Read' } });
    const { access_token: token } = await client.tokens({ resource: identifier, scope: 'read' });
    expect(await status(token)).toBe(0);
    await service.resources.save({ identifier, scopes: { read: 'Read' }, enabled: false });
    service.clock.advance(5);
    expect(await status(token)).toBe(1);
  });

  it('is made once for all who ask within five seconds', async () => {
    const { access_token: token } = await client.tokens();
    const { uri } = reference(token);
    service.clock.advance(6);
    const lists = await Promise.all(Array.from({ length: 20 }, () => fetchList(uri)));
    expect(new Set(lists.map(({ token: list }) => list)).size).toBe(1);
    const spent: number[] = [];
    for (let run = 0; run < 5; run++) {
      const before = service.statements();
      await fetchList(uri);
      spent.push(service.statements() - before);
    }
    expect(Math.min(...spent)).toBe(0);
  });

  it.each(['1', '-1', '01', '1e3', 'x', '%00', '9999999999', '99999999999999999999'])(
    'has no list %s (§8.1)',
    async (number) => {
      expect((await fetchList(`${service.issuer}/status-lists/${number}`)).status).toBe(404);
    },
  );
});
