import type { MigrationInterface, QueryRunner } from 'typeorm';

export class UsedLinks1765910000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE TABLE "${schema}"."usedLink" (
        "hash" text NOT NULL,
        "browserHash" text NOT NULL,
        "userId" uuid NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "usedLink_pkey" PRIMARY KEY ("hash"),
        CONSTRAINT "usedLink_userId_fkey" FOREIGN KEY ("userId")
          REFERENCES "${schema}"."user" ("id") ON DELETE CASCADE
      );
      CREATE INDEX "usedLink_userId_idx" ON "${schema}"."usedLink" ("userId");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`DROP TABLE "${schema}"."usedLink"`);
  }
}
