import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dataSourceOf, postgresUrl, startService, type TestService } from '../support/app.js';
import { applyImport, importInto } from '../support/better-auth-import.js';
import {
  type BetterAuthApplication,
  betterAuthApplication,
  type BetterAuthFixture,
} from '../support/better-auth.js';

const A = 'better_auth_a';
const B = 'better_auth_b';

/** What is changed in the old database, and what is said of it. */
const LEFT: [what: string, fixture: BetterAuthFixture, change: string, why: string][] = [
  ['an encrypted secret without the key', A, '', 'has an encrypted secret: give BETTER_AUTH_SECRET'],
  [
    'an encrypted secret of a version',
    A,
    `UPDATE "oauthApplication" SET "clientSecret" = '$ba$7$' || repeat('0a', 72) WHERE type = 'web'`,
    'has a secret that is encrypted with version 7: give BETTER_AUTH_SECRETS',
  ],
  [
    'a secret that is stored otherwise',
    A,
    `UPDATE "oauthApplication" SET "clientSecret" = 'custom:hash' WHERE type = 'web'`,
    "has a secret that is stored in a way of the application's own",
  ],
  [
    'a person with the id of a client',
    A,
    `ALTER TABLE account DROP CONSTRAINT "old_account_userId_fkey";
    UPDATE "user" SET id = (SELECT min("clientId") FROM "oauthApplication") WHERE name = 'linus'`,
    "has an id that is a client's, or could be",
  ],
  [
    'a person whose id is one for clients alone',
    A,
    `ALTER TABLE account DROP CONSTRAINT "old_account_userId_fkey"; UPDATE "user" SET id = 'client_x' WHERE name = 'linus'`,
    "has an id that is a client's, or could be",
  ],
  [
    'a client whose redirect URI is none',
    A,
    `UPDATE "oauthApplication" SET "redirectUrls" = 'http://elsewhere.example/cb' WHERE type = 'public'`,
    'cannot be a client here: A redirect URI must use https, unless its host is loopback',
  ],
  [
    'a client that acts for itself where none may',
    B,
    '',
    'acts for itself, and service accounts are turned off here: turn them on (serviceAccounts)',
  ],
  [
    'a client of a grant type that is not known',
    B,
    `UPDATE "oauthClient" SET "grantTypes" = '["urn:ietf:params:oauth:grant-type:device_code"]' WHERE name LIKE 'Public%'`,
    'uses a grant type that is not known here (urn:ietf:params:oauth:grant-type:device_code)',
  ],
  [
    'a client that proves itself in a way that is not known here',
    B,
    `UPDATE "oauthClient" SET "tokenEndpointAuthMethod" = 'tls_client_auth' WHERE name LIKE 'Public%'`,
    'cannot be a client here: The token_endpoint_auth_method is not supported',
  ],
  [
    'a consent of somebody who is banned',
    A,
    `UPDATE "user" SET banned = true WHERE name = 'ada'`,
    'is of a person who is banned',
  ],
  ['a refused consent', A, `UPDATE "oauthConsent" SET "consentGiven" = false`, 'was refused'],
  ['what is for an unknown MCP server', B, '', 'is for an MCP server that is not known here'],
  ['a refresh token that is used up', B, '', 'is used up or revoked'],
  ['a refresh token that nobody has', A, '', 'was never handed out (without offline_access)'],
  [
    'a refresh token that has expired',
    A,
    `UPDATE "oauthAccessToken" SET "refreshTokenExpiresAt" = now() - interval '1 second'`,
    'has expired',
  ],
  [
    'a refresh token of a client with several hosts',
    A,
    `UPDATE "oauthApplication" SET "redirectUrls" = 'https://one.example/cb,https://two.example/cb'`,
    'is of a client with redirects to several hosts, and nobody knows which had it',
  ],
  [
    'a refresh token that is bound to a certificate',
    B,
    `UPDATE "oauthRefreshToken" SET "confirmation" = '{"x5t#S256":"x"}'`,
    'is bound to a key in a way that is not known here',
  ],
  [
    'a refresh token that is bound to a key that is none',
    B,
    `UPDATE "oauthRefreshToken" SET "confirmation" = '{"jkt":"x"}'`,
    'is bound to a key in a way that is not known here',
  ],
  [
    'a refresh token that is hashed otherwise',
    B,
    `UPDATE "oauthRefreshToken" SET "token" = 'custom' || id`,
    "is stored in a way of the application's own",
  ],
  [
    'a refresh token for two MCP servers',
    B,
    `UPDATE "oauthRefreshToken" SET "resources" = '["http://localhost:3000/mcp","http://localhost:3000/reports"]'`,
    'is for several MCP servers at once',
  ],
  [
    'a connection that is too old',
    A,
    `UPDATE "oauthAccessToken" SET "createdAt" = "createdAt" - interval '91 days'`,
    'is of a connection that is older than any may be here',
  ],
  [
    'a refresh token of a client that is left',
    A,
    `UPDATE "oauthApplication" SET "redirectUrls" = ''`,
    'is of a client that is left',
  ],
  [
    'more refresh tokens of one connection than may live',
    A,
    `INSERT INTO "oauthAccessToken" SELECT id || n, "accessToken" || n, "refreshToken" || n, "accessTokenExpiresAt",
      "refreshTokenExpiresAt", "clientId", "userId", scopes, "createdAt", "updatedAt"
    FROM "oauthAccessToken", generate_series(1, 50) n`,
    'is older than the 50 newest of its person, client and MCP server',
  ],
];

describe.skipIf(!postgresUrl)('an import of Better Auth', () => {
  let service: TestService;
  let old: BetterAuthApplication;
  let before: object;

  beforeAll(async () => {
    service = await startService();
  });
  afterAll(() => service.close());
  beforeEach(async () => {
    before = await service.snapshot();
  });
  afterEach(async () => {
    await old.drop();
    expect(await service.snapshot()).toEqual(before);
  });

  it.each(LEFT)('leaves %s, and says why', async (_what, fixture, change, why) => {
    old = await betterAuthApplication(fixture);
    await old.sql(change);
    const { left } = await importInto(service, old, {}, { secret: undefined });
    expect(left.map((each) => each.why)).toContain(why);
  });

  it('takes no clients where none are wanted, and consents of those alone that are here', async () => {
    old = await betterAuthApplication(A);
    const { taken, left } = await importInto(service, old, {}, { clients: false });
    expect([taken.clients, taken.consents]).toEqual([0, 0]);
    expect(left).toContainEqual(
      expect.objectContaining({ kind: 'consents', why: 'is about a client that is left' }),
    );
    expect((await importInto(service, old, {}, { consents: false })).taken).toMatchObject({
      clients: 5,
      consents: 0,
    });
  });

  it('writes nothing when it is cut off', async () => {
    old = await betterAuthApplication(A);
    const cut = dataSourceOf(service).transaction(async (transaction) => {
      await importInto(service, old, {}, { transaction });
      throw new Error('cut off');
    });
    await expect(cut).rejects.toThrow('cut off');
  });

  it('does not run beside another', async () => {
    old = await betterAuthApplication(A);
    const held = dataSourceOf(service).transaction(async (transaction) => {
      await importInto(service, old, {}, { transaction });
      await expect(applyImport(service, old)).rejects.toThrow('Another import is under way');
      throw new Error('enough');
    });
    await expect(held).rejects.toThrow('enough');
  });

  it('does not go on without the old database', async () => {
    old = await betterAuthApplication(A);
    const cut = dataSourceOf(service).transaction((transaction) =>
      importInto(
        service,
        old,
        {},
        {
          transaction,
          people: {
            take: async () => {
              await old.sql(
                `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE $1 AND pid <> pg_backend_pid()`,
                [`%${old.schema}%`],
              );
              return [];
            },
          },
        },
      ),
    );
    await expect(cut).rejects.toThrow(/terminat|not queryable/);
  });
});
