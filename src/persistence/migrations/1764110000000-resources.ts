import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Protected resources, with what their tokens are like. */
export class Resources1764110000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE TABLE "${schema}"."oauthResource" (
        "identifier" text NOT NULL,
        "name" text NOT NULL,
        "scopes" jsonb NOT NULL,
        "challengeScopes" text array NOT NULL,
        "scopeHierarchy" jsonb NOT NULL,
        "accessTokenExpiresIn" integer,
        "signingAlgorithm" text,
        "enabled" boolean NOT NULL,
        "source" text NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "updatedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "oauthResource_pkey" PRIMARY KEY ("identifier")
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`DROP TABLE "${schema}"."oauthResource"`);
  }
}
