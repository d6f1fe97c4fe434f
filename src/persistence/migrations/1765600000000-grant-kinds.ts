import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Grants of service accounts and actors beside those of people, and what is known of the sign-in behind a grant. */
export class GrantKinds1765600000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      ALTER TABLE ${table('oauthGrant')}
        ADD "kind" text NOT NULL DEFAULT 'person',
        ADD "rootGrantId" uuid,
        ADD "parentGrantId" uuid,
        ADD "actor" jsonb,
        ADD "keyThumbprint" text,
        ADD "sid" text,
        ADD "amr" text array,
        ADD "acr" text,
        ADD "lastUsedAt" TIMESTAMP WITH TIME ZONE,
        ALTER "userId" DROP NOT NULL,
        ALTER "redirectUri" DROP NOT NULL;
      ALTER TABLE ${table('oauthGrant')} ADD CONSTRAINT "oauthGrant_rootGrantId_fkey"
        FOREIGN KEY ("rootGrantId") REFERENCES ${table('oauthGrant')} ("id") ON DELETE CASCADE;
      UPDATE ${table('oauthGrant')} g SET "lastUsedAt" = COALESCE(
        (SELECT max(t."createdAt") FROM ${table('oauthAccessToken')} t WHERE t."grantId" = g."id"), g."createdAt");

      CREATE INDEX "oauthGrant_rootGrantId_idx" ON ${table('oauthGrant')} ("rootGrantId")
        WHERE "rootGrantId" IS NOT NULL;
      CREATE INDEX "oauthGrant_live_idx" ON ${table('oauthGrant')} ("userId", "clientId", "resource")
        WHERE "revokedAt" IS NULL;
      DROP INDEX ${table('oauthGrant_userId_idx')};

      ALTER TABLE ${table('oauthInteraction')} ADD "sid" text, ADD "amr" text array, ADD "acr" text;

      ALTER TABLE ${table('oauthConsent')} ADD "refreshable" boolean;
      UPDATE ${table('oauthConsent')} c SET "refreshable" = EXISTS (
        SELECT 1 FROM ${table('oauthGrant')} g WHERE g."userId" = c."userId" AND g."clientId" = c."clientId"
          AND g."resource" = c."resource" AND g."refreshable");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      ALTER TABLE ${table('oauthConsent')} DROP "refreshable";
      ALTER TABLE ${table('oauthInteraction')} DROP "sid", DROP "amr", DROP "acr";
      DELETE FROM ${table('oauthGrant')} WHERE "userId" IS NULL OR "redirectUri" IS NULL;
      DROP INDEX ${table('oauthGrant_live_idx')};
      ALTER TABLE ${table('oauthGrant')} DROP "kind", DROP "rootGrantId", DROP "parentGrantId", DROP "actor",
        DROP "keyThumbprint", DROP "sid", DROP "amr", DROP "acr", DROP "lastUsedAt",
        ALTER "userId" SET NOT NULL, ALTER "redirectUri" SET NOT NULL;
      CREATE INDEX "oauthGrant_userId_idx" ON ${table('oauthGrant')} ("userId");
    `);
  }
}
