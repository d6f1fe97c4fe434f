import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BetterAuthDatabaseOptions, BetterAuthReport } from '../../src/better-auth.js';
import { postgresUrl, startService, type TestService } from '../support/app.js';
import { applyImport, importInto, meet } from '../support/better-auth-import.js';
import {
  type BetterAuthApplication,
  betterAuthApplication,
  type BetterAuthFixture,
} from '../support/better-auth.js';
import { OAuthTestClient, redirectParameters } from '../support/oauth-client.js';

const SERVICE_SECRET = 'a secret of the client that acts for itself';
const RENAMED = { tables: { user: 'people', account: 'ways_in' }, columns: { 'user.email': 'mail' } };

/** What a schema of Drizzle is like: names with underscores, plurals, arrays, and times without a zone. */
const AS_DRIZZLE = `
  DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT table_name AS "table", column_name AS "column", data_type AS "type" FROM information_schema.columns
      WHERE table_schema = current_schema()
    LOOP
      IF each."type" = 'timestamp with time zone' THEN
        EXECUTE format('ALTER TABLE %I ALTER %I TYPE timestamp USING %I AT TIME ZONE ''UTC''', each."table", each."column",
          each."column");
      ELSIF each."type" = 'jsonb' AND each."column" IN ('redirectUris', 'scopes', 'resources', 'grantTypes') THEN
        EXECUTE format('UPDATE %I SET %I = NULL WHERE jsonb_typeof(%I) <> ''array''', each."table", each."column",
          each."column");
        EXECUTE format('ALTER TABLE %I ALTER %I TYPE text[] USING string_to_array(translate(%I::text, ''[]" '', ''''), '','')',
          each."table", each."column", each."column");
      END IF;
      IF each."column" ~ '[A-Z]' THEN
        EXECUTE format('ALTER TABLE %I RENAME %I TO %I', each."table", each."column",
          lower(regexp_replace(each."column", '([A-Z]+)', '_\\1', 'g')));
      END IF;
    END LOOP;
    FOR each IN SELECT table_name AS "table" FROM information_schema.tables WHERE table_schema = current_schema() LOOP
      EXECUTE format('ALTER TABLE %I RENAME TO %I', each."table",
        lower(regexp_replace(each."table", '([A-Z])', '_\\1', 'g')) || 's');
    END LOOP;
  END $$`;

const SHAPES: [string, BetterAuthFixture, Partial<BetterAuthDatabaseOptions>, string][] = [
  ['1.6', 'better_auth_a', {}, ''],
  ['1.6, with ids that count up and names of its own', 'better_auth_a_renamed', RENAMED, ''],
  ['1.7', 'better_auth_b', {}, ''],
  ['1.6 over Drizzle', 'better_auth_a', {}, AS_DRIZZLE],
  ['1.7 over Drizzle', 'better_auth_b', {}, AS_DRIZZLE],
];

describe.skipIf(!postgresUrl).each(SHAPES)('an import of Better Auth %s', (_what, fixture, names, change) => {
  const isFirst = fixture !== 'better_auth_b';
  let old: BetterAuthApplication;
  let service: TestService;
  let dryRun: { report: BetterAuthReport; before: object; after: object };
  let applied: BetterAuthReport;

  beforeAll(async () => {
    old = await betterAuthApplication(fixture);
    service = await startService({ serviceAccounts: () => [] });
    await meet(service, old);
    if (!isFirst)
      await old.sql(
        `UPDATE "oauthClient" SET "clientSecret" = $1, "tokenEndpointAuthMethod" = 'client_secret_post' WHERE "clientId" = $2`,
        [createHash('sha256').update(SERVICE_SECRET).digest('base64url'), old.client('service').client_id],
      );
    await old.sql(change);
    const before = await service.snapshot();
    dryRun = { report: await importInto(service, old, names), before, after: await service.snapshot() };
    applied = await applyImport(service, old, names);
  });
  afterAll(async () => {
    await service.close();
    await old.drop();
  });

  const refresh = (name: string) => {
    const { client_id, client_secret } = old.client(name);
    const refresh_token = old.refreshToken(name);
    return new OAuthTestClient(service).token({
      grant_type: 'refresh_token',
      refresh_token,
      client_id,
      client_secret,
    });
  };

  it('says in a dry run what it then does, and writes nothing', () => {
    expect(dryRun.after).toEqual(dryRun.before);
    expect(dryRun.report.applied).toBe(false);
    expect(applied).toEqual({ ...dryRun.report, applied: true });
    const { clients, consents, 'refresh tokens': tokens } = applied.taken;
    expect({ clients, consents, tokens }).toEqual(
      isFirst ? { clients: 5, consents: 1, tokens: 2 } : { clients: 3, consents: 3, tokens: 2 },
    );
  });

  it('lets clients go on with their old ids, secrets and refresh tokens', async () => {
    for (const name of isFirst ? ['public', 'plain'] : ['public', 'hashed']) {
      const first = await refresh(name);
      expect([first.status, first.body.scope]).toEqual([
        200,
        'openid profile email offline_access notes:read',
      ]);
      const client = new OAuthTestClient(service);
      client.credentials = old.client(name);
      const next = await client.refresh(first.body.refresh_token);
      expect(next.status).toBe(200);
      // The old one was used, and is theft from now on (RFC 9700 §4.14.2).
      expect((await refresh(name)).body.error).toBe('invalid_grant');
      expect((await client.refresh(next.body.refresh_token)).body.error).toBe('invalid_grant');
    }
  });

  it('takes secrets that are stored plain, hashed and encrypted', async () => {
    const answer = async (name: string, client_secret = old.client(name).client_secret) => {
      const { client_id } = old.client(name);
      const fields = { grant_type: 'refresh_token', refresh_token: 'unknown', client_id, client_secret };
      return (await new OAuthTestClient(service).token(fields)).body.error;
    };
    for (const name of isFirst ? ['plain', 'hashed', 'encrypted'] : ['hashed']) {
      expect(await answer(name), name).toBe('invalid_grant');
      expect(await answer(name, 'another'), name).toBe('invalid_client');
    }
  });

  it.skipIf(isFirst)(
    'lets a client that acts for itself go on, within its ceilings (OAuth 2.1 §4.2)',
    async () => {
      const ask = async (scope: string, client_secret = SERVICE_SECRET) => {
        const { client_id } = old.client('service');
        const fields = {
          grant_type: 'client_credentials',
          resource: service.resource,
          scope,
          client_id,
          client_secret,
        };
        const { status, body } = await new OAuthTestClient(service).token(fields);
        return [status, body.scope ?? body.error];
      };
      expect(await ask('notes:read')).toEqual([200, 'notes:read']);
      expect(await ask('notes:write')).toEqual([400, 'invalid_scope']);
      expect(await ask('notes:read', 'another')).toEqual([401, 'invalid_client']);
    },
  );

  it('remembers what people have allowed, and no more', async () => {
    const client = new OAuthTestClient(service);
    client.credentials = old.client('public');
    await client.signIn(await client.follow(await client.authorize()), old.person('ada').id);
    const silently = async (scope: string) =>
      redirectParameters(await client.authorize({ scope, prompt: 'none' })).get('error');
    expect(await silently('openid offline_access notes:read')).toBeNull();
    expect(await silently('openid notes:write')).toBe('consent_required');
  });

  it('keeps no secret and no token readable', async () => {
    const tables = ['oauthApplication', 'oauthAccessToken', 'oauthGrant', 'oauthImport'];
    const rows = await Promise.all(tables.map((table) => service.sql(`SELECT * FROM "${table}"`)));
    const secrets = [
      ...Object.values(old.clients).flatMap(({ client_secret }) => client_secret ?? []),
      ...Object.values(old.refreshTokens),
    ];
    expect(secrets.filter((secret) => JSON.stringify(rows).includes(secret))).toEqual([]);
  });

  it('changes nothing when it runs again, whatever has become of what it took', async () => {
    const { client_id } = old.client('hashed');
    await service.revocations.revokeUser(old.person('ada').id);
    await service.sql(`DELETE FROM "oauthApplication" WHERE "clientId" = $1`, [client_id]);
    const tables = ['oauthApplication', 'oauthConsent', 'oauthGrant', 'oauthAccessToken', 'oauthImport'];
    const rows = () =>
      Promise.all(tables.map((table) => service.sql(`SELECT * FROM "${table}" ORDER BY 1, 2`)));
    const before = await rows();
    const { taken, left } = await applyImport(service, old, names);
    expect(await rows()).toEqual(before);
    expect(Object.values(taken).filter((count) => count > 0)).toEqual([]);
    const why = 'was taken over before, and is gone here';
    expect(left).toContainEqual({ kind: 'clients', why, count: 1, examples: [client_id] });
  });
});
