import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A replica of the version before writes none: its requests are known by their surest kind alone. */
export class RequestKinds1766865000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE ${this.table(queryRunner)} ADD COLUMN "kinds" text[] NOT NULL DEFAULT '{}'`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE ${this.table(queryRunner)} DROP COLUMN "kinds"`);
  }

  private table(queryRunner: QueryRunner): string {
    const { schema } = queryRunner.connection.options as { schema: string };
    return `"${schema}"."approvalRequest"`;
  }
}
