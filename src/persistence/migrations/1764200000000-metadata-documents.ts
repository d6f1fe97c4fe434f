import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Consent is bound to what a client's metadata document said. */
export class MetadataDocuments1764200000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthConsent" ADD "clientDigest" text`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`ALTER TABLE "${schema}"."oauthConsent" DROP "clientDigest"`);
  }
}
