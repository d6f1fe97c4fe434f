import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clients that hear of the end of a sign-in session (OpenID Connect Back-Channel Logout 1.0). */
export class BackchannelLogout1766500000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthApplication" ADD "backchannelLogoutUri" text,
        ADD "backchannelLogoutSessionRequired" boolean NOT NULL DEFAULT false;
      CREATE INDEX "oauthGrant_sid_idx" ON "${schema}"."oauthGrant" ("sid") WHERE "sid" IS NOT NULL;
      CREATE TABLE "${schema}"."oauthLogout" (
        "sid" text NOT NULL,
        "userId" text NOT NULL,
        "clientId" text NOT NULL,
        "grantedAt" timestamptz NOT NULL,
        "attempts" integer NOT NULL DEFAULT 0,
        "dueAt" timestamptz,
        "expiresAt" timestamptz NOT NULL,
        CONSTRAINT "oauthLogout_pkey" PRIMARY KEY ("sid", "userId", "clientId")
      );
      CREATE INDEX "oauthLogout_dueAt_idx" ON "${schema}"."oauthLogout" ("dueAt") WHERE "dueAt" IS NOT NULL;
      CREATE INDEX "oauthLogout_expiresAt_idx" ON "${schema}"."oauthLogout" ("expiresAt");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      DROP TABLE "${schema}"."oauthLogout";
      DROP INDEX "${schema}"."oauthGrant_sid_idx";
      ALTER TABLE "${schema}"."oauthApplication" DROP "backchannelLogoutUri",
        DROP "backchannelLogoutSessionRequired";
    `);
  }
}
