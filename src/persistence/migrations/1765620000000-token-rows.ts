import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Token rows that cost less: no index that answers no question, no foreign key that locks the grant at every refresh, and
 * room in each page for the one update that a row gets. Of a refresh token that was rotated long ago, its hash alone
 * stays.
 */
export class TokenRows1765620000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      DROP INDEX ${table('oauthAccessToken_clientId_idx')};
      DROP INDEX ${table('oauthAccessToken_userId_idx')};
      ALTER TABLE ${table('oauthAccessToken')} DROP CONSTRAINT "oauthAccessToken_grantId_fkey";
      ALTER TABLE ${table('oauthAccessToken')} SET (fillfactor = 75);
      ALTER TABLE ${table('oauthAccessToken')} ALTER "scopes" DROP NOT NULL;

      CREATE TABLE ${table('oauthRotatedToken')} (
        "hash" text NOT NULL,
        "grantId" uuid NOT NULL,
        CONSTRAINT "oauthRotatedToken_pkey" PRIMARY KEY ("hash")
      );
      CREATE INDEX "oauthRotatedToken_grantId_idx" ON ${table('oauthRotatedToken')} ("grantId");
      ALTER TABLE ${table('oauthRotatedToken')} ADD CONSTRAINT "oauthRotatedToken_grantId_fkey"
        FOREIGN KEY ("grantId") REFERENCES ${table('oauthGrant')} ("id") ON DELETE CASCADE;

      CREATE TABLE ${table('oauthInteractionAnswer')} (
        "interactionId" uuid NOT NULL,
        "formHash" text NOT NULL,
        "codeHash" text,
        "sealedRedirect" bytea NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "oauthInteractionAnswer_pkey" PRIMARY KEY ("interactionId")
      );
      CREATE INDEX "oauthInteractionAnswer_expiresAt_idx" ON ${table('oauthInteractionAnswer')} ("expiresAt");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      DROP TABLE ${table('oauthInteractionAnswer')};
      DROP TABLE ${table('oauthRotatedToken')};
      DELETE FROM ${table('oauthAccessToken')} t
        WHERE NOT EXISTS (SELECT 1 FROM ${table('oauthGrant')} g WHERE g."id" = t."grantId");
      ALTER TABLE ${table('oauthAccessToken')} ADD CONSTRAINT "oauthAccessToken_grantId_fkey"
        FOREIGN KEY ("grantId") REFERENCES ${table('oauthGrant')} ("id") ON DELETE CASCADE;
      UPDATE ${table('oauthAccessToken')} t SET "scopes" = g."scopes"
        FROM ${table('oauthGrant')} g WHERE g."id" = t."grantId" AND t."scopes" IS NULL;
      ALTER TABLE ${table('oauthAccessToken')} ALTER "scopes" SET NOT NULL;
      ALTER TABLE ${table('oauthAccessToken')} RESET (fillfactor);
      CREATE INDEX "oauthAccessToken_clientId_idx" ON ${table('oauthAccessToken')} ("clientId");
      CREATE INDEX "oauthAccessToken_userId_idx" ON ${table('oauthAccessToken')} ("userId");
    `);
  }
}
