import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The feed is read in pages: one transaction may end a hundred thousand grants. */
export class FeedPages1766540000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE INDEX "oauthRevocation_place_idx" ON "${schema}"."oauthRevocation" ("xid", "id");
      DROP INDEX "${schema}"."oauthRevocation_xid_idx";
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE INDEX "oauthRevocation_xid_idx" ON "${schema}"."oauthRevocation" ("xid");
      DROP INDEX "${schema}"."oauthRevocation_place_idx";
    `);
  }
}
