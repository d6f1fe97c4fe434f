import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clients with keys, with secrets that rotate, and resource servers; tokens that are taken back one by one. */
export class StrongClients1764120000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthApplication"
        ADD "previousSecret" text,
        ADD "previousSecretExpiresAt" TIMESTAMP WITH TIME ZONE,
        ADD "jwks" jsonb,
        ADD "jwksUri" text,
        ADD "resource" text;
      ALTER TABLE "${schema}"."oauthApplication" ADD CONSTRAINT "oauthApplication_resource_fkey"
        FOREIGN KEY ("resource") REFERENCES "${schema}"."oauthResource" ("identifier") ON DELETE CASCADE;

      ALTER TABLE "${schema}"."oauthAccessToken" ADD "revokedAt" TIMESTAMP WITH TIME ZONE;

      CREATE TABLE "${schema}"."oauthReplay" (
        "hash" text NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "oauthReplay_pkey" PRIMARY KEY ("hash")
      );
      CREATE INDEX "oauthReplay_expiresAt_idx" ON "${schema}"."oauthReplay" ("expiresAt");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      DROP TABLE "${schema}"."oauthReplay";
      ALTER TABLE "${schema}"."oauthAccessToken" DROP "revokedAt";
      ALTER TABLE "${schema}"."oauthApplication" DROP "previousSecret", DROP "previousSecretExpiresAt",
        DROP "jwks", DROP "jwksUri", DROP "resource";
    `);
  }
}
