import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Registration access tokens are found by what is stored of them (RFC 7592 §2). */
export class RegistrationAccess1766460000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE UNIQUE INDEX "oauthApplication_registrationTokenHash_key"
        ON "${schema}"."oauthApplication" ("registrationTokenHash") WHERE "registrationTokenHash" IS NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`DROP INDEX "${schema}"."oauthApplication_registrationTokenHash_key"`);
  }
}
