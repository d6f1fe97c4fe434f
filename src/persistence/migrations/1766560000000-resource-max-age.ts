import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How long ago people may have signed in who give a client access to a resource. */
export class ResourceMaxAge1766560000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthResource" ADD "maxAge" integer`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthResource" DROP COLUMN "maxAge"`);
  }
}
