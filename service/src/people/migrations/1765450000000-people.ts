import type { MigrationInterface, QueryRunner } from 'typeorm';

export class People1765450000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    const table = (name: string) => `"${schema}"."${name}"`;
    await queryRunner.query(`
      ALTER TABLE ${table('user')}
        ADD "lastSignInAt" TIMESTAMP WITH TIME ZONE,
        ADD "passwordChangedAt" TIMESTAMP WITH TIME ZONE;

      CREATE TABLE ${table('invitation')} (
        "id" uuid NOT NULL,
        "hash" text NOT NULL,
        "email" text NOT NULL,
        "name" text,
        "role" text NOT NULL,
        "invitedBy" uuid NOT NULL,
        "createdAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "invitation_pkey" PRIMARY KEY ("id"),
        CONSTRAINT "invitation_invitedBy_fkey" FOREIGN KEY ("invitedBy") REFERENCES ${table('user')} ("id") ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX "invitation_hash_key" ON ${table('invitation')} ("hash");
      CREATE UNIQUE INDEX "invitation_email_key" ON ${table('invitation')} ("email");
      CREATE INDEX "invitation_invitedBy_idx" ON ${table('invitation')} ("invitedBy");

      CREATE TABLE ${table('passwordLink')} (
        "hash" text NOT NULL,
        "userId" uuid NOT NULL,
        "createdBy" uuid NOT NULL,
        "expiresAt" TIMESTAMP WITH TIME ZONE NOT NULL,
        CONSTRAINT "passwordLink_pkey" PRIMARY KEY ("hash"),
        CONSTRAINT "passwordLink_userId_fkey" FOREIGN KEY ("userId") REFERENCES ${table('user')} ("id") ON DELETE CASCADE,
        CONSTRAINT "passwordLink_createdBy_fkey" FOREIGN KEY ("createdBy") REFERENCES ${table('user')} ("id") ON DELETE CASCADE
      );
      CREATE UNIQUE INDEX "passwordLink_userId_key" ON ${table('passwordLink')} ("userId");
      CREATE INDEX "passwordLink_createdBy_idx" ON ${table('passwordLink')} ("createdBy");
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const { schema } = queryRunner.connection.options as { schema: string };
    for (const name of ['passwordLink', 'invitation'])
      await queryRunner.query(`DROP TABLE "${schema}"."${name}"`);
    await queryRunner.query(`ALTER TABLE "${schema}"."user" DROP "lastSignInAt", DROP "passwordChangedAt"`);
  }
}
