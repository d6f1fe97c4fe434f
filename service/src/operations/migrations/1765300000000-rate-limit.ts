import type { MigrationInterface, QueryRunner } from 'typeorm';

/** One table for every count, in place of that of sign-in alone. What a crash takes of it nobody misses. */
export class RateLimit1765300000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE UNLOGGED TABLE "${schema}"."rateLimit" (
        key varchar(255) PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      );
      CREATE INDEX "rateLimit_expire_idx" ON "${schema}"."rateLimit" (expire);
      DROP TABLE "${schema}"."signInThrottle";
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE TABLE "${schema}"."signInThrottle" (
        key varchar(255) PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      );
      DROP TABLE "${schema}"."rateLimit";
    `);
  }
}
