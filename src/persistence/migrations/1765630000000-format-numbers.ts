import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What replicas of different versions exchange says in which form it is. */
export class FormatNumbers1765630000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthRevocation" ADD "format" smallint NOT NULL DEFAULT 1;
      ALTER TABLE "${schema}"."signingKey" ADD "sealFormat" smallint NOT NULL DEFAULT 1;
      ALTER TABLE "${schema}"."oauthAccessToken" ADD "successorFormat" smallint;
      ALTER TABLE "${schema}"."oauthInteractionAnswer" ADD "sealFormat" smallint NOT NULL DEFAULT 1;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthInteractionAnswer" DROP "sealFormat";
      ALTER TABLE "${schema}"."oauthAccessToken" DROP "successorFormat";
      ALTER TABLE "${schema}"."signingKey" DROP "sealFormat";
      ALTER TABLE "${schema}"."oauthRevocation" DROP "format";
    `);
  }
}
