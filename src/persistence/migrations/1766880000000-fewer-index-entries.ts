import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Less is written for each grant and each token: what is over is found by walking the rows, one index has living grants in
 * the order of their use and says of which server they are, and refresh tokens are found by a hash index, which keeps
 * four bytes of each. No foreign key locks the client's row for a grant that is made.
 */
export class FewerIndexEntries1766880000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      LOCK TABLE ${['oauthApplication', 'oauthConsent', 'oauthGrant', 'oauthAccessToken', 'oauthAuthorizationCode'].map(table).join(', ')};

      DROP INDEX ${table('oauthAuthorizationCode_expiresAt_idx')};
      DROP INDEX ${table('oauthApplication_userId_idx')};

      DROP INDEX ${table('oauthGrant_expiresAt_idx')};
      DROP INDEX ${table('oauthGrant_lastUse_idx')};
      DROP INDEX ${table('oauthGrant_resourceLastUse_idx')};
      CREATE INDEX "oauthGrant_lastUse_idx" ON ${table('oauthGrant')}
        (COALESCE("lastUsedAt", "createdAt"), hashtext("resource")) WHERE "revokedAt" IS NULL;
      DROP INDEX ${table('oauthGrant_clientLastUse_idx')};
      CREATE INDEX "oauthGrant_clientLastUse_idx" ON ${table('oauthGrant')}
        ("clientId", ("revokedAt" IS NULL), COALESCE("lastUsedAt", "createdAt"));
      DROP INDEX ${table('oauthGrant_live_idx')};
      CREATE INDEX "oauthGrant_live_idx" ON ${table('oauthGrant')} ("userId", hashtext("clientId"))
        WHERE "revokedAt" IS NULL;

      DROP INDEX ${table('oauthAccessToken_refreshToken_key')};
      ALTER TABLE ${table('oauthAccessToken')} ADD CONSTRAINT "oauthAccessToken_refreshToken_excl"
        EXCLUDE USING hash ("refreshToken" WITH =);

      ALTER TABLE ${table('oauthGrant')} DROP CONSTRAINT "oauthGrant_clientId_fkey";
      ALTER TABLE ${table('oauthConsent')} DROP CONSTRAINT "oauthConsent_clientId_fkey";
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    const orphans = (name: string) =>
      `DELETE FROM ${table(name)} o WHERE NOT EXISTS (
        SELECT 1 FROM ${table('oauthApplication')} a WHERE a."clientId" = o."clientId")`;
    await queryRunner.query(`
      ${orphans('oauthGrant')};
      ALTER TABLE ${table('oauthGrant')} ADD CONSTRAINT "oauthGrant_clientId_fkey"
        FOREIGN KEY ("clientId") REFERENCES ${table('oauthApplication')} ("clientId") ON DELETE CASCADE;
      ${orphans('oauthConsent')};
      ALTER TABLE ${table('oauthConsent')} ADD CONSTRAINT "oauthConsent_clientId_fkey"
        FOREIGN KEY ("clientId") REFERENCES ${table('oauthApplication')} ("clientId") ON DELETE CASCADE;

      ALTER TABLE ${table('oauthAccessToken')} DROP CONSTRAINT "oauthAccessToken_refreshToken_excl";
      CREATE UNIQUE INDEX "oauthAccessToken_refreshToken_key" ON ${table('oauthAccessToken')} ("refreshToken");

      DROP INDEX ${table('oauthGrant_live_idx')};
      CREATE INDEX "oauthGrant_live_idx" ON ${table('oauthGrant')} ("userId", "clientId") WHERE "revokedAt" IS NULL;
      DROP INDEX ${table('oauthGrant_clientLastUse_idx')};
      CREATE INDEX "oauthGrant_clientLastUse_idx" ON ${table('oauthGrant')}
        ("clientId", ("revokedAt" IS NULL), COALESCE("lastUsedAt", "createdAt"), "id");
      DROP INDEX ${table('oauthGrant_lastUse_idx')};
      CREATE INDEX "oauthGrant_resourceLastUse_idx" ON ${table('oauthGrant')}
        ("resource", COALESCE("lastUsedAt", "createdAt"), "id") WHERE "revokedAt" IS NULL;
      CREATE INDEX "oauthGrant_lastUse_idx" ON ${table('oauthGrant')}
        (COALESCE("lastUsedAt", "createdAt"), "id") WHERE "revokedAt" IS NULL;
      CREATE INDEX "oauthGrant_expiresAt_idx" ON ${table('oauthGrant')} ("expiresAt");

      CREATE INDEX "oauthApplication_userId_idx" ON ${table('oauthApplication')} ("userId");
      CREATE INDEX "oauthAuthorizationCode_expiresAt_idx" ON ${table('oauthAuthorizationCode')} ("expiresAt");
    `);
  }
}
