import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A place in a status list for every access token. */
export class StatusList1764130000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthAccessToken" ADD "statusIndex" bigint GENERATED ALWAYS AS IDENTITY NOT NULL;
      CREATE UNIQUE INDEX "oauthAccessToken_statusIndex_key" ON "${schema}"."oauthAccessToken" ("statusIndex");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthAccessToken" DROP "statusIndex"`);
  }
}
