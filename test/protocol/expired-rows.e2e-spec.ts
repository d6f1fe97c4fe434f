import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postgresUrl, startReplicas, type TestService } from '../support/app.js';
import { OAuthTestClient } from '../support/oauth-client.js';

/** More than one statement looks at. */
const ROWS = 12_000;
/** More than a walk from end to end takes. */
const ROUNDS = 12;

describe.skipIf(!postgresUrl)('what is over, among what is not', () => {
  let first: TestService;
  let second: TestService;
  let close: () => Promise<void>;

  beforeAll(async () => {
    ({ first, second, close } = await startReplicas());
    const client = await new OAuthTestClient(first).register();
    const values = [client.credentials.client_id, ROWS];
    // Every third grant is over; each has a code, of which every second was redeemed, and a token.
    await first.sql(
      `INSERT INTO "oauthGrant" ("id", "clientId", "userId", "resource", "scopes", "refreshable", "authenticatedAt",
        "createdAt", "expiresAt", "redirectUri")
      SELECT gen_random_uuid(), $1, 'user-' || n, 'r', '{}', true, now(), now(),
        now() + CASE WHEN n % 3 = 0 THEN interval '-1 minute' ELSE interval '1 hour' END, ''
      FROM generate_series(1, $2::int) n`,
      values,
    );
    await first.sql(
      `INSERT INTO "oauthAuthorizationCode" ("hash", "grantId", "codeChallenge", "expiresAt", "consumedAt")
      SELECT 'code-' || row_number() OVER (), "id", '', now() - interval '1 minute',
        CASE WHEN row_number() OVER () % 2 = 0 THEN now() END FROM "oauthGrant"`,
    );
    await first.sql(
      `INSERT INTO "oauthAccessToken" ("id", "accessToken", "refreshToken", "accessTokenExpiresAt",
        "refreshTokenExpiresAt", "clientId", "createdAt", "updatedAt", "grantId")
      SELECT gen_random_uuid(), "id"::text, "id"::text, now() + interval '1 hour', now() + interval '1 hour', "clientId",
        now(), now(), "id" FROM "oauthGrant"`,
    );
    for (let round = 0; round < ROUNDS; round += 1) await Promise.all([first.prune(), second.prune()]);
  });
  afterAll(() => close());

  const count = async (text: string) => (await first.sql<{ count: number }>(text))[0]?.count;

  it('goes, and nothing else does: grants with their tokens', async () => {
    const living = (ROWS * 2) / 3;
    expect(await count(`SELECT count(*)::int AS "count" FROM "oauthGrant"`)).toBe(living);
    expect(await count(`SELECT count(*)::int AS "count" FROM "oauthAccessToken"`)).toBe(living);
    expect(
      await count(
        `SELECT count(*)::int AS "count" FROM "oauthAccessToken" t
        WHERE NOT EXISTS (SELECT 1 FROM "oauthGrant" g WHERE g."id" = t."grantId")`,
      ),
    ).toBe(0);
  });

  it('goes, and nothing else does: codes that nobody redeemed, and none that somebody did', async () => {
    expect(await count(`SELECT count(*)::int AS "count" FROM "oauthAuthorizationCode"`)).toBe(ROWS / 2);
    expect(
      await count(`SELECT count(*)::int AS "count" FROM "oauthAuthorizationCode" WHERE "consumedAt" IS NULL`),
    ).toBe(0);
  });
});
