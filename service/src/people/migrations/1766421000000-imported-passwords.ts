import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds passwords that were taken over and not used since, or that there are none. */
export class ImportedPasswords1766421000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(
      `CREATE INDEX "account_importedPassword_idx" ON "${schema}"."account" ("id") WHERE "password" NOT LIKE '$%'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`DROP INDEX "${schema}"."account_importedPassword_idx"`);
  }
}
