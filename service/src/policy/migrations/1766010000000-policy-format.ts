import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What replicas of different versions exchange says in which form it is. */
export class PolicyFormat1766010000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(
      `ALTER TABLE "${schema}"."appliedPolicy" ADD COLUMN "format" smallint NOT NULL DEFAULT 1`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."appliedPolicy" DROP COLUMN "format"`);
  }
}
