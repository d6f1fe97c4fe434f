import type { MigrationInterface, QueryRunner } from 'typeorm';

export class DailyCounts1766840010000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE TABLE "${schema}"."dailyCount" (
        "day" date NOT NULL,
        "metric" text NOT NULL,
        "count" integer NOT NULL,
        CONSTRAINT "dailyCount_pkey" PRIMARY KEY ("day", "metric")
      );
      CREATE TABLE "${schema}"."dailyActive" (
        "day" date NOT NULL,
        "metric" text NOT NULL,
        "id" text NOT NULL,
        CONSTRAINT "dailyActive_pkey" PRIMARY KEY ("day", "metric", "id")
      );
      CREATE TABLE "${schema}"."countedUntil" (
        "one" boolean NOT NULL DEFAULT true,
        "position" bigint NOT NULL,
        CONSTRAINT "countedUntil_pkey" PRIMARY KEY ("one"),
        CONSTRAINT "countedUntil_one" CHECK ("one")
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      DROP TABLE "${schema}"."countedUntil";
      DROP TABLE "${schema}"."dailyActive";
      DROP TABLE "${schema}"."dailyCount";
    `);
  }
}
