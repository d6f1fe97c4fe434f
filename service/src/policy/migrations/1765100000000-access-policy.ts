import type { MigrationInterface, QueryRunner } from 'typeorm';

export class AccessPolicy1765100000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      CREATE TABLE ${table('accessRule')} (
        "id" uuid NOT NULL,
        "name" text NOT NULL,
        "groups" text[],
        "resource" text NOT NULL,
        "scopes" text[],
        "clients" text[],
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "accessRule_pkey" PRIMARY KEY ("id")
      );
      CREATE TABLE ${table('appliedPolicy')} (
        "id" integer NOT NULL,
        "policy" jsonb NOT NULL,
        "appliedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "appliedPolicy_pkey" PRIMARY KEY ("id")
      );
      CREATE TABLE ${table('clientApproval')} (
        "clientId" text NOT NULL,
        "clientName" text,
        "redirectUri" text NOT NULL,
        "requestedBy" text NOT NULL,
        "requestedAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "approvedAt" TIMESTAMP WITH TIME ZONE,
        "approvedBy" text,
        CONSTRAINT "clientApproval_pkey" PRIMARY KEY ("clientId")
      );
      CREATE INDEX "clientApproval_requestedAt_idx" ON ${table('clientApproval')} ("requestedAt");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    for (const name of ['clientApproval', 'appliedPolicy', 'accessRule'])
      await queryRunner.query(`DROP TABLE "${schema}"."${name}"`);
  }
}
