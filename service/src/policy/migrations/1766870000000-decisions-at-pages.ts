import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What was decided before, and by replicas of an earlier version, counts as it did. */
export class DecisionsAtPages1766870000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(
      `ALTER TABLE "${schema}"."clientDecision" ADD "atPage" boolean NOT NULL DEFAULT true`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."clientDecision" DROP COLUMN "atPage"`);
  }
}
