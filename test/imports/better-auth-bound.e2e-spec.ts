import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BetterAuthReport } from '../../src/better-auth.js';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { applyImport, meet } from '../support/better-auth-import.js';
import { type BetterAuthApplication, betterAuthApplication } from '../support/better-auth.js';
import { ProofKey } from '../support/dpop.js';
import { OAuthTestClient } from '../support/oauth-client.js';

describe.skipIf(!postgresUrl)('an import of a client of Better Auth 1.7 that holds a key', () => {
  let old: BetterAuthApplication;
  let service: TestService;
  let report: BetterAuthReport;
  let key: ProofKey;

  beforeAll(async () => {
    [old, service, key] = await Promise.all([
      betterAuthApplication('better_auth_b'),
      startService(),
      ProofKey.make(),
    ]);
    await meet(service, old);
    await old.sql(
      `UPDATE "oauthClient" SET "dpopBoundAccessTokens" = true, "backchannelLogoutUri" = 'https://client.example/out',
        "backchannelLogoutSessionRequired" = true,
        "postLogoutRedirectUris" = '["https://client.example/bye", "http://elsewhere.example/bye"]'
      WHERE "clientId" = $1`,
      [old.client('public').client_id],
    );
    await old.sql(
      `UPDATE "oauthClient" SET "backchannelLogoutUri" = 'http://client.example/out' WHERE "clientId" = $1`,
      [old.client('hashed').client_id],
    );
    await old.sql(`UPDATE "oauthRefreshToken" SET "confirmation" = $1 WHERE "clientId" = $2`, [
      JSON.stringify({ jkt: key.thumbprint }),
      old.client('public').client_id,
    ]);
    report = await applyImport(service, old);
  });
  afterAll(async () => {
    await service.close();
    await old.drop();
  });

  const refresh = async (holder?: ProofKey) => {
    const url = `${service.issuer}/token`;
    const fields = {
      grant_type: 'refresh_token',
      refresh_token: old.refreshToken('public'),
      client_id: old.client('public').client_id,
    };
    const headers = holder && { dpop: await holder.proof({ url }) };
    return new OAuthTestClient(service).token(fields, { headers });
  };

  it('keeps all that the client has said of itself', async () => {
    const rows = await service.sql(
      `SELECT "dpopBoundAccessTokens", "requirePushedAuthorizationRequests", "postLogoutRedirectUrls", "backchannelLogoutUri",
        "backchannelLogoutSessionRequired" FROM "oauthApplication" WHERE "clientId" = $1`,
      [old.client('public').client_id],
    );
    expect(rows).toEqual([
      {
        dpopBoundAccessTokens: true,
        requirePushedAuthorizationRequests: false,
        postLogoutRedirectUrls: ['https://client.example/bye'],
        backchannelLogoutUri: 'https://client.example/out',
        backchannelLogoutSessionRequired: true,
      },
    ]);
  });

  it('says what it loses', () => {
    expect(report.notes).toContain('A client loses a post_logout_redirect_uri that is not allowed here (1)');
    expect(report.notes).toContain('A client loses its backchannel_logout_uri, which must use https (1)');
  });

  it('lets whoever holds the key go on, and nobody else (RFC 9449 §5)', async () => {
    const before = await service.snapshot();
    expect((await refresh()).body.error).toBe('invalid_dpop_proof');
    expect((await refresh(await ProofKey.make())).body.error).toBe('invalid_grant');
    const { oauthReplay: _used, ...after } = (await service.snapshot()) as Record<string, unknown>;
    const { oauthReplay: _unused, ...unchanged } = before as Record<string, unknown>;
    expect(after).toEqual(unchanged);
    const { status, body } = await refresh(key);
    expect([status, body.token_type]).toEqual([200, 'DPoP']);
  });
});
