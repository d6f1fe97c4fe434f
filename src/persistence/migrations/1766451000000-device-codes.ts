import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Devices without a browser that ask (RFC 8628). */
export class DeviceCodes1766451000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      CREATE TABLE "${schema}"."oauthDeviceCode" (
        "hash" text NOT NULL,
        "userCodeHash" text NOT NULL,
        "clientId" text NOT NULL,
        "resource" text NOT NULL,
        "scopes" text array NOT NULL,
        "address" text,
        "userAgent" text,
        "createdAt" timestamptz NOT NULL,
        "expiresAt" timestamptz NOT NULL,
        "interval" integer NOT NULL,
        "lastPolledAt" timestamptz,
        "answer" text,
        CONSTRAINT "oauthDeviceCode_pkey" PRIMARY KEY ("hash")
      );
      CREATE UNIQUE INDEX "oauthDeviceCode_userCodeHash_key" ON "${schema}"."oauthDeviceCode" ("userCodeHash");
      CREATE INDEX "oauthDeviceCode_expiresAt_idx" ON "${schema}"."oauthDeviceCode" ("expiresAt");
      CREATE INDEX "oauthDeviceCode_unanswered_idx" ON "${schema}"."oauthDeviceCode" ("expiresAt")
        WHERE "answer" IS NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    await queryRunner.query(`
      DELETE FROM "${schema}"."oauthGrant" WHERE "redirectUri" = 'urn:ietf:params:oauth:grant-type:device_code';
      DROP TABLE "${schema}"."oauthDeviceCode";
    `);
  }
}
