import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PolicyProviders1766150000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."appliedPolicy" ADD COLUMN "providers" jsonb`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."appliedPolicy" DROP COLUMN "providers"`);
  }
}
