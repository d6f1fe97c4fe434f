import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Authorization requests that clients push ahead of the browser (RFC 9126). */
export class PushedRequests1766450000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE TABLE "${schema}"."oauthPushedRequest" (
        "hash" text NOT NULL,
        "clientId" text NOT NULL,
        "parameters" jsonb NOT NULL,
        "interactionId" uuid,
        "browserHash" text,
        "expiresAt" timestamptz NOT NULL,
        CONSTRAINT "oauthPushedRequest_pkey" PRIMARY KEY ("hash")
      );
      CREATE INDEX "oauthPushedRequest_expiresAt_idx" ON "${schema}"."oauthPushedRequest" ("expiresAt");
      CREATE INDEX "oauthPushedRequest_unused_idx" ON "${schema}"."oauthPushedRequest" ("expiresAt")
        WHERE "interactionId" IS NULL;
      ALTER TABLE "${schema}"."oauthApplication"
        ADD "requirePushedAuthorizationRequests" boolean NOT NULL DEFAULT false;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthApplication" DROP "requirePushedAuthorizationRequests";
      DROP TABLE "${schema}"."oauthPushedRequest";
    `);
  }
}
