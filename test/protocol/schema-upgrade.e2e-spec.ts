import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSourceOptions, openDataSource } from '../../src/persistence/data-source.js';
import { MIGRATIONS } from '../../src/persistence/migrations/index.js';
import { dropSchema, newSchema, postgresUrl } from '../support/postgres.js';

/** The last migration of the version before. */
const BEFORE = 'Policy1765010000000';

const GRANT = '11111111-1111-4111-8111-111111111111';
const UNUSED = '22222222-2222-4222-8222-222222222222';

/** What the version before writes, as it writes it. */
const WRITES: Readonly<Record<string, string>> = {
  oauthResource: `INSERT INTO "oauthResource" ("identifier", "name", "scopes", "challengeScopes", "scopeHierarchy",
      "accessTokenExpiresIn", "signingAlgorithm", "enabled", "source", "createdAt", "updatedAt")
    VALUES ('https://x/mcp', 'X', '{"a": "A"}', '{a}', '{}', NULL, NULL, true, 'options', now(), now())`,
  oauthApplication: `INSERT INTO "oauthApplication" ("id", "clientId", "name", "source", "redirectUrls", "grantTypes",
      "tokenEndpointAuthMethod", "clientSecret", "jwks", "jwksUri", "clientUri", "icon", "type", "metadata",
      "createdAt", "updatedAt", "disabled")
    VALUES (gen_random_uuid(), 'c1', 'C', 'registered', '{https://c/cb}', '{authorization_code,refresh_token}', 'none',
      NULL, NULL, NULL, NULL, NULL, 'web', NULL, now(), '2026-01-02T00:00:00Z', true)`,
  oauthGrant: `INSERT INTO "oauthGrant" ("id", "clientId", "userId", "resource", "scopes", "refreshable",
      "authenticatedAt", "createdAt", "expiresAt", "redirectUri")
    VALUES ('${GRANT}', 'c1', 'alice', 'https://x/mcp', '{a}', true, now(), '2026-01-01T00:00:00Z', now() + interval '90 days',
      'https://c/cb')`,
  oauthAuthorizationCode: `INSERT INTO "oauthAuthorizationCode" ("hash", "grantId", "codeChallenge", "expiresAt",
      "nonce", "idTokenClaims") VALUES ('h', '${GRANT}', 'c', now(), NULL, NULL)`,
  oauthAccessToken: `INSERT INTO "oauthAccessToken" ("id", "accessToken", "refreshToken", "accessTokenExpiresAt",
      "refreshTokenExpiresAt", "clientId", "userId", "scopes", "createdAt", "updatedAt", "grantId")
    VALUES (gen_random_uuid(), 'jti', 'hash', now(), now(), 'c1', 'alice', '{a}', '2026-02-01T00:00:00Z', now(), '${GRANT}')`,
  oauthConsent: `INSERT INTO "oauthConsent" ("id", "userId", "clientId", "redirectHost", "resource", "scopes",
      "consentGiven", "createdAt", "updatedAt", "clientDigest")
    VALUES (gen_random_uuid(), 'alice', 'c1', 'c', 'https://x/mcp', '{a}', true, now(), now(), NULL)`,
  oauthInteraction: `INSERT INTO "oauthInteraction" ("id", "browserHash", "request", "accountId", "authenticatedAt",
      "createdAt", "expiresAt") VALUES (gen_random_uuid(), 'b', '{}', NULL, NULL, now(), now())`,
  oauthReplay: `INSERT INTO "oauthReplay" ("hash", "expiresAt") VALUES ('r', now())`,
  oauthRevocation: `INSERT INTO "oauthRevocation" ("kind", "subject", "issuedBefore", "expiresAt", "xid")
    SELECT r.*, pg_current_xact_id()::text::bigint FROM (SELECT 'user', 'alice', now(), now()) r`,
  signingKey: `INSERT INTO "signingKey" ("kid", "alg", "generation", "sealedPrivateKey", "createdAt", "activatesAt")
    VALUES ('k', 'ES256', 1, 'x', now(), now())`,
};

describe.skipIf(!postgresUrl)('a database of the version before', () => {
  const schema = newSchema();
  const options = dataSourceOptions({ url: postgresUrl ?? '', schema, poolSize: 1 });
  let upgraded: DataSource;
  const columns: Record<string, Record<string, unknown>[]> = {};

  const within = async (dataSource: DataSource, statements: readonly string[]) => {
    await dataSource.query(`SET search_path TO "${schema}"`);
    for (const statement of statements) await dataSource.query(statement);
  };
  const rows = (table: string) =>
    upgraded.query<Record<string, unknown>[]>(`SELECT * FROM "${schema}"."${table}"`);

  beforeAll(async () => {
    const names = MIGRATIONS.map(({ name }) => name);
    const before = new DataSource({
      ...options,
      migrations: MIGRATIONS.slice(0, names.indexOf(BEFORE) + 1),
    });
    await before.initialize();
    await before.query(`CREATE SCHEMA "${schema}"`);
    await before.runMigrations();
    const grants = WRITES['oauthGrant']?.replace(GRANT, UNUSED) ?? '';
    await within(before, [...Object.values(WRITES), grants]);
    await before.destroy();

    upgraded = await openDataSource({ url: postgresUrl ?? '', schema, poolSize: 1 });
    for (const table of Object.keys(WRITES)) columns[table] = await rows(table);
  });

  afterAll(async () => {
    await upgraded.destroy();
    await dropSchema(schema);
  });

  it('keeps every row', () => {
    for (const [table, kept] of Object.entries(columns))
      expect(kept, table).toHaveLength(table === 'oauthGrant' ? 2 : 1);
  });

  it('says of a grant whose it is and when it was last used', () => {
    const person = { kind: 'person', userId: 'alice', rootGrantId: null, parentGrantId: null };
    expect(columns['oauthGrant']).toEqual([
      expect.objectContaining({ ...person, id: GRANT, lastUsedAt: new Date('2026-02-01T00:00:00Z') }),
      expect.objectContaining({ ...person, id: UNUSED, lastUsedAt: new Date('2026-01-01T00:00:00Z') }),
    ]);
  });

  it('says of a client what it is and since when it is disabled', () => {
    expect(columns['oauthApplication']).toEqual([
      expect.objectContaining({
        kind: 'application',
        source: 'registered',
        scopeCeiling: null,
        blockedAt: new Date('2026-01-02T00:00:00Z'),
        blockedBy: null,
      }),
    ]);
  });

  it('says of a consent that the client was allowed to stay, where it did', () => {
    expect(columns['oauthConsent']).toEqual([expect.objectContaining({ refreshable: true })]);
  });

  it('gives what replicas exchange the number of the first format', () => {
    expect(columns['oauthRevocation']).toEqual([expect.objectContaining({ format: 1 })]);
    expect(columns['signingKey']).toEqual([expect.objectContaining({ sealFormat: 1 })]);
  });

  it('is written to by the version before as ever', async () => {
    for (const table of Object.keys(WRITES).toReversed())
      await upgraded.query(`DELETE FROM "${schema}"."${table}"`);
    await within(upgraded, Object.values(WRITES));
    for (const table of Object.keys(WRITES)) expect(await rows(table), table).toHaveLength(1);
  });

  it('has a row in every table of this test that it had', async () => {
    const known = await upgraded.query<{ name: string }[]>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = $1 AND table_name <> 'migrations'`,
      [schema],
    );
    const added = [
      'authorizationServer',
      'oauthImport',
      'oauthRotatedToken',
      'oauthInteractionAnswer',
      'oauthPushedRequest',
      'oauthDeviceCode',
      'oauthLogout',
    ];
    expect(new Set(known.map(({ name }) => name))).toEqual(new Set([...Object.keys(WRITES), ...added]));
  });

  it('goes back to what it was', async () => {
    const steps = MIGRATIONS.length - 1 - MIGRATIONS.findIndex(({ name }) => name === BEFORE);
    for (let step = 0; step < steps; step += 1) await upgraded.undoLastMigration();
    for (const table of Object.keys(WRITES)) expect(await rows(table), table).toHaveLength(1);
    await upgraded.runMigrations();
  });
});
