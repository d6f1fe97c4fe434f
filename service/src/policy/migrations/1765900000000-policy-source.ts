import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PolicySource1765900000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."appliedPolicy" ADD COLUMN "fromFile" boolean`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."appliedPolicy" DROP COLUMN "fromFile"`);
  }
}
