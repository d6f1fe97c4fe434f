import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ProvedSignIns1766850020000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."session" ADD "provedAt" TIMESTAMP WITH TIME ZONE`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."session" DROP "provedAt"`);
  }
}
