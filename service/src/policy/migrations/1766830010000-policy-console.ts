import type { MigrationInterface, QueryRunner } from 'typeorm';

export class PolicyConsole1766830010000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      ALTER TABLE ${table('accessRule')}
        ADD COLUMN "until" TIMESTAMP WITH TIME ZONE,
        ADD COLUMN "version" integer NOT NULL DEFAULT 1,
        ADD COLUMN "updatedBy" text,
        ADD COLUMN "updatedAt" TIMESTAMP WITH TIME ZONE;
      CREATE TABLE ${table('clientDecision')} (
        "kind" text NOT NULL,
        "isClient" boolean NOT NULL,
        "userId" text NOT NULL,
        "outcome" text NOT NULL,
        "clientName" text,
        "redirectHosts" text[],
        "until" TIMESTAMP WITH TIME ZONE,
        "decidedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "decidedBy" text NOT NULL,
        CONSTRAINT "clientDecision_pkey" PRIMARY KEY ("kind", "isClient", "userId")
      );
      CREATE TABLE ${table('approvalRequest')} (
        "id" text NOT NULL,
        "clientId" text NOT NULL,
        "userId" text NOT NULL,
        "resource" text NOT NULL,
        "clientName" text,
        "redirectUri" text NOT NULL,
        "kind" text NOT NULL,
        "requestedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "approvalRequest_pkey" PRIMARY KEY ("id")
      );
      CREATE INDEX "approvalRequest_clientId_idx" ON ${table('approvalRequest')} ("clientId");
      CREATE INDEX "approvalRequest_userId_idx" ON ${table('approvalRequest')} ("userId");
      CREATE INDEX "approvalRequest_kind_idx" ON ${table('approvalRequest')} ("kind");
      CREATE INDEX "approvalRequest_requestedAt_idx" ON ${table('approvalRequest')} ("requestedAt");
      CREATE TABLE ${table('approvalNotice')} (
        "kind" text NOT NULL,
        "id" uuid NOT NULL,
        "attempts" integer NOT NULL DEFAULT 0,
        "dueAt" TIMESTAMP WITH TIME ZONE,
        "settledAt" TIMESTAMP WITH TIME ZONE,
        CONSTRAINT "approvalNotice_pkey" PRIMARY KEY ("kind")
      );
      CREATE INDEX "approvalNotice_dueAt_idx" ON ${table('approvalNotice')} ("dueAt") WHERE "dueAt" IS NOT NULL;
      CREATE TABLE ${table('accessEnd')} (
        "key" text NOT NULL,
        "announcedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "accessEnd_pkey" PRIMARY KEY ("key")
      );
      CREATE INDEX "accessEnd_announcedAt_idx" ON ${table('accessEnd')} ("announcedAt");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    for (const name of ['accessEnd', 'approvalNotice', 'approvalRequest', 'clientDecision'])
      await queryRunner.query(`DROP TABLE "${schema}"."${name}"`);
    await queryRunner.query(
      `ALTER TABLE "${schema}"."accessRule" DROP COLUMN "until", DROP COLUMN "version", DROP COLUMN "updatedBy", DROP COLUMN "updatedAt"`,
    );
  }
}
