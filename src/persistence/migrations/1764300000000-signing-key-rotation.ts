import type { MigrationInterface, QueryRunner } from 'typeorm';

export class SigningKeyRotation1764300000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      ALTER TABLE "${schema}"."signingKey"
        ADD COLUMN "activatesAt" TIMESTAMP WITH TIME ZONE,
        ADD COLUMN "expiresAt" TIMESTAMP WITH TIME ZONE;
      UPDATE "${schema}"."signingKey" SET "activatesAt" = "createdAt";
      ALTER TABLE "${schema}"."signingKey" ALTER COLUMN "activatesAt" SET NOT NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(
      `ALTER TABLE "${schema}"."signingKey" DROP COLUMN "activatesAt", DROP COLUMN "expiresAt"`,
    );
  }
}
