import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Settings1766850010000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE TABLE "${schema}"."serviceSettings" (
        "id" smallint NOT NULL,
        "companyName" text,
        "logo" bytea,
        "colour" text,
        "helpUrl" text,
        "privacyUrl" text,
        "contact" text,
        "sessionIdle" integer,
        "sessionMaxAge" integer,
        "version" integer NOT NULL DEFAULT 0,
        CONSTRAINT "serviceSettings_pkey" PRIMARY KEY ("id")
      )
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`DROP TABLE "${schema}"."serviceSettings"`);
  }
}
