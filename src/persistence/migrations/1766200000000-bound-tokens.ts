import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clients that want no tokens but those bound to a key (RFC 9449 §5.2). */
export class BoundTokens1766200000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."oauthApplication" ADD "dpopBoundAccessTokens" boolean NOT NULL DEFAULT false;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthApplication" DROP "dpopBoundAccessTokens"`);
  }
}
