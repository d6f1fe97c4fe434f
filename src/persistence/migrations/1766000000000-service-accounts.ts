import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which resources a client that acts for itself may ever get a token for. */
export class ServiceAccounts1766000000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthApplication" ADD "resourceCeiling" text array`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthApplication" DROP "resourceCeiling"`);
  }
}
