import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where a code went is remembered with its grant: a policy asks for it at every refresh. */
export class Policy1765010000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthGrant" ADD "redirectUri" text NOT NULL DEFAULT '';
      UPDATE "${schema}"."oauthGrant" g SET "redirectUri" = c."redirectUri"
        FROM "${schema}"."oauthAuthorizationCode" c WHERE c."grantId" = g."id";
      ALTER TABLE "${schema}"."oauthGrant" ALTER "redirectUri" DROP DEFAULT;
      ALTER TABLE "${schema}"."oauthAuthorizationCode" DROP "redirectUri";
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthAuthorizationCode" ADD "redirectUri" text NOT NULL DEFAULT '';
      UPDATE "${schema}"."oauthAuthorizationCode" c SET "redirectUri" = g."redirectUri"
        FROM "${schema}"."oauthGrant" g WHERE c."grantId" = g."id";
      ALTER TABLE "${schema}"."oauthAuthorizationCode" ALTER "redirectUri" DROP DEFAULT;
      ALTER TABLE "${schema}"."oauthGrant" DROP "redirectUri";
    `);
  }
}
