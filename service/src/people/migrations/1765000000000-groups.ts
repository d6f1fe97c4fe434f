import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Groups1765000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."user"
        ADD "groups" text[] NOT NULL DEFAULT '{}',
        ADD "groupsReadAt" TIMESTAMP WITH TIME ZONE`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."user" DROP "groups", DROP "groupsReadAt"`);
  }
}
