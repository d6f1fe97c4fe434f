import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What an id_token will say is kept with its code. */
export class OpenId1764400000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthAuthorizationCode" ADD "nonce" text, ADD "idTokenClaims" jsonb;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthAuthorizationCode" DROP "nonce", DROP "idTokenClaims";
    `);
  }
}
