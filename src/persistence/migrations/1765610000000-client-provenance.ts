import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an administrator says of a client, and how it manages its own registration. */
export class ClientProvenance1765610000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthApplication"
        ADD "kind" text NOT NULL DEFAULT 'application',
        ADD "scopeCeiling" text array,
        ADD "registrationTokenHash" text,
        ADD "blockedAt" TIMESTAMP WITH TIME ZONE,
        ADD "blockedBy" text;
      UPDATE "${schema}"."oauthApplication" SET "blockedAt" = "updatedAt" WHERE "disabled";
      CREATE INDEX "oauthApplication_unused_idx" ON "${schema}"."oauthApplication" ("createdAt")
        WHERE "source" = 'registered' AND "grantedAt" IS NULL AND "userId" IS NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      DROP INDEX "${schema}"."oauthApplication_unused_idx";
      ALTER TABLE "${schema}"."oauthApplication" DROP "kind", DROP "scopeCeiling", DROP "registrationTokenHash",
        DROP "blockedAt", DROP "blockedBy";
    `);
  }
}
