import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds clients and living grants in the orders and by the filters that administrators look at them with. */
export class Catalogs1766530000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE INDEX "oauthApplication_name_idx" ON "${schema}"."oauthApplication"
        (lower(COALESCE("name", '')), "clientId") WHERE "resource" IS NULL;
      CREATE INDEX "oauthApplication_createdAt_idx" ON "${schema}"."oauthApplication"
        ("createdAt", "clientId") WHERE "resource" IS NULL;
      CREATE INDEX "oauthGrant_lastUse_idx" ON "${schema}"."oauthGrant"
        (COALESCE("lastUsedAt", "createdAt"), "id") WHERE "revokedAt" IS NULL;
      CREATE INDEX "oauthGrant_clientLastUse_idx" ON "${schema}"."oauthGrant"
        ("clientId", COALESCE("lastUsedAt", "createdAt"), "id") WHERE "revokedAt" IS NULL;
      CREATE INDEX "oauthGrant_resourceLastUse_idx" ON "${schema}"."oauthGrant"
        ("resource", COALESCE("lastUsedAt", "createdAt"), "id") WHERE "revokedAt" IS NULL;
      CREATE INDEX "oauthGrant_scopes_idx" ON "${schema}"."oauthGrant" USING gin ("scopes") WHERE "revokedAt" IS NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    for (const name of [
      'oauthApplication_name_idx',
      'oauthApplication_createdAt_idx',
      'oauthGrant_lastUse_idx',
      'oauthGrant_clientLastUse_idx',
      'oauthGrant_resourceLastUse_idx',
      'oauthGrant_scopes_idx',
    ])
      await queryRunner.query(`DROP INDEX "${schema}"."${name}"`);
  }
}
