import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was taken over from elsewhere. */
export class Imports1766071000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE TABLE "${schema}"."oauthImport" (
        "kind" text NOT NULL,
        "key" text NOT NULL,
        "importedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "oauthImport_pkey" PRIMARY KEY ("kind", "key")
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`DROP TABLE "${schema}"."oauthImport"`);
  }
}
