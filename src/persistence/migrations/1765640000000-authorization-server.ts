import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Whose database it is. */
export class AuthorizationServer1765640000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE TABLE "${schema}"."authorizationServer" (
        "id" smallint NOT NULL,
        "issuer" text NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "authorizationServer_pkey" PRIMARY KEY ("id")
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`DROP TABLE "${schema}"."authorizationServer"`);
  }
}
