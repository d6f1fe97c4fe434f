import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where clients have people sent when they are signed out (OpenID Connect RP-Initiated Logout §3.1). */
export class Logout1766460100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthApplication" ADD "postLogoutRedirectUrls" text[]`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthApplication" DROP "postLogoutRedirectUrls"`);
  }
}
